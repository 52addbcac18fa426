"""Which home a reply is about. The open alarms of one home are one emergency to who answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.duty import joining
from alerts.notify import notifying, texts
from alerts.notify.texts import HomeChoice
from alerts.response import contact_answers
from store.alarm import alarms
from store.db import Connection
from store.dispatch_states import LIVE
from store.duty import dispatches
from store.model import Alarm, Dispatch, Person

CARRIERS_CLOCK = timedelta(seconds=5)
"""How far the carrier's clock, which counts whole seconds, may be behind ours."""


@dataclass(frozen=True, slots=True)
class OpenHome:
    """A home with open alarms, most urgent first, and who of those sharing a number may answer
    them; or an area with its alarm."""

    person: Person
    alarms: list[Alarm] = field(default_factory=list)

    def named(self, code: str) -> Alarm | None:
        return next((alarm for alarm in self.alarms if alarm.code == code), None)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a reply is about: the alarm it is taken for, in its home."""

    home: OpenHome
    alarm: Alarm

    @property
    def person(self) -> Person:
        return self.home.person


def open_homes(
    conn: Connection, known: Sequence[Person], written_at: datetime | None
) -> list[OpenHome]:
    """Every home with alarms anybody with this number may answer, once, in the name of the first.
    What was written before an alarm was raised is no answer to it."""
    found: dict[tuple[int, int], OpenHome] = {}
    seen: set[int] = set()
    for person in known:
        for alarm in alarms.open_for_person(conn, person.id):
            late = written_at is not None and alarm.raised_at > written_at + CARRIERS_CLOCK
            if late or alarm.id in seen:
                continue
            seen.add(alarm.id)
            key = (alarm.home_id or 0, 0 if alarm.home_id else alarm.id)
            found.setdefault(key, OpenHome(person)).alarms.append(alarm)
    return list(found.values())


def meant(
    conn: Connection, homes: Sequence[OpenHome], code: str | None, said_at: datetime
) -> Meant | None:
    """With one home a reply needs no code; with more it does. A wrong code is no answer."""
    if code is not None:
        for home in homes:
            alarm = home.named(code)
            if alarm is not None:
                return Meant(home, alarm)
        return None
    waiting = homes if len(homes) == 1 else [h for h in homes if not _is_over_for(conn, h)]
    return (
        Meant(waiting[0], _first_heard_of(conn, waiting[0], said_at)) if len(waiting) == 1 else None
    )


def _is_over_for(conn: Connection, home: OpenHome) -> bool:
    """Whether all they have to do with the home is what they have declined or not answered: they
    may say so after all, but it is not what they are asked."""
    asked = [dispatches.live_for(conn, alarm.id, home.person.id) for alarm in home.alarms]
    return all(one is not None and one.state not in LIVE for one in asked)


def _first_heard_of(conn: Connection, home: OpenHome, said_at: datetime) -> Alarm:
    """The most urgent of which a message has reached them; else the most urgent."""
    if len(home.alarms) == 1:
        return home.alarms[0]
    heard = contact_answers.heard_of(conn, home.person, home.alarms, said_at)
    return next((alarm for alarm in home.alarms if alarm.id in heard), home.alarms[0])


def dispatch_of(conn: Connection, answered: Meant) -> Dispatch | None:
    """The dispatch that the reply is about, if it is a responder's: of the alarm, else of another
    danger of the home."""
    own = dispatches.live_for(conn, answered.alarm.id, answered.person.id)
    if own is not None or not joining.is_danger(answered.alarm):
        return own
    found = [
        dispatches.live_for(conn, alarm.id, answered.person.id)
        for alarm in answered.home.alarms
        if joining.is_danger(alarm)
    ]
    return next((one for one in found if one is not None), None)


def choices(conn: Connection, homes: Sequence[OpenHome]) -> list[HomeChoice]:
    """The homes as they are listed to somebody who has to say which one they mean."""
    listed = []
    for home in homes:
        brief = notifying.home_of(conn, home.alarms[0])
        kinds = tuple(alarm.kind for alarm in home.alarms)
        listed.append(
            texts.HomeChoice(home.alarms[0].code, brief.residents if brief else "", kinds)
        )
    return listed
