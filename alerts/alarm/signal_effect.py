"""What a signal means for the alarms of a home. Pure."""

from datetime import datetime
from enum import StrEnum

from store.alarm.kinds import PRIORITY, is_call
from store.model import Kind, Priority, Signal


class Effect(StrEnum):
    RAISE = "raise"
    CLEAR = "clear"
    STORE_ONLY = "keep"
    """Stored and acknowledged to the hub, but nobody is disturbed."""


def effect_of(signal: Signal, *, superseded: bool = False) -> Effect:
    """What to do with a signal.

    `superseded`: the same device has already said something newer of this kind. A late call still
    raises, however old (the centre decides what is too old, never a filter); a late state that a
    newer one has overtaken is history.
    """
    if signal.test:
        return Effect.STORE_ONLY
    if signal.active:
        life = PRIORITY[signal.kind] == Priority.LIFE
        return Effect.STORE_ONLY if superseded and not life else Effect.RAISE
    if is_call(signal.kind) or superseded:
        return Effect.STORE_ONLY
    return Effect.CLEAR


def takes_back(signal: Signal, pressed_at: datetime, window: int) -> bool:
    """Whether the resident says that a press was not meant: within `window` seconds of it. The
    centre calls back all the same: a voice that says so may not be alone."""
    after = (signal.at - pressed_at).total_seconds()
    return (
        signal.kind == Kind.HELP_CALL
        and not signal.active
        and not signal.test
        and 0 <= after <= window
    )
