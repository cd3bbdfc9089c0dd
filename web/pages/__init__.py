"""One file a page: read the request, ask one question of the business, render."""
