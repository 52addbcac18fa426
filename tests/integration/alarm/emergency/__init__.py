"""A home with several dangers at once."""
