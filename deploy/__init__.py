"""What runs Brand Desk: on one machine by `python -m deploy`, in production by the files beside it."""
