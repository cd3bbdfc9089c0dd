"""Brand Desk and stock Rasa, measured in turn in one run: `make bench`."""
