"""The steps of an escalation plan: reads and checks them as they are stored in JSON. Pure.

A step is an object with `after_seconds` (counted from the step before) and a `target`:

- `console`: call the operators again
- `home`: say by the home's loudspeaker that help is called for, or to get out
- `contact` with `position`: one of the family, 1 is asked first
- `contacts`: all of them at once
- `contacts_in_order`: one after the other, `every_seconds` apart
- `grid_responder`: offer it to the best responder on duty, of one `kind` if given
- `station`: the same for the staff of a service station
- `community`: the same for those of the community the home is in
- `neighbours`: offer it to those on duty in the grids around, the nearest of the same district
- `supervisor`: notify the supervisor of the district
- `person` with `person`: notify one person by id
- `outside` with `service` (110, 119, 120, 12345): call the operators to hand it over

Who is asked may be asked by `channels` in an order, for whoever has none of their own, each after
`unanswered_seconds` without an answer to the one before: see alerts/notify/unanswered.py.

The offers take `skills` (who has them is asked first) and, but for `neighbours`, `area`, the code
of another area to look in. Who is notified may be called first, whatever they prefer: `"by":
"voice"`. A step with `"guards": "life"` is for faults that take away what guards a life. Any step
may carry conditions: `when` is `unacknowledged` (nobody has taken the alarm;
the default) or `not_arrived` (nobody is there yet, also after somebody has taken it), and `hours`
`{"from": "22:00", "to": "06:00"}` in the time of the home's area.
"""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Any

from alerts.notify.channels.sms import SMS
from alerts.notify.channels.voice import VOICE
from alerts.notify.unanswered import ChannelOrder
from store.model import Plan

LONGEST_WAIT = 7 * 24 * 3600
EVERY_SECONDS = 60
UNANSWERED = (15, 300)
"""Seconds without an answer until the next channel: a text has to arrive and to be read, and a plan
for a danger takes no longer until somebody is asked at all."""


class Target(StrEnum):
    CONSOLE = "console"
    HOME = "home"
    CONTACT = "contact"
    CONTACTS = "contacts"
    CONTACTS_IN_ORDER = "contacts_in_order"
    GRID_RESPONDER = "grid_responder"
    STATION = "station"
    COMMUNITY = "community"
    NEIGHBOURS = "neighbours"
    SUPERVISOR = "supervisor"
    PERSON = "person"
    OUTSIDE = "outside"


OFFERS = frozenset({Target.GRID_RESPONDER, Target.STATION, Target.COMMUNITY, Target.NEIGHBOURS})
FAMILY = frozenset({Target.CONTACT, Target.CONTACTS, Target.CONTACTS_IN_ORDER})
ASKED = OFFERS | FAMILY | {Target.SUPERVISOR, Target.PERSON}
"""Targets that ask people, who may answer."""
CALLS = frozenset({Target.CONSOLE, Target.OUTSIDE})
"""Targets that reach nobody but the operators."""
NEARBY = CALLS | {Target.HOME}
"""Targets that reach nobody outside the centre and the home, and take no time to do so."""
SERVICES = ("110", "119", "120", "12345")
HOTLINE = "12345"
"""For matters without urgency: it passes things on within days."""
ORDERED = (SMS, VOICE)
"""Channels that a step may put in order: those of a telephone."""
LIFE = "life"
KINDS = ("grid_worker", "station", "property", "volunteer")
_OWN: dict[Target, frozenset[str]] = {
    Target.CONTACT: frozenset({"position", "by"}),
    Target.CONTACTS: frozenset({"by"}),
    Target.CONTACTS_IN_ORDER: frozenset({"every_seconds", "by"}),
    Target.GRID_RESPONDER: frozenset({"kind", "skills", "area"}),
    Target.STATION: frozenset({"skills", "area"}),
    Target.COMMUNITY: frozenset({"kind", "skills", "area"}),
    Target.NEIGHBOURS: frozenset({"kind", "skills"}),
    Target.SUPERVISOR: frozenset({"by"}),
    Target.PERSON: frozenset({"person", "by"}),
    Target.OUTSIDE: frozenset({"service"}),
}
_ASKED = frozenset({"channels", "unanswered_seconds"})
_ALL = frozenset({"after_seconds", "target", "when", "hours", "guards"})


class When(StrEnum):
    UNACKNOWLEDGED = "unacknowledged"
    NOT_ARRIVED = "not_arrived"


class PlanError(ValueError):
    """The plan cannot be used; the message names the step and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Of the day, from `starts` until just before `ends`; over midnight when it is the smaller."""

    starts: time
    ends: time

    def hold(self, at: time) -> bool:
        if self.starts < self.ends:
            return self.starts <= at < self.ends
        return at >= self.starts or at < self.ends


@dataclass(frozen=True, slots=True)
class Step:
    after_seconds: int
    target: Target
    position: int = 0
    every_seconds: int = EVERY_SECONDS
    kind: str | None = None
    area: str | None = None
    skills: tuple[str, ...] = ()
    person: int | None = None
    service: str | None = None
    by: str | None = None
    channels: tuple[str, ...] = ()
    unanswered_seconds: int | None = None
    guards: str | None = None
    when: When = When.UNACKNOWLEDGED
    hours: Hours | None = None

    @property
    def channel_order(self) -> ChannelOrder:
        return ChannelOrder(self.channels, self.unanswered_seconds)


BUILT_IN = Plan(
    id=0,
    code="built-in",
    version=1,
    steps=[
        {"after_seconds": 0, "target": "console"},
        {"after_seconds": 0, "target": "contacts"},
        {"after_seconds": 60, "target": "grid_responder"},
        {"after_seconds": 60, "target": "contacts"},
        {"after_seconds": 60, "target": "console"},
    ],
    cycles=2,
)
"""For a danger without a plan, or with one that cannot be used: every alarm is escalated."""

BUILT_IN_CALM = Plan(
    id=0,
    code="built-in-calm",
    version=1,
    steps=[
        {"after_seconds": 0, "target": "console"},
        {"after_seconds": 7200, "target": "console"},
    ],
    cycles=2,
)
"""The same for what endangers nobody: no telephone rings at night because of a battery."""


def steps_of(plan: Plan) -> list[Step]:
    """Raises PlanError when the plan cannot be executed."""
    return read_steps(plan.steps)


def read_steps(raw: Any) -> list[Step]:
    """Steps as written down. PlanError names the first that cannot be meant."""
    if not isinstance(raw, list) or not raw:
        raise PlanError("a plan needs a list of at least one step")
    return [_step(number, each) for number, each in enumerate(raw, start=1)]


def unknown_fields(raw: dict[str, Any]) -> list[str]:
    """Fields a step of its target has no use for: mistakes of whoever wrote the plan."""
    target = Target(raw["target"])
    known = _ALL | _OWN.get(target, frozenset()) | (_ASKED if target in ASKED else frozenset())
    return sorted(str(name) for name in raw.keys() - known)


def usable_plan(plan: Plan | None, *, endangers: bool = True) -> Plan:
    """The plan if it can be executed, else the built-in one for a danger, or for what is none."""
    try:
        if plan is not None and steps_of(plan):
            return plan
    except PlanError:
        pass
    return BUILT_IN if endangers else BUILT_IN_CALM


def _step(number: int, raw: Any) -> Step:
    try:
        step = _read(raw)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise PlanError(f"step {number} of the plan is not readable: {error!r}") from error
    wrong = _wrong(step)
    if wrong:
        raise PlanError(f"step {number}: {wrong}")
    return step


def _read(raw: dict[str, Any]) -> Step:
    return Step(
        after_seconds=int(raw["after_seconds"]),
        target=Target(raw["target"]),
        position=int(raw.get("position", 0)),
        every_seconds=int(raw.get("every_seconds", EVERY_SECONDS)),
        kind=raw.get("kind"),
        area=raw.get("area"),
        skills=tuple(str(skill) for skill in raw.get("skills", ())),
        person=None if raw.get("person") is None else int(raw["person"]),
        service=raw.get("service"),
        by=raw.get("by"),
        channels=_channels(raw.get("channels")),
        unanswered_seconds=(
            None if raw.get("unanswered_seconds") is None else int(raw["unanswered_seconds"])
        ),
        guards=raw.get("guards"),
        when=When(raw.get("when", When.UNACKNOWLEDGED)),
        hours=_hours(raw["hours"]) if raw.get("hours") is not None else None,
    )


def _channels(raw: Any) -> tuple[str, ...]:
    if raw is not None and not isinstance(raw, list):
        raise TypeError("channels must be a list")
    return tuple(str(name) for name in raw or ())


def _hours(raw: dict[str, str]) -> Hours:
    return Hours(time.fromisoformat(raw["from"]), time.fromisoformat(raw["to"]))


def _wrong(step: Step) -> str:
    """What is wrong with a step that could be read; empty: nothing."""
    if not 0 <= step.after_seconds <= LONGEST_WAIT:
        return f"after_seconds must be from 0 to {LONGEST_WAIT}"
    if not 1 <= step.every_seconds <= LONGEST_WAIT:
        return f"every_seconds must be from 1 to {LONGEST_WAIT}"
    if step.target == Target.CONTACT and step.position < 1:
        return "a contact's position must be ≥ 1"
    if step.target == Target.PERSON and step.person is None:
        return "person must be the id of the person to tell"
    if step.target == Target.OUTSIDE and step.service not in SERVICES:
        return f"service must be one of {', '.join(SERVICES)}"
    if step.kind is not None and step.kind not in KINDS:
        return f"kind must be one of {', '.join(KINDS)}"
    if step.by not in (None, VOICE):
        return f"by must be {VOICE}, or left out: as they prefer"
    if len(set(step.channels)) < len(step.channels) or not set(step.channels) <= set(ORDERED):
        return f"channels must be an order of {', '.join(ORDERED)}, each once"
    if step.by == VOICE and step.channels and step.channels[0] != VOICE:
        return f"by {VOICE} calls them first, and channels begin otherwise"
    silence = step.unanswered_seconds
    if silence is not None and not UNANSWERED[0] <= silence <= UNANSWERED[1]:
        return f"unanswered_seconds must be from {UNANSWERED[0]} to {UNANSWERED[1]}"
    if step.guards not in (None, LIFE):
        return f"guards must be {LIFE}, or left out: for any device"
    return ""
