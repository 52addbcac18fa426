"""One file a command; app/main.py knows them by name."""
