"""Alarms shelved for a time, and alarms linked with each other."""

from datetime import datetime
from typing import Any

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Alarm

SQL = Queries("alarm/shelving")


def ask_to_shelve(conn: Connection, alarm_id: int, by: int, until: datetime) -> Alarm:
    """Note who (user id) wants it hidden; it stays visible."""
    return _changed(conn, "ask_to_shelve", id=alarm_id, by=by, until=until)


def shelve(conn: Connection, alarm_id: int, until: datetime) -> Alarm:
    return _changed(conn, "shelve", id=alarm_id, until=until)


def unshelve(conn: Connection, alarm_id: int) -> Alarm:
    return _changed(conn, "unshelve", id=alarm_id)


def link(conn: Connection, alarm_id: int, to: int | None) -> Alarm:
    return _changed(conn, "link", id=alarm_id, to=to)


def linked_with(conn: Connection, root: int) -> list[Alarm]:
    """The group of this first alarm, locked until the transaction ends."""
    return fetch_all(conn, Alarm, SQL["linked_with"], {"root": root})


def _changed(conn: Connection, query: str, **values: Any) -> Alarm:
    changed = fetch_one(conn, Alarm, SQL[query], values)
    assert changed is not None  # noqa: S101  the caller holds its lock
    return changed
