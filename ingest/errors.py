"""Errors of ingest: a message that cannot be read, a lane that hangs."""


class UnreadableError(ValueError):
    """The message cannot be understood; the text says what was expected and goes with it to the
    dead letters."""


class StalledError(Exception):
    """A lane hangs and cannot be helped from within."""
