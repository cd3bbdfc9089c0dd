"""The people at the desk: what they may do, how they sign in, and who they are."""
