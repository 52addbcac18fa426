"""The open dangers of one home, one emergency to who answers, and what dispatches serve."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.db import Connection, Queries, fetch_all
from store.model import Alarm, Priority

SQL = Queries("alarm/emergencies")

LEAST = Priority.PERSON_AT_RISK
"""The least urgent priority that belongs to an emergency."""


def of_home(conn: Connection, home_id: int) -> list[Alarm]:
    """The oldest first."""
    return fetch_all(conn, Alarm, SQL["of_home"], {"home_id": home_id, "least": LEAST})


def lock_of_home(conn: Connection, home_id: int) -> list[Alarm]:
    """As of_home, all of them held until the transaction ends. For who holds no alarm yet."""
    return fetch_all(conn, Alarm, SQL["lock_of_home"], {"home_id": home_id, "least": LEAST})


def lock_free(conn: Connection, home_id: int, but: int) -> list[Alarm]:
    """Those that nobody else holds, for who holds the alarm `but`."""
    return fetch_all(
        conn, Alarm, SQL["lock_free"], {"home_id": home_id, "least": LEAST, "but": but}
    )


def hold_home(conn: Connection, home_id: int) -> None:
    """Until the transaction ends nobody else sends somebody to this home. After this no alarm may
    be waited for."""
    conn.execute(SQL["hold_home"], {"home_id": home_id})


def served_by(conn: Connection, dispatch_id: int) -> list[Alarm]:
    """The open alarms that a dispatch serves, the oldest first."""
    return fetch_all(conn, Alarm, SQL["served"], {"dispatch_id": dispatch_id})


def lock_served(conn: Connection, dispatch_id: int) -> list[Alarm]:
    """As served_by, all of them held. Who holds one already holds the oldest of them."""
    return fetch_all(conn, Alarm, SQL["lock_served"], {"dispatch_id": dispatch_id})


def under_way(conn: Connection, home_id: int) -> bool:
    """Whether somebody was asked to go to an open danger of the home, and is not done."""
    return prefetch_under_way(conn, home_id)()


def prefetch_under_way(conn: Connection, home_id: int) -> Callable[[], bool]:
    """Execute under_way; what is returned fetches its answer."""
    cursor = conn.execute(SQL["under_way"], {"home_id": home_id, "least": LEAST})
    return lambda: bool((cursor.fetchone() or (False,))[0])


def join(conn: Connection, alarm: Alarm, now: datetime) -> list[int]:
    """Let the live dispatches of the home's other dangers serve this alarm, too. Their ids."""
    rows = conn.execute(
        SQL["join_live"],
        {"alarm_id": alarm.id, "home_id": alarm.home_id, "least": LEAST, "now": now},
    )
    return [row[0] for row in rows]


def join_one(conn: Connection, dispatch_id: int, alarm_id: int, now: datetime) -> None:
    conn.execute(SQL["join_one"], {"dispatch_id": dispatch_id, "alarm_id": alarm_id, "now": now})


def act(conn: Connection, *, several: bool) -> dict[str, Any]:
    """What the journals of all alarms that one act serves have in common, `{"act": number}`; empty
    where it serves only one."""
    row = conn.execute(SQL["next_act"]).fetchone() if several else None
    return {"act": row[0]} if row else {}


@dataclass(frozen=True, slots=True)
class Hearing:
    """When an alarm counts as heard of. `purposes`: of the messages that count; `by`: what came
    later does not; `sent_before`: what a carrier that tells nothing more has had since then may be
    read by now; `leaving`: so may what is between us and the carrier; `said`, `over`, `heard_only`:
    the rank from which a call has told its message, that of one that is over, and its error if it
    had been heard."""

    purposes: list[str]
    by: datetime
    sent_before: datetime
    leaving: bool
    said: int
    over: int
    heard_only: str


def heard_of(
    conn: Connection, people: Collection[int], alarm_ids: Collection[int], hearing: Hearing
) -> set[int]:
    """Of which of these alarms a message has reached one of the people."""
    values = {name: getattr(hearing, name) for name in Hearing.__slots__}
    rows = conn.execute(
        SQL["heard_of"], {"alarm_ids": list(alarm_ids), "people": list(people), **values}
    )
    return {row[0] for row in rows}
