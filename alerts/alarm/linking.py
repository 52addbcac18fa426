"""Links alarms of one home that belong together: shown together, closed one by one."""

from datetime import datetime

from alerts.alarm import lifecycle
from alerts.errors import NotFoundError, RefusedError
from store.alarm import alarms, shelving
from store.db import Connection
from store.model import Alarm, User


def link(
    conn: Connection, alarm_id: int, other_id: int, by: User, now: datetime, via: str = "console"
) -> Alarm:
    """Link an alarm to another of its home. Both groups become one, under its oldest alarm.

    One use case and one transaction; raises NotFoundError or RefusedError.
    """
    with conn.transaction():
        one, other = _both(conn, alarm_id, other_id)
        root = min(one.linked_to or one.id, other.linked_to or other.id)
        for member in _groups(conn, one, other):
            if member.id != root and member.linked_to != root:
                shelving.link(conn, member.id, root)
                alarms.journal(
                    conn, member.id, "linked", at=now, actor=f"user:{by.id}", via=via, alarm=root
                )
                alarms.notify(conn, "alarm", member.id)
        alarms.touch(conn, root)  # the others are linked to it now
        alarms.notify(conn, "alarm", root)
        found = alarms.get(conn, alarm_id)
        assert found is not None  # noqa: S101  it is locked
        return found


def _both(conn: Connection, alarm_id: int, other_id: int) -> tuple[Alarm, Alarm]:
    """Locked in the order of their ids, as everybody who takes two."""
    if alarm_id == other_id:
        raise RefusedError("an alarm cannot be linked to itself")
    locked = {number: alarms.lock(conn, number) for number in sorted((alarm_id, other_id))}
    one, other = locked[alarm_id], locked[other_id]
    if one is None or other is None:
        raise NotFoundError("there is no such alarm")
    if one.home_id is None or one.home_id != other.home_id:
        raise RefusedError("only alarms of the same home can be linked")
    lifecycle.check_open(one)
    return one, other


def _groups(conn: Connection, one: Alarm, other: Alarm) -> list[Alarm]:
    found: dict[int, Alarm] = {}
    for root in sorted({one.linked_to or one.id, other.linked_to or other.id}):
        found.update((alarm.id, alarm) for alarm in shelving.linked_with(conn, root))
    return [found[number] for number in sorted(found)]
