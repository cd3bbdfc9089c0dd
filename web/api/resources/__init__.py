"""What each operation of the API does: read or change something in one transaction, and shape the answer."""
