"""Dispatches of responders and their states."""

from datetime import datetime

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Dispatch, DispatchState

SQL = Queries("duty/dispatches")


def offer(
    conn: Connection, alarm_id: int, responder_id: int, *, offered_by: int | None, now: datetime
) -> Dispatch | None:
    """None: the responder has a live dispatch for this alarm already."""
    return fetch_one(
        conn,
        Dispatch,
        SQL["offer"],
        {"alarm_id": alarm_id, "responder_id": responder_id, "offered_by": offered_by, "now": now},
    )


def get(conn: Connection, dispatch_id: int) -> Dispatch | None:
    return fetch_one(conn, Dispatch, SQL["get"], {"id": dispatch_id})


def of_alarm(conn: Connection, alarm_id: int) -> list[Dispatch]:
    return fetch_all(conn, Dispatch, SQL["of_alarm"], {"alarm_id": alarm_id})


def live_for(conn: Connection, alarm_id: int, responder_id: int) -> Dispatch | None:
    """What a responder's answer is about; also an offer they did not answer in time: who says
    late that they go is still welcome."""
    return fetch_one(
        conn, Dispatch, SQL["live_for"], {"alarm_id": alarm_id, "responder_id": responder_id}
    )


def move(
    conn: Connection,
    dispatch_id: int,
    state: DispatchState,
    *,
    now: datetime,
    eta_minutes: int | None = None,
    finding: str | None = None,
) -> Dispatch | None:
    return fetch_one(
        conn,
        Dispatch,
        SQL["move"],
        {
            "id": dispatch_id,
            "state": state,
            "now": now,
            "eta_minutes": eta_minutes,
            "finding": finding,
        },
    )


def end_live(conn: Connection, alarm_id: int, now: datetime) -> list[Dispatch]:
    """Nothing is left to be done for the alarm: every live dispatch becomes CANCELLED, or DONE if
    the responder has arrived. Returns them."""
    return fetch_all(conn, Dispatch, SQL["end_live"], {"alarm_id": alarm_id, "now": now})
