"""The words of the field: enums, and rows of the main tables as frozen dataclasses. Pure.

All times are aware and in UTC. Ids are those of the tables.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any


class Kind(StrEnum):
    """What a signal states and an alarm is about."""

    HELP_CALL = "help_call"
    FALL = "fall"
    SMOKE = "smoke"
    CARBON_MONOXIDE = "carbon_monoxide"
    GAS_LEAK = "gas_leak"
    INACTIVITY = "inactivity"
    BED_ABSENCE = "bed_absence"
    BATHROOM_LONG = "bathroom_long"
    WANDERING = "wandering"
    COLD = "cold"
    HEAT = "heat"
    WATER_LEAK = "water_leak"
    UNCONFIRMED_PRESS = "unconfirmed_press"
    DOOR_OPEN = "door_open"
    AIR_QUALITY = "air_quality"
    NO_VISIT = "no_visit"
    RHYTHM_CHANGE = "rhythm_change"
    HUB_OFFLINE = "hub_offline"
    DEVICE_OFFLINE = "device_offline"
    LOW_BATTERY = "low_battery"
    TAMPER = "tamper"
    POWER_FAILURE = "power_failure"
    DEVICE_FAULT = "device_fault"
    AREA_OUTAGE = "area_outage"


class Priority(IntEnum):
    """Urgency of the response: 1 is a life, 4 is technical."""

    LIFE = 1
    PERSON_AT_RISK = 2
    COMFORT = 3
    TECHNICAL = 4


class AlarmState(StrEnum):
    RAISED = "RAISED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    DISPATCHED = "DISPATCHED"
    ON_SCENE = "ON_SCENE"
    CLOSED = "CLOSED"


class Outcome(StrEnum):
    """Why an alarm could be closed."""

    GENUINE_MEDICAL = "genuine_medical"
    GENUINE_FALL = "genuine_fall"
    GENUINE_FIRE = "genuine_fire"
    GENUINE_GAS = "genuine_gas"
    GENUINE_WATER = "genuine_water"
    GENUINE_WANDERING = "genuine_wandering"
    ASSISTANCE = "assistance"
    SOCIAL = "social"
    ACCIDENTAL = "accidental"
    TEST = "test"
    DEVICE_FAULT = "device_fault"
    LOW_BATTERY = "low_battery"
    POWER_OR_COMMS = "power_or_comms"
    AWAY = "away"
    NO_RESPONSE_FORCED_ENTRY = "no_response_forced_entry"
    REFERRED_12345 = "referred_12345"
    REFERRED_110 = "referred_110"
    REFERRED_119 = "referred_119"
    REFERRED_120 = "referred_120"
    DUPLICATE = "duplicate"


class Answer(StrEnum):
    """A contact's response. It never owns the alarm."""

    GOING = "going"
    CANNOT = "cannot"
    SEEN = "seen"


class Hears(StrEnum):
    """What a contact hears of how an alarm of the home goes on. The alarm itself is always told."""

    ALL = "all"
    """Each step: dealt with, somebody goes and in how many minutes, and what `important` has."""
    IMPORTANT = "important"
    """That somebody is there, that somebody does not go after all, and the end."""
    END = "end"


class DispatchState(StrEnum):
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    NO_ANSWER = "NO_ANSWER"
    EN_ROUTE = "EN_ROUTE"
    ARRIVED = "ARRIVED"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


class NotificationState(StrEnum):
    QUEUED = "QUEUED"
    SENDING = "SENDING"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class OutboxLane(IntEnum):
    """Which sender a notification leaves by: a life's own, that of persons at risk, or the metered
    one for comfort and technical texts."""

    LIFE = 1
    ROUTINE = 2
    AT_RISK = 3


class Role(StrEnum):
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    FAMILY = "family"
    RESPONDER = "responder"
    INSTALLER = "installer"


@dataclass(frozen=True, slots=True)
class Device:
    """A device of a home, bound or only found."""

    id: int
    home_id: int
    home: str
    area_id: int
    code: str
    role: str
    room: str
    upto: int | None


@dataclass(frozen=True, slots=True)
class Signal:
    """One transmission that states something. `signal_id` is the hub's own; None: each is new."""

    device: str
    kind: Kind
    active: bool
    test: bool
    signal_id: str | None
    at: datetime
    received_at: datetime
    device_time: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """Values of one report. `metrics` maps column names of the table readings to values."""

    device: str
    at: datetime
    device_time: bool
    seq: int | None
    metrics: dict[str, float]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A condition that needs somebody's timely response."""

    id: int
    code: str
    home_id: int | None
    area_id: int
    device_id: int | None
    kind: Kind
    subject: str
    priority: Priority
    state: AlarmState
    raised_at: datetime
    occurred_at: datetime
    late: bool
    count: int
    last_signal_at: datetime
    cleared_at: datetime | None
    owner_id: int | None
    acknowledged_at: datetime | None
    on_scene_at: datetime | None
    closed_at: datetime | None
    outcome: Outcome | None
    plan_id: int | None
    shelved_until: datetime | None
    inhibited_by: int | None
    linked_to: int | None
    version: int
    shelve_asked_by: int | None = None
    shelve_asked_until: datetime | None = None
    flapping_at: datetime | None = None
    """Since when a device is known to state it and take it back without end."""


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """One line of an alarm's append-only journal: codes and ids, no names."""

    id: int
    alarm_id: int
    at: datetime
    event: str
    actor: str
    via: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of an escalation plan; see alerts/escalation/steps.py for the steps."""

    id: int
    code: str
    version: int
    steps: list[dict[str, Any]]
    cycles: int


@dataclass(frozen=True, slots=True)
class Timer:
    """Something due for an alarm."""

    id: int
    alarm_id: int
    kind: str
    ref: str
    due_at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be reached. `phone` is E.164; None: cannot be."""

    id: int
    name: str
    phone: str | None
    language: str
    opted_out_at: datetime | None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The decision to send a responder, and how it went."""

    id: int
    alarm_id: int
    responder_id: int
    state: DispatchState
    offered_by: int | None
    offered_at: datetime
    answered_at: datetime | None
    arrived_at: datetime | None
    done_at: datetime | None
    eta_minutes: int | None
    finding: str | None


@dataclass(frozen=True, slots=True)
class Notification:
    """One outgoing message with its delivery state."""

    id: int
    alarm_id: int | None
    dispatch_id: int | None
    person_id: int | None
    purpose: str
    channel: str
    lane: OutboxLane
    address: str
    body: str
    dedupe: str
    state: NotificationState
    due_at: datetime
    attempts: int
    claimed_by: str | None
    claimed_at: datetime | None
    provider_id: str | None
    provider_rank: int
    error_code: str | None
    created_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None
    chain: str = ""
    """Names one message to one person: the same on all channels it is tried on."""
    spoken: str = ""
    """What a call says; empty: the body."""
    fields: dict[str, str] = field(default_factory=dict)
    """Variables of registered templates, by name; by number in rows of older versions."""
    urgency: int = Priority.TECHNICAL
    bundle: bool = False
    """May be joined with others of its kind to the same person."""
    bundled_into: int | None = None
    fault: str | None = None
    """It waits for its carrier: `carrier` or `account`. None: it does not."""
    refusals: int = 0
    refused_at: datetime | None = None
    in_doubt: bool = False
    """An earlier try may have reached the carrier."""
    carrier: str = ""
    """Who carries it; with `provider_id` it names the sending. Empty: not chosen yet, or none."""
    template: str = ""
    """Which of our registered templates says the same, for carriers without free text."""
    tried_at: datetime | None = None
    """When its carrier was first asked to take it; only where sendings to one telephone are
    counted, or a second carrier might take over."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can log in."""

    id: int
    person_id: int
    username: str
    name: str
    language: str
    role: Role

    @property
    def at_the_desk(self) -> bool:
        """Whether this user may own alarms."""
        return self.role in (Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN)
