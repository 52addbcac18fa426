"""Asks a responder whether they go."""

from datetime import datetime, timedelta

from alerts import spoken, telling, wording
from alerts.classify import lane_of
from alerts.policy import Policy
from store import alarms, dispatches
from store.db import Connection
from store.model import Alarm, Dispatch, Person

OFFER_TIMER = "offer"
ARRIVAL_TIMER = "arrival"


def offer(
    conn: Connection,
    alarm: Alarm,
    responder: Person,
    *,
    offered_by: int | None,
    now: datetime,
    policy: Policy,
) -> Dispatch | None:
    """Offer the alarm to a responder; they answer within the policy's time or are passed over.

    `offered_by` is the operator's user id, None: the plan. None is returned when the responder
    has a live dispatch for this alarm already, when the plan has no way to ask them, and for an
    alarm of a whole area: it has no door.
    """
    home = telling.home_of(conn, alarm)
    if home is None or (
        offered_by is None and not _can_be_asked(conn, alarm, responder, now, policy)
    ):
        return None
    made = dispatches.offer(conn, alarm.id, responder.id, offered_by=offered_by, now=now)
    if made is None:
        return None
    alarms.journal(
        conn, alarm.id, "dispatch_offered", at=now,
        actor="system" if offered_by is None else f"user:{offered_by}",
        dispatch=made.id, responder=responder.id,
    )  # fmt: skip
    telling.tell_person(
        conn, alarm, responder, purpose="offer", now=now, dispatch_id=made.id,
        body=wording.offer_text(alarm, home.residents, home.address, responder.language, policy),
        spoken=spoken.offer_call(alarm, home.residents, home.address, responder.language, policy),
        fields=wording.template_fields(alarm, home.residents, responder.language, policy),
        dedupe=f"offer:{made.id}", policy=policy,
    )  # fmt: skip
    deadline = now + timedelta(seconds=policy.accept)
    alarms.set_timer(conn, alarm.id, OFFER_TIMER, deadline, ref=str(made.id))
    return made


def _can_be_asked(
    conn: Connection, alarm: Alarm, responder: Person, now: datetime, policy: Policy
) -> bool:
    return bool(telling.ways_to(conn, responder, "offer", lane_of(alarm.priority), now, policy)[0])
