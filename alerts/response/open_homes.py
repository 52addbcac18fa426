"""Which home a reply is about. The open alarms of one home are one emergency to who answers.

An answer belongs to what its sender has heard: without a code it is about the home of which a
message has reached them. Who names a code has it from somebody, and may mean any that is theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alerts.duty import joining
from alerts.notify import notifying, texts
from alerts.notify.texts import HomeChoice
from alerts.response.hearing import ALARMS, CARRIERS_CLOCK, OFFERS, heard_of
from store.alarm import alarms, emergencies
from store.db import Connection
from store.dispatch_states import LIVE
from store.duty import dispatches
from store.model import Alarm, Dispatch, Person


@dataclass(frozen=True, slots=True)
class OpenHome:
    """A home with open alarms, most urgent first, and who of those sharing a number may answer
    them; or an area with its alarm. `told`: whether a message about it was ever meant for them."""

    person: Person
    alarms: list[Alarm] = field(default_factory=list)
    told: bool = True

    def named(self, code: str) -> Alarm | None:
        return next((alarm for alarm in self.alarms if alarm.code == code), None)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a reply is about: the alarm it is taken for, in its home. `heard`: whether a message had
    reached them; if not, they named its code."""

    home: OpenHome
    alarm: Alarm
    heard: bool = True

    @property
    def person(self) -> Person:
        return self.home.person


def open_homes(
    conn: Connection, known: Sequence[Person], written_at: datetime | None
) -> list[OpenHome]:
    """Every home with alarms anybody with this number may answer, once, in the name of the first;
    then those of theirs of which nobody has told them. What was written before an alarm was raised
    is no answer to it."""
    found: dict[tuple[int, int], OpenHome] = {}
    seen: set[int] = set()
    for person in known:
        for alarm in alarms.open_for_person(conn, person.id):
            if alarm.id not in seen and not _is_later(alarm, written_at):
                seen.add(alarm.id)
                found.setdefault(_place(alarm), OpenHome(person)).alarms.append(alarm)
    if known:
        untold = alarms.untold(conn, [person.id for person in known])
        for alarm in untold:
            if alarm.id not in seen and not _is_later(alarm, written_at):
                home = OpenHome(known[0], told=False)
                found.setdefault(_place(alarm), home).alarms.append(alarm)
    return list(found.values())


def _is_later(alarm: Alarm, written_at: datetime | None) -> bool:
    return written_at is not None and alarm.raised_at > written_at + CARRIERS_CLOCK


def _place(alarm: Alarm) -> tuple[int, int]:
    return (alarm.home_id or 0, 0 if alarm.home_id else alarm.id)


def meant(
    conn: Connection,
    homes: Sequence[OpenHome],
    known: Sequence[Person],
    code: str | None,
    said_at: datetime,
) -> Meant | None:
    """The alarm with the code they name, heard of or not; without one, of the one home of which
    they have heard. A wrong code is no answer."""
    everything = [alarm for home in homes for alarm in home.alarms]
    heard = heard_of(conn, _ids(known), everything, said_at)
    if code is not None:
        for home in homes:
            alarm = home.named(code)
            if alarm is not None:
                return Meant(home, alarm, alarm.id in heard)
        return None
    waiting = [home for home in homes if any(alarm.id in heard for alarm in home.alarms)]
    if len(waiting) > 1:
        waiting = [home for home in waiting if not _is_over_for(conn, home)]
    if len(waiting) != 1:
        return None
    told = [alarm for alarm in waiting[0].alarms if alarm.id in heard]
    read = heard_of(conn, _ids(known), told, said_at, beside=True) if len(told) > 1 else set()
    # Of several the one whose message has had time to be read; what has just left comes after.
    return Meant(waiting[0], next((alarm for alarm in told if alarm.id in read), told[0]))


def likely(homes: Sequence[OpenHome]) -> Meant | None:
    """What free text is about, for who reads it: of the only home they were told of, or that is
    theirs. It answers nothing."""
    told = [home for home in homes if home.told] or list(homes)
    return Meant(told[0], told[0].alarms[0]) if len(told) == 1 else None


def _ids(known: Sequence[Person]) -> list[int]:
    return [person.id for person in known]


def _is_over_for(conn: Connection, home: OpenHome) -> bool:
    """Whether all they have to do with the home is what they have declined or not answered: they
    may say so after all, but it is not what they are asked."""
    asked = [dispatches.live_for(conn, alarm.id, home.person.id) for alarm in home.alarms]
    return all(one is not None and one.state not in LIVE for one in asked)


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


def hears_as_contact(conn: Connection, answered: Meant, said_at: datetime) -> bool:
    """Of who was asked to go and is told of the alarm as well: whether only that has reached them,
    and not yet that they were asked."""
    who, about = [answered.person.id], answered.home.alarms
    if not heard_of(conn, who, [answered.alarm], said_at, purposes=ALARMS):
        return False
    return not heard_of(conn, who, about, said_at, purposes=OFFERS)


def choices(conn: Connection, homes: Sequence[OpenHome]) -> list[HomeChoice]:
    """The homes as they are listed to somebody who has to say which one they mean: those they were
    told of, else those of theirs where somebody is in danger."""
    told = [home for home in homes if home.told]
    listed = []
    for home in told or homes:
        dangers = [alarm for alarm in home.alarms if alarm.priority <= emergencies.LEAST]
        shown = home.alarms if home.told else dangers
        if shown:
            brief = notifying.home_of(conn, shown[0])
            kinds = tuple(alarm.kind for alarm in shown)
            residents = brief.residents if brief else ""
            listed.append(texts.HomeChoice(shown[0].code, residents, kinds))
    return listed
