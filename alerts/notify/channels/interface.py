"""The interface of a channel (SMS, voice, webhook, Apprise), as sender.py uses it."""

from datetime import datetime
from typing import Protocol

from store.model import Notification


class SendError(Exception):
    """The message was not sent, or nobody knows whether it was.

    `code` is the carrier's error code or our own word for it. `permanent`: trying again on this
    channel cannot help. `ambiguous`: the carrier may have accepted it. `retry_after`: seconds the
    carrier asks us to wait.
    """

    def __init__(
        self,
        code: str,
        *,
        permanent: bool = False,
        ambiguous: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.ambiguous = ambiguous
        self.retry_after = retry_after


class Channel(Protocol):
    """A channel to people or programs. Thread-safe: several senders use it at once."""

    def send(self, notification: Notification) -> str:
        """Hand the message to the carrier; its id for it. Raises SendError."""
        ...

    def find(self, notification: Notification, since: datetime) -> list[str]:
        """The carrier's ids of messages that may be this one, sent since then, oldest first.

        Asked before a message is sent again whose first try may have succeeded. Raises SendError.
        """
        ...
