"""Dispatches of responders and their states."""

from datetime import datetime

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Dispatch, DispatchState

SQL = Queries("duty/dispatches")


def offer(
    conn: Connection, alarm_id: int, responder_id: int, *, offered_by: int | None, now: datetime
) -> Dispatch | None:
    """None: the responder has a live dispatch that serves this alarm already."""
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
    """What a responder's answer is about; also an offer they declined or did not answer in time:
    who says after all that they go is welcome."""
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


def set_eta(conn: Connection, dispatch_id: int, minutes: int, now: datetime) -> Dispatch | None:
    """Expected so many minutes from now. `eta_minutes` of a dispatch counts from its answer."""
    return fetch_one(
        conn, Dispatch, SQL["set_eta"], {"id": dispatch_id, "minutes": minutes, "now": now}
    )


def add_finding(conn: Connection, dispatch_id: int, words: str) -> None:
    conn.execute(SQL["add_finding"], {"id": dispatch_id, "words": words})


def live(conn: Connection, alarm_id: int) -> list[Dispatch]:
    """Those under way that serve the alarm."""
    return fetch_all(conn, Dispatch, SQL["live"], {"alarm_id": alarm_id})


def end(conn: Connection, dispatch_id: int, now: datetime) -> Dispatch | None:
    """Nothing is left to be done: it becomes CANCELLED, or DONE if the responder has arrived. None:
    it was over before."""
    return fetch_one(conn, Dispatch, SQL["finish"], {"id": dispatch_id, "now": now})
