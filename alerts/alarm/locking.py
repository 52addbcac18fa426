"""Locks an alarm for a change, checks the right to it, and shows the change. For use cases."""

from alerts.alarm import lifecycle
from alerts.errors import NotFoundError
from store.alarm import alarms
from store.db import Connection
from store.model import Alarm, User


def locked_alarm(conn: Connection, alarm_id: int) -> Alarm:
    alarm = alarms.lock(conn, alarm_id)
    if alarm is None:
        raise NotFoundError("there is no such alarm")
    return alarm


def owned_alarm(conn: Connection, alarm_id: int, by: User) -> Alarm:
    """The alarm, locked, for somebody who may work on it: its owner or a supervisor."""
    alarm = locked_alarm(conn, alarm_id)
    lifecycle.check_owned_by(alarm, by)
    return alarm


def show_change(conn: Connection, alarm_id: int) -> Alarm:
    alarms.touch(conn, alarm_id)
    alarms.notify(conn, "alarm", alarm_id)
    return locked_alarm(conn, alarm_id)


def actor_of(user: User) -> str:
    return f"user:{user.id}"
