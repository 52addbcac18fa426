"""What a home does at one moment: the actions that the player carries out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Values = dict[str, float | int | bool]


class Fate(StrEnum):
    """What the centre must make of something that is sent."""

    STORED = "stored"
    DEAD_LETTER = "dead_letter"
    """Kept with a reason, because nobody can read it."""
    NOWHERE = "nowhere"
    """Refused or passed over: it must not be found anywhere."""
    OPEN = "open"
    """The broker or the centre may refuse it; only what comes behind it counts."""


@dataclass(frozen=True, slots=True)
class Action:
    """`at` in seconds of the run, `home` counted from 1."""

    at: float
    home: int


@dataclass(frozen=True, slots=True)
class Measure(Action):
    """A report of a device; `when` is its own time."""

    device: str
    values: Values
    when: datetime


@dataclass(frozen=True, slots=True)
class Signal(Action):
    """A call, or its end. Without an `id` nobody repeats it; `again`: the same once more."""

    device: str
    kind: str
    when: datetime
    id: str | None
    active: bool = True
    test: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Raw(Action):
    """Bytes on a topic, as they are. `device`, `when`: for readings that must be found again."""

    device: str
    topic: str
    payload: bytes
    fate: Fate
    qos: int = 1
    when: datetime | None = None
    id: str | None = None
    victim: int | None = None


@dataclass(frozen=True, slots=True)
class Cut(Action):
    """The hub loses its connection without a goodbye."""


@dataclass(frozen=True, slots=True)
class Join(Action):
    """The hub connects again."""


@dataclass(frozen=True, slots=True)
class Intrude(Action):
    """Somebody tries the home's log-in with a wrong password."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What really happened, for the report: `causes` are the alarms it may explain.

    `must`: the kind that has to be raised, empty where no device says so.
    """

    at: float
    home: int
    what: str
    lasts: float
    causes: frozenset[str]
    must: str = ""
