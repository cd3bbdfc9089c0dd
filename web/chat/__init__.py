"""The chat socket: who may listen, what goes over the wire, and how news reaches every open page."""
