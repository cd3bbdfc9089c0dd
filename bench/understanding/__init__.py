"""How well the assistant understands: by our own messages, and by public sets."""
