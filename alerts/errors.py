"""Errors of use cases; the API answers them with their message."""


class AlertsError(Exception):
    """The alarm engine refused."""


class NotFoundError(AlertsError):
    """There is no such thing."""


class UnacceptableError(AlertsError):
    """A value cannot be meant; the message says why."""


class TakenError(AlertsError):
    """Another operator owns this alarm."""

    def __init__(self, owner_id: int | None) -> None:
        super().__init__("another operator owns this alarm: ask for it to be transferred")
        self.owner_id = owner_id


class RefusedError(AlertsError):
    """Not possible in the alarm's present state; the message says what to do first."""
