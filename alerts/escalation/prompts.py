"""Prompts beside the ladder: the desk is told to call an outside service now, whoever else goes.

120, and 110 for the entry, when nobody has heard the resident for a while after they called; 119
as soon as there is smoke, gas or carbon monoxide. A prompt is a line of the journal, set off by a
timer of the alarm; it stands until the service has the alarm, the resident is reached, or the alarm
ends.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from alerts.policy import Policy
from store.alarm import alarms, prompts, referrals
from store.alarm.kinds import record_of
from store.alarm.prompts import NO_CONTACT
from store.db import Connection
from store.escalation import timers
from store.escalation.timers import PROMPT_TIMER
from store.model import Alarm, Kind

DANGER = "danger"
"""The fire brigade is needed whoever answers."""
SERVICES = {NO_CONTACT: ("120", "110"), DANGER: ("119",)}
"""By why. 110 opens doors."""


def wait_before(kind: Kind, policy: Policy) -> tuple[str, int] | None:
    """Why the desk will be prompted, and how many seconds after the alarm was raised. None: not."""
    record = record_of(kind)
    if record.brigade:
        return DANGER, 0
    if not record.asks_resident:
        return None
    return NO_CONTACT, policy.no_contact if record.call else policy.no_contact_rule


def arm(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> None:
    """Set off what the alarm will be prompted for, or prompt now if its time has come. The alarm
    is locked, or new."""
    rule = wait_before(alarm.kind, policy)
    if rule is None or alarm.home_id is None:
        return
    why, wait = rule
    due = alarm.raised_at + timedelta(seconds=wait)
    if due > now:
        timers.set_timer(conn, alarm.id, PROMPT_TIMER, due, ref=why)
    elif alarm.raised_at == now:
        _prompt(conn, alarm, SERVICES[why], why, now)  # new: it rings by itself
    else:
        fire(conn, alarm, why, now)


def fire(conn: Connection, alarm: Alarm, why: str, now: datetime) -> None:
    """The time for a prompt has come. While the alarm is hidden it waits; it does not come twice,
    or for who was reached. The alarm is locked."""
    if alarm.shelved_until is not None:
        timers.set_timer(conn, alarm.id, PROMPT_TIMER, alarm.shelved_until, ref=why)
        return
    contact = prompts.contacts_of(conn, [alarm.id]).get(alarm.id)
    if why == NO_CONTACT and contact is not None and contact.reached:
        return
    standing = {prompt.service for prompt in prompts.standing(conn, [alarm.id]).get(alarm.id, [])}
    wanted = [
        service
        for service in SERVICES[why]
        if service not in standing and not referrals.is_referred(conn, alarm.id, service)
    ]
    if wanted:
        _prompt(conn, alarm, wanted, why, now)
        alarms.journal(conn, alarm.id, "console_called", at=now, actor="system", why="prompted")
        alarms.touch(conn, alarm.id)
        alarms.notify(conn, "alarm", alarm.id)


def _prompt(
    conn: Connection, alarm: Alarm, services: Iterable[str], why: str, now: datetime
) -> None:
    for service in services:
        alarms.journal(conn, alarm.id, "prompted", at=now, actor="system", service=service, why=why)
