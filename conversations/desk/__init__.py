"""What the desk adds to a conversation: notes, files, saved replies, what was read, and how it is shown to agents."""
