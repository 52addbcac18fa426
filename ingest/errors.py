"""Errors of ingest: a message that cannot be read, a lane that hangs."""


class UnreadableError(ValueError):
    """The message cannot be understood; the text says what was expected and goes with it to the
    dead letters."""


class UnreadableConfigError(UnreadableError):
    """A description of a device that cannot be read. It comes again with each start of the device,
    and is told once while its letter waits."""


class StalledError(Exception):
    """A lane hangs and cannot be helped from within."""


class NotUnderstoodError(UnreadableError):
    """The payload itself is wrong: the same bytes sent again will never be read."""
