"""Reads files that strangers sent, in a short-lived process of its own with limits of time and memory."""
