"""The chat on a brand's own sites: one script there, and a frame of ours that only these sites may show."""
