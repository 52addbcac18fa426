"""Reads what changed, once for all screens, and writes it as events; called by broadcaster.

Synchronous and with a database connection of its own: a screen must not wait behind requests.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.http.json_answers import to_json
from api.views.alarms import Audience, alarm_views, audiences
from store.access import desk_presence, sessions
from store.alarm import alarm_details, alarm_lists
from store.alarm.alarm_lists import Filters, Scope
from store.answer_limits import connect
from store.clock import Clock, ComparedClock
from store.db import Connection
from store.engine import clock_state
from store.model import Role, User

_EVERY_OPEN = 10_000
"""More open alarms than any screen can show; a city's power cut is one area_outage."""


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event as it goes over the wire, and who besides operators may get it. `alarm`: the id of
    the alarm it is about, for who may not see it any more."""

    data: bytes
    audience: Audience
    installers: bool = False
    alarm: int | None = None

    def is_for(self, user: User) -> bool:
        if user.at_the_desk:
            return True
        if user.role == Role.FAMILY:
            return user.person_id in self.audience.family
        if user.role == Role.RESPONDER:
            return user.person_id in self.audience.responders
        return self.installers


@dataclass(frozen=True, slots=True)
class QueueSnapshot:
    """All open alarms at one moment, most urgent first, each as the JSON of its view."""

    at: datetime
    alarms: list[StreamEvent]

    def for_user(self, user: User) -> tuple[bytes, set[int]]:
        """The event `queue` with what this user may see, and the ids of those alarms."""
        theirs = [alarm for alarm in self.alarms if alarm.is_for(user)]
        items = b",".join(alarm.data for alarm in theirs)
        event = sse_event("queue", b'{"at":' + to_json(self.at) + b',"items":[' + items + b"]}")
        return event, {alarm.alarm for alarm in theirs if alarm.alarm is not None}


class ChangeReader:
    """Reads for the stream, from one thread at a time."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._conn: Connection | None = None

    def close(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    def snapshot(self, now: datetime) -> QueueSnapshot:
        """Everything that is open. psycopg.Error: the database is away."""
        rows = alarm_lists.open_alarms(self._connection(), Scope(), Filters(), None, _EVERY_OPEN)
        shown = alarm_views(self._connection(), rows)
        who = audiences(self._connection(), rows, shown)
        return QueueSnapshot(now, [StreamEvent(to_json(v), who[v.id], alarm=v.id) for v in shown])

    def changes(self, payloads: Collection[str]) -> list[StreamEvent]:
        """The events for these notifications of the database; what is not understood is passed
        over: a newer version may say more. psycopg.Error: the database is away."""
        return [
            *self._alarms(_numbers(payloads, "alarm")),
            *self._notifications(_numbers(payloads, "notification")),
            *self._devices(_numbers(payloads, "device")),
            *_calls(_numbers(payloads, "call")),
        ]

    def still_valid(self, hashes: list[bytes], now: datetime) -> set[bytes]:
        """Which sessions and tokens are still in force."""
        return sessions.still_valid(self._connection(), hashes, now)

    def compare_clock(self, clock: Clock) -> None:
        """How far this machine is off the database's time. psycopg.Error: it is away."""
        if isinstance(clock, ComparedClock):
            clock_state.compare(self._connection(), clock)

    def note_presence(self, user_ids: Collection[int], now: datetime) -> None:
        """Their screens are connected. psycopg.Error: the database is away."""
        desk_presence.saw(self._connection(), user_ids, now)

    def _connection(self) -> Connection:
        if self._conn is None or self._conn.closed:
            self._conn = connect(self._url, "anxin-api-stream")
        return self._conn

    def _alarms(self, ids: list[int]) -> Iterable[StreamEvent]:
        if not ids:
            return []
        rows = alarm_lists.alarms_by_id(self._connection(), ids)
        shown = alarm_views(self._connection(), rows)
        who = audiences(self._connection(), rows, shown)
        return [StreamEvent(sse_event("alarm", to_json(v)), who[v.id], alarm=v.id) for v in shown]

    def _notifications(self, ids: list[int]) -> Iterable[StreamEvent]:
        rows = alarm_details.notifications_by_id(self._connection(), ids) if ids else []
        return [StreamEvent(sse_event("notification", to_json(row)), Audience()) for row in rows]

    def _devices(self, ids: list[int]) -> Iterable[StreamEvent]:
        if not ids:
            return []
        rows = alarm_details.devices_by_id(self._connection(), ids)
        family: dict[int, set[int]] = {}
        for home_id, person in alarm_lists.family_of(self._connection(), [r.home_id for r in rows]):
            family.setdefault(home_id, set()).add(person)
        return [
            StreamEvent(
                sse_event("device", to_json(row)),
                Audience(family=frozenset(family.get(row.home_id, ()))),
                installers=True,
            )
            for row in rows
        ]


def _calls(ids: list[int]) -> Iterable[StreamEvent]:
    """That something about a call to the centre has changed, for the desk: it asks for the rest."""
    return [StreamEvent(sse_event("call", to_json({"id": number})), Audience()) for number in ids]


def sse_event(event: str, data: bytes) -> bytes:
    """One server-sent event; JSON never holds a line break."""
    return b"event: " + event.encode() + b"\ndata: " + data + b"\n\n"


def gone_event(alarm_id: int) -> bytes:
    """The event that says: this alarm is not yours to see any more."""
    return sse_event("gone", to_json({"id": alarm_id}))


def heartbeat_event(now: datetime) -> bytes:
    """The event that says: the line is open, and this is the centre's time."""
    at: dict[str, Any] = {"at": now}
    return sse_event("heartbeat", to_json(at))


def _numbers(payloads: Collection[str], what: str) -> list[int]:
    found = (payload.partition(" ") for payload in payloads)
    return sorted({int(number) for name, _, number in found if name == what and number.isdigit()})
