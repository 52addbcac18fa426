"""Alarms that an operator raises: by hand, for what no device has told, or from a warning."""

from datetime import datetime
from enum import StrEnum

from alerts.alarm import closing, linking, operator_actions, raising, shelving
from alerts.alarm.locking import actor_of, locked_alarm
from alerts.alarm.raising import AlarmCondition
from alerts.errors import NotFoundError, RefusedError
from alerts.policy import Policy
from store.alarm import alarms
from store.alarm.kinds import KINDS, dedup_key_of
from store.db import Connection
from store.home import household
from store.model import Alarm, AlarmState, Kind, Outcome, User

KINDS_BY_HAND = tuple(
    kind for kind, record in KINDS.items() if record.endangers and not record.of_centre
)
"""What people tell of: dangers. A fault of a device is a work order."""


class Source(StrEnum):
    """Who told the centre."""

    TELEPHONE = "telephone"
    """The resident or a relative rang."""
    MESSAGE = "message"
    """Somebody wrote."""
    NEIGHBOUR = "neighbour"
    POLICE = "police"
    STAFF = "staff"
    """A grid worker, the station, the property's people."""
    OTHER = "other"


def open_alarm(
    conn: Connection,
    home: str,
    kind: Kind,
    by: User,
    now: datetime,
    policy: Policy,
    *,
    source: Source = Source.TELEPHONE,
    words: str = "",
    take: bool = False,
    via: str = "console",
) -> tuple[Alarm, bool]:
    """Raise an alarm of a home (a code), or repeat the open one; whether it is new. Its plan runs
    like any other's. `words`: what was said, kept as a note. `take`: the operator owns it at once,
    unless somebody else has it already.

    One transaction. NotFoundError: no such home. RefusedError: not a danger to somebody at home.
    """
    if kind not in KINDS_BY_HAND:
        raise RefusedError("only what endangers somebody can be opened by hand")
    with conn.transaction():
        place = household.home(conn, home)
        if place is None:
            raise NotFoundError("there is no such home")
        condition = AlarmCondition(
            kind,
            place.id,
            place.area_id,
            None,
            dedup_key_of(kind, ""),
            now,
            actor=actor_of(by),
            via=via,
        )
        alarm, raised = raising.raise_alarm(conn, condition, now, policy)
        if alarm.shelved_until is not None:
            shelving.show_again(conn, alarm, now, policy, reason="new_call")
        alarms.journal(
            conn, alarm.id, "opened_by_hand", at=now, actor=actor_of(by), via=via, source=source
        )
        if words.strip():
            operator_actions.note(conn, alarm.id, words, by, now, policy)
        if take and alarm.owner_id is None:
            operator_actions.acknowledge(conn, alarm.id, by, now, policy, via)
        return locked_alarm(conn, alarm.id), raised


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
