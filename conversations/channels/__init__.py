"""Messaging channels: one message type for all; each channel module is verify, parse, send."""
