"""Input and output of every format: one wire message in, dialect events out. Pure.

A reader never decides whether somebody is alarmed. It says what a message states;
`installer_settings.py` adds what the installer has declared, `deduplication.py` tells a new
occurrence from a repeat.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ingest.dialects.vocabulary.template_renders import TemplateRenders
from store.model import Kind


@dataclass(frozen=True, slots=True)
class WireMessage:
    """One message. `topic` is the part below the dialect's own name (`homes/{home}/{dialect}/`);
    of the LoRaWAN servers it is the whole topic. `renders`: who bounds what its templates cost;
    None: they are rendered in place, without a limit."""

    topic: str
    payload: bytes
    retain: bool
    received_at: datetime
    qos: int = 0
    renders: TemplateRenders | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A device states that something is so, or is not.

    `event`: each new one is an occurrence of its own (a call); otherwise it is a state that many
    messages repeat, and only the edge counts. `part` tells several sensors in one device apart:
    the device's state of this kind is active while any part is. `mark` is the device's own
    identity of the message (a counter, an id, a time as it was written): the same mark is the same
    message. `claimed` is the device's own time, not yet judged. `test`: somebody tries the device;
    None: the message does not say. `rest` is what else the report says, in short: of a call that is
    a state, and None where a message holds nothing else.
    """

    device: str
    kind: Kind
    active: bool
    event: bool = False
    part: str = ""
    test: bool | None = False
    retained: bool = False
    mark: str | None = None
    claimed: datetime | None = None
    rest: str | None = None


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """A button press without a meaning of its own: whether it calls for help is the installer's
    word. `action` is one of the common words (single, double, triple, hold, release …) or, where
    there is none, what the device said; `raw_action` is always the device's own word. `code`: all
    that was heard is a code of a remote or of a sensor; the device's role says which."""

    device: str
    action: str
    raw_action: str
    endpoint: str = ""
    retained: bool = False
    mark: str | None = None
    claimed: datetime | None = None
    code: bool = False


@dataclass(frozen=True, slots=True)
class UnclearInput:
    """On or off of something that means nothing until a role says what hangs on it: a property
    called just `alarm`, a dry contact, an input. `event`: it goes off by itself, so each on is an
    occurrence of its own."""

    device: str
    name: str
    active: bool
    test: bool | None = False
    retained: bool = False
    mark: str | None = None
    claimed: datetime | None = None
    event: bool = False
    rest: str | None = None
    cached: bool = True
    """Whether its source repeats all it knows: then only the edge counts."""


@dataclass(frozen=True, slots=True)
class TestFlag:
    """Whether the device says that it is being tested. Some keep saying so for ever."""

    device: str
    is_set: bool
    retained: bool = False


@dataclass(frozen=True, slots=True)
class DeviceTested:
    """The device was tried, or has tried itself. `kind` is what it would have alarmed about, if
    that is known; `passed` is None while it runs or when nothing is said of the outcome."""

    device: str
    kind: Kind | None
    passed: bool | None = None
    retained: bool = False
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """Values of one report; the names are columns of the readings. `part`: see Statement; what
    several parts measure alike is told apart by it, and the first has none."""

    device: str
    metrics: dict[str, float]
    claimed: datetime | None = None
    seq: int | None = None
    part: str = ""
    retained: bool = False
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a device can be reached; an empty device is the home's bridge, and when that is
    away, all behind it are unknown. Never clears anything."""

    device: str
    online: bool


@dataclass(frozen=True, slots=True)
class DeviceAnnounced:
    """A device introduces itself. `uid` is the maker's address, the same after a rename; `suggests`
    is a role to propose to the installer, empty when nothing points to one."""

    device: str
    uid: str = ""
    vendor: str = ""
    model: str = ""
    description: str = ""
    suggests: str = ""
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeviceLeft:
    """A device has left its network or was removed from the hub. Its alarms stay. `mistaken`: the
    name never was a device's."""

    device: str
    mistaken: bool = False


@dataclass(frozen=True, slots=True)
class PartRefused:
    """A part of a message that is not read, and why, while the rest counts. Without a part the
    message itself cannot be understood; the reason then says what is to be done, and is told once
    a device, not with every message."""

    device: str
    part: str
    reason: str


@dataclass(frozen=True, slots=True)
class LearnedDescription:
    """Something later messages are read with: keep it as a row (home, dialect, key → doc). `doc`
    is plain JSON; None forgets the key."""

    dialect: str
    key: str
    doc: Any = field(hash=False)


DialectEvent = (
    Statement
    | ButtonPressed
    | UnclearInput
    | TestFlag
    | DeviceTested
    | Measurement
    | Availability
    | DeviceAnnounced
    | DeviceLeft
    | PartRefused
    | LearnedDescription
)
