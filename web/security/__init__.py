"""What stands between a request and a handler: headers, origin, session, policy, limits."""
