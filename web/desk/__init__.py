"""The desk: the pages on which the staff work."""
