"""Documents as files: received, checked before a person looks, reviewed, kept, and opened by those who may."""
