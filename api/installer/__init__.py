"""Pages of installers: so far the list of their work."""
