"""The errors of the command line: one line, and the exit status with it."""

from typing import ClassVar


class AppError(Exception):
    """The run failed."""

    exit_status: ClassVar[int] = 1

    def __str__(self) -> str:
        """Return the message given, or the class's docstring when none was."""
        return super().__str__() or (type(self).__doc__ or "").strip()


class UsageError(AppError):
    """The command was called in a way it does not understand."""

    exit_status: ClassVar[int] = 2


class SettingsError(UsageError):
    """A setting is missing or wrong."""


class EmbeddedError(AppError):
    """The embedded database or broker cannot run here."""
