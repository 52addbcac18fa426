"""Raises an alarm of the home a telephone number belongs to: somebody rang in vain, or wrote for
help."""

from datetime import datetime

from alerts.alarm import raising, shelving
from alerts.alarm.raising import AlarmCondition
from alerts.policy import Policy
from store.alarm import alarms, emergencies
from store.alarm.kinds import dedup_key_of
from store.db import Connection
from store.model import Alarm, Kind, Priority
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
    """The alarm of the home of the number that a life is in danger, else a help call of the first
    home; a line of its journal says why, and a hidden one is shown. None: the number belongs to no
    home."""
    homes = centre_calls.homes_of(conn, phone)
    if not homes:
        return None
    known = _life_in_danger(conn, homes[0])
    if known is not None:
        if known.shelved_until is not None:
            known = shelving.show_again(conn, known, now, policy, reason="new_call")
        write_line(conn, known.id, event, homes[0], "system", now, via=via, **data)
        return known
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


def _life_in_danger(conn: Connection, home: HomeOfNumber) -> Alarm | None:
    """Locked. None: no such alarm is open there."""
    together = emergencies.lock_of_home(conn, home.id)
    return next((alarm for alarm in together if alarm.priority == Priority.LIFE), None)


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
