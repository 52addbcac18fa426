"""Timers of alarms: what is due when, claimed by whichever engine comes first."""

from datetime import datetime
from typing import Any

from store.batching import DeferredRows, defer, flush
from store.db import Connection, Queries, fetch_one
from store.model import Timer

SQL = Queries("escalation/timers")

STEP_TIMER = "step"
"""The next step of an alarm's plan."""
PROGRESS_TIMER = "progress"
"""An owner has done nothing until then: the alarm is raised again."""
OFFER_TIMER = "offer"
"""A responder has not answered until then. `ref`: the dispatch."""
ARRIVAL_TIMER = "arrival"
"""A responder is not there until then. `ref`: the dispatch."""
FOLLOW_TIMER = "follow"
"""Something was done for another danger of the home that concerns this alarm. `ref`: the
dispatch."""
FAMILY_TIMER = "family"
"""A relative who said that they go should be there by then. `ref`: the person."""
PROMPT_TIMER = "prompt"
"""The desk is to call an outside service from then on. `ref`: why."""
UNANSWERED_TIMER = "unanswered"
"""A message that nobody has answered until then goes on by the person's next channel. `ref`: the
message's chain."""
SHELVING_TIMER = "shelf"
"""A hidden alarm comes back then."""


def set_timer(
    conn: Connection, alarm_id: int, kind: str, due_at: datetime, *, ref: str = "", **data: Any
) -> None:
    """Set or move the alarm's timer of this kind and ref, by the end of the transaction."""
    timer = {"alarm_id": alarm_id, "kind": kind, "ref": ref, "due_at": due_at, "data": data}
    defer(conn, DeferredRows.TIMERS, timer)


def make_step_due(
    conn: Connection, alarm_id: int, kind: str, now: datetime, *, cycles: int
) -> None:
    """Make the timer of the plan's next step due now, unless that step begins a pass or the plan
    has been through its cycles."""
    flush(conn)
    conn.execute(
        SQL["make_step_due"], {"alarm_id": alarm_id, "kind": kind, "now": now, "cycles": cycles}
    )


def timer_of(conn: Connection, alarm_id: int, kind: str) -> Timer | None:
    """The alarm's only timer of this kind."""
    flush(conn)
    return fetch_one(conn, Timer, SQL["timer_of"], {"alarm_id": alarm_id, "kind": kind})


def due_times(conn: Connection, alarm_id: int, kind: str) -> list[datetime]:
    """When the alarm's timers of this kind are due."""
    flush(conn)
    rows = conn.execute(SQL["due_times"], {"alarm_id": alarm_id, "kind": kind}).fetchall()
    return [row[0] for row in rows]


def refs(conn: Connection, alarm_id: int, kind: str) -> set[str]:
    """What the alarm's timers of this kind are for."""
    flush(conn)
    rows = conn.execute(SQL["refs"], {"alarm_id": alarm_id, "kind": kind}).fetchall()
    return {row[0] for row in rows}


def share(conn: Connection, alarm_id: int, kind: str, *, ref: str) -> None:
    """Set the timer of this kind and ref for the alarm, too, if another alarm has it."""
    flush(conn)
    conn.execute(SQL["share"], {"alarm_id": alarm_id, "kind": kind, "ref": ref})


def hand_on(conn: Connection, alarm_id: int, to: int, kind: str, *, ref: str) -> None:
    """Give the alarm's timer of this kind and ref to another alarm."""
    flush(conn)
    conn.execute(SQL["hand_on"], {"alarm_id": alarm_id, "to": to, "kind": kind, "ref": ref})


def postpone_timer(conn: Connection, timer_id: int, due_at: datetime) -> None:
    flush(conn)
    conn.execute(SQL["postpone_timer"], {"id": timer_id, "due_at": due_at})


def stop_timer(conn: Connection, alarm_id: int, kind: str, ref: str = "") -> None:
    flush(conn)
    conn.execute(SQL["stop_timer"], {"alarm_id": alarm_id, "kind": kind, "ref": ref})


def stop_timers(conn: Connection, alarm_id: int) -> None:
    flush(conn)
    conn.execute(SQL["stop_timers"], {"alarm_id": alarm_id})


def claim_due_timer(conn: Connection, now: datetime) -> Timer | None:
    """Take the most overdue timer nobody else holds; its alarm stays locked until the end of the
    transaction. None: nothing due."""
    flush(conn)
    found = fetch_one(conn, Timer, SQL["claim_due_timer"], {"now": now})
    if found is None:
        return None
    return fetch_one(conn, Timer, SQL["take_timer"], {"id": found.id, "now": now})


def next_due(conn: Connection) -> datetime | None:
    """When the next timer is due; None: none is set."""
    row = conn.execute(SQL["next_due"]).fetchone()
    return row[0] if row else None
