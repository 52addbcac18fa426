"""Whether somebody at the desk has reached the resident. One use case, one transaction.

It is a person's word: that the telephone at home was picked up is not taken for it.
"""

from datetime import datetime

from alerts.alarm import lifecycle
from alerts.alarm.locking import actor_of, locked_alarm
from alerts.alarm.re_alarming import note_progress
from alerts.errors import RefusedError
from alerts.escalation import prompts
from alerts.policy import Policy
from store.alarm import alarms
from store.db import Connection
from store.model import Alarm, User


def note_contact(
    conn: Connection,
    alarm_id: int,
    *,
    reached: bool,
    by: User,
    now: datetime,
    policy: Policy,
    via: str = "console",
) -> Alarm:
    """Write down that the resident was reached, or that they were tried and not reached. Anybody at
    the desk may; by the owner it is progress. Reached ends the prompt to call an ambulance; not
    reached brings it, as soon as it would have come.

    NotFoundError; RefusedError: closed, or an area's alarm, which has no resident.
    """
    with conn.transaction():
        alarm = locked_alarm(conn, alarm_id)
        lifecycle.check_open(alarm)
        if alarm.home_id is None:
            raise RefusedError("this alarm is about an area, nobody lives in it: write a note")
        event = "resident_reached" if reached else "resident_not_reached"
        alarms.journal(conn, alarm_id, event, at=now, actor=actor_of(by), via=via)
        if not reached:
            prompts.arm(conn, alarm, now, policy)
        return note_progress(conn, alarm, by, now, policy)
