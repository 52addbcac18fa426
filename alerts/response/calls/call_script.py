"""The carrier's request when somebody picked up, and the script that answers it."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """How far into a call somebody is. The carrier brings it back with each key."""

    GREETING = "greeting"
    """Who calls and which key to press, and nothing more: a machine may be listening."""
    MESSAGE = "message"
    """What the call is about: somebody has asked to hear it."""


@dataclass(frozen=True, slots=True)
class PickedUp:
    """A request for what to say. `digits`: keys pressed since, in `part`; `attempt` counts from 1.

    Nothing says whether a person or a machine picked up: only a key tells.
    """

    notification_id: int | None
    provider_id: str
    digits: str = ""
    attempt: int = 1
    part: Part = Part.GREETING
    carrier: str = "twilio"


@dataclass(frozen=True, slots=True)
class Ringing:
    """An operator's telephone to be joined to a call of somebody else: so many seconds it rings."""

    ring_id: int
    phone: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Script:
    """What the carrier is to do: say these, then wait for a key, or join a conference or another
    telephone, or hang up.

    `ask`: `says` is said while waiting for one key of `part`; `goodbye` is for who pressed none.
    `leave_ends`: the conference ends when this one leaves it. `connects`: nothing more is said,
    the two talk.
    """

    language: str
    says: tuple[str, ...] = ()
    ask: bool = False
    attempt: int = 1
    part: Part = Part.GREETING
    goodbye: str = ""
    conference: str = ""
    leave_ends: bool = False
    ringing: Ringing | None = None
    connects: bool = False
