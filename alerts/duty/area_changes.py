"""Adds and changes areas: name, parent, supervisor, time zone.

Each function is one use case and one transaction.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from alerts.duty import area_tree, cover_check
from alerts.errors import NotFoundError, RefusedError, UnacceptableError
from alerts.policy import Policy
from store.db import Connection
from store.duty import areas
from store.duty.areas import Area
from store.home import people


def add_area(
    conn: Connection,
    *,
    code: str,
    name: str,
    level: str,
    parent: str | None,
    now: datetime,
    policy: Policy,
) -> Area:
    """UnacceptableError: it cannot lie there; RefusedError: there is an area of that code."""
    with conn.transaction():
        areas.one_at_a_time(conn)
        _check(conn, code, level, parent)
        if not areas.add(conn, code=code, name=name, level=level, parent=parent):
            raise RefusedError(f"there is an area {code} already")
        cover_check.check_cover(conn, now, policy)
        return _existing(conn, code)


def change_area(
    conn: Connection, code: str, wanted: dict[str, Any], now: datetime, policy: Policy
) -> Area:
    """`wanted`: new values by the names of Area's fields; what is not named stays. The cover is
    checked anew: who is on duty for an area is on duty for all that lies in it."""
    with conn.transaction():
        areas.one_at_a_time(conn)
        changed = replace(_existing(conn, code), **wanted)
        _check(conn, code, changed.level, changed.parent)
        who = changed.supervisor
        if who is not None and people.find_person(conn, who) is None:
            raise UnacceptableError(f"there is no person {who}")
        areas.change(conn, changed)
        cover_check.check_cover(conn, now, policy)
        return _existing(conn, code)


def _check(conn: Connection, code: str, level: str, parent: str | None) -> None:
    wrong = area_tree.objection(areas.listed(conn), code, level, parent)
    if wrong is not None:
        raise UnacceptableError(wrong)


def _existing(conn: Connection, code: str) -> Area:
    found = areas.find(conn, code)
    if found is None:
        raise NotFoundError("there is no such area")
    return found
