"""Raises an alarm of the home a telephone number belongs to: somebody rang in vain, or wrote for
help."""

from datetime import datetime

from alerts.alarm import raising, shelving
from alerts.alarm.raising import AlarmCondition
from alerts.policy import Policy
from store.alarm import alarms
from store.alarm.kinds import dedup_key_of
from store.db import Connection
from store.model import Alarm, Kind
from store.response import centre_calls
from store.response.centre_calls import HomeOfNumber


def raise_for_number(
    conn: Connection,
    phone: str,
    event: str,
    at: datetime,
    now: datetime,
    policy: Policy,
    *,
    via: str,
    **data: int,
) -> Alarm | None:
    """A help call of the first home of the number, or a repeat of the open one, and a line of its
    journal that says why; a hidden one is shown. None: the number belongs to no home."""
    homes = centre_calls.homes_of(conn, phone)
    if not homes:
        return None
    condition = AlarmCondition(
        Kind.HELP_CALL,
        homes[0].id,
        homes[0].area_id,
        None,
        dedup_key_of(Kind.HELP_CALL, ""),
        at,
        via=via,
    )
    alarm, _ = raising.raise_alarm(conn, condition, now, policy)
    if alarm.shelved_until is not None:
        alarm = shelving.show_again(conn, alarm, now, policy, reason="new_call")
    write_line(conn, alarm.id, event, homes[0], "system", now, via=via, **data)
    return alarm


def write_line(
    conn: Connection,
    alarm_id: int,
    event: str,
    home: HomeOfNumber,
    actor: str,
    now: datetime,
    *,
    via: str,
    **data: int,
) -> None:
    """A line of the journal about whoever has the number."""
    person = {"person": home.person_id} if home.person_id is not None else {}
    alarms.journal(conn, alarm_id, event, at=now, actor=actor, via=via, **person, **data)
    alarms.touch(conn, alarm_id)
    alarms.notify(conn, "alarm", alarm_id)
