"""Makes a warning a call for help, by one click of an operator."""

from datetime import datetime

from alerts.alarm import closing, linking, raising
from alerts.alarm.locking import actor_of, locked_alarm
from alerts.alarm.raising import AlarmCondition
from alerts.errors import RefusedError
from alerts.policy import Policy
from store.alarm import alarms
from store.alarm.kinds import dedup_key_of
from store.db import Connection
from store.model import Alarm, AlarmState, Kind, Outcome, User


def make_call(conn: Connection, alarm_id: int, by: User, now: datetime, policy: Policy) -> Alarm:
    """Raise a help call, or repeat the open one, for the press of a button that nobody has set up;
    the warning is linked to it and closed. The call; its plan runs like any other's.

    One use case and one transaction. RefusedError: it is no such warning, or it is closed.
    """
    with conn.transaction():
        warning = locked_alarm(conn, alarm_id)
        if warning.kind != Kind.UNCONFIRMED_PRESS:
            raise RefusedError("only the press of a button that is not set up can be made a call")
        if warning.state == AlarmState.CLOSED:
            raise RefusedError("the alarm is closed already")
        condition = AlarmCondition(
            Kind.HELP_CALL,
            warning.home_id,
            warning.area_id,
            warning.device_id,
            dedup_key_of(Kind.HELP_CALL, ""),
            warning.last_signal_at,
            actor=actor_of(by),
            via="console",
        )
        call, _ = raising.raise_alarm(conn, condition, now, policy)
        linking.link(conn, warning.id, call.id, by, now)
        alarms.journal(
            conn, warning.id, "made_call", at=now, actor=actor_of(by), via="console", alarm=call.id
        )
        closing.close_locked(conn, warning.id, Outcome.DUPLICATE, by, now, policy)
        return call
