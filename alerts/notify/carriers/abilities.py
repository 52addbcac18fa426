"""What a carrier can do on a channel: used by plans, by the choice of a carrier, and by the table
in docs/channels.md. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Text(StrEnum):
    """What a message may say."""

    FREE = "free text"
    TEMPLATES = "registered templates"
    """Fixed words with short variables, each approved by the carrier before it may be sent."""


class Tie(StrEnum):
    """How what somebody writes back is tied to a message."""

    NUMBER = "the number it comes from, and our code in it"
    NONE = "no replies"


class LookUp(StrEnum):
    """How a message is found at the carrier whose answer was lost."""

    TEXT = "by number and text"
    NUMBER = "by number"
    OUR_ID = "by our own id"
    NONE = "not at all"


@dataclass(frozen=True, slots=True)
class CalleeLimit:
    """How many sendings one telephone may get in so many seconds, over all alarms. `life`: how many
    of them are kept for life-safety."""

    most: int
    seconds: int
    life: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """Of one carrier on one channel."""

    text: Text
    replies: Tie
    key_presses: bool
    """Where there are none, a call is never counted as answered."""
    look_up: LookUp
    talks: bool = False
    """Can join two calls, so that an operator speaks with somebody."""
    only_mainland: bool = False
    """Reaches numbers of mainland China and no others."""
    callee_limits: tuple[CalleeLimit, ...] = ()
    per_second: float | None = None
    """Sendings a second that it takes from one account; None: by sender, which the meter keeps."""
