"""A responder who is on the way says anew how long they need. One use case, one transaction."""

from datetime import datetime, timedelta

from alerts.errors import NotFoundError, RefusedError
from alerts.notify import notifying
from alerts.policy import Policy
from store.alarm import alarms, emergencies
from store.db import Connection
from store.dispatch_states import GOING
from store.duty import dispatches
from store.escalation import timers
from store.escalation.timers import ARRIVAL_TIMER
from store.home import people
from store.model import Dispatch, DispatchState


def say_when(
    conn: Connection,
    dispatch_id: int,
    minutes: int,
    *,
    actor: str,
    via: str,
    now: datetime,
    policy: Policy,
) -> Dispatch:
    """They are expected so many minutes from now; the home hears it. NotFoundError; RefusedError:
    they are not on the way, or there is nothing to go for any more."""
    with conn.transaction():
        served = emergencies.lock_served(conn, dispatch_id)
        current = dispatches.get(conn, dispatch_id)
        if current is None:
            raise NotFoundError("there is no such dispatch")
        if current.state not in GOING or not served:
            raise RefusedError("nobody is on the way with this dispatch")
        said = dispatches.set_eta(conn, dispatch_id, minutes, now)
        assert said is not None  # noqa: S101  its alarms are locked
        expected = now + timedelta(seconds=policy.way(minutes))
        for alarm in served:
            alarms.journal(
                conn,
                alarm.id,
                "eta_said",
                at=now,
                actor=actor,
                via=via,
                dispatch=dispatch_id,
                responder=said.responder_id,
                eta_minutes=minutes,
            )
            timers.set_timer(conn, alarm.id, ARRIVAL_TIMER, expected, ref=str(dispatch_id))
            alarms.touch(conn, alarm.id)
            alarms.notify(conn, "alarm", alarm.id)
        responder = people.find_person(conn, said.responder_id)
        notifying.announce_to_home(
            conn,
            alarms.get(conn, served[0].id) or served[0],
            DispatchState.EN_ROUTE,
            who=responder.name if responder else "",
            eta_minutes=minutes,
            now=now,
            policy=policy,
        )
        return said
