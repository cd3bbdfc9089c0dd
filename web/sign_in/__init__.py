"""Signing in: one mechanism, and two entrances to it, that of brands and that of the desk."""
