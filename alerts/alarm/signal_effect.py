"""Decides once what a signal does to its home's alarms; receiving.py carries it out. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.alarm.kinds import dedup_key_of, is_call, is_life_safety
from store.model import Kind, Signal


class Effect(StrEnum):
    RAISE = "raise"
    CLEAR = "clear"
    STORE_ONLY = "keep"
    """Stored and acknowledged to the hub, but nobody is disturbed."""


@dataclass(frozen=True, slots=True)
class SignalDecision:
    """What to do with a signal. `effect_if_superseded` holds when the same device has already
    stated something newer of this kind: a late call still raises, however old (the centre decides
    what is too old, never a filter); a late state that a newer one has overtaken is history."""

    effect: Effect
    effect_if_superseded: Effect
    dedup_key: str
    is_call: bool
    cancelled_at: datetime | None
    """When the resident said that a press was not meant; None: the signal says no such thing."""

    def takes_back(self, pressed_at: datetime, window: int) -> bool:
        """Whether it cancels a press: said within `window` seconds of it. The centre calls back
        all the same: a voice that says so may not be alone."""
        if self.cancelled_at is None:
            return False
        return 0 <= (self.cancelled_at - pressed_at).total_seconds() <= window


def decide(signal: Signal, device: str) -> SignalDecision:
    """The whole decision, before anything is stored. `device` is the code of the sender."""
    effect, if_superseded = _effects(signal)
    cancels = signal.kind == Kind.HELP_CALL and not signal.active and not signal.test
    return SignalDecision(
        effect,
        if_superseded,
        dedup_key_of(signal.kind, device),
        is_call(signal.kind),
        signal.at if cancels else None,
    )


def _effects(signal: Signal) -> tuple[Effect, Effect]:
    """What it does, and what if something newer superseded it."""
    if signal.test:
        return Effect.STORE_ONLY, Effect.STORE_ONLY
    if signal.active:
        life = is_life_safety(signal.kind)
        return Effect.RAISE, Effect.RAISE if life else Effect.STORE_ONLY
    return Effect.STORE_ONLY if is_call(signal.kind) else Effect.CLEAR, Effect.STORE_ONLY
