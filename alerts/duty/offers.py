"""Offers a dispatch to a responder, and to the next one when they do not go."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from alerts.duty.ranking import Candidate
from alerts.duty.responders import find_candidates
from alerts.notify import call_texts, notifying, texts
from alerts.policy import Policy
from store.alarm import alarms
from store.alarm.kinds import lane_of
from store.db import Connection
from store.dispatch_states import COMING
from store.duty import dispatches
from store.escalation import timers
from store.escalation.timers import OFFER_TIMER
from store.model import Alarm, Dispatch, Person, Priority

STAFF = frozenset({"grid_worker", "station"})
"""Kinds of responders whose work it is."""


def offer_dispatch(
    conn: Connection,
    alarm: Alarm,
    responder: Person,
    *,
    offered_by: int | None,
    now: datetime,
    policy: Policy,
    instead_of: int | None = None,
) -> Dispatch | None:
    """Offer the alarm to a responder; they answer within the policy's time or are passed over.

    `offered_by` is the operator's user id, None: the plan; `instead_of` the dispatch whose
    responder does not go. None is returned when the responder has a live dispatch for this alarm
    already, when the plan cannot reach them, and for an alarm of a whole area: it has no address.
    """
    home = notifying.home_of(conn, alarm)
    if home is None or (
        offered_by is None and not _can_be_asked(conn, alarm, responder, now, policy)
    ):
        return None
    made = dispatches.offer(conn, alarm.id, responder.id, offered_by=offered_by, now=now)
    if made is None:
        return None
    alarms.journal(
        conn,
        alarm.id,
        "dispatch_offered",
        at=now,
        actor="system" if offered_by is None else f"user:{offered_by}",
        dispatch=made.id,
        responder=responder.id,
        instead_of=instead_of,
    )
    notifying.notify_person(
        conn,
        alarm,
        responder,
        purpose="offer",
        now=now,
        dispatch_id=made.id,
        body=texts.offer_text(
            alarm,
            home.residents,
            home.address,
            responder.language,
            policy,
            link=texts.dispatch_link(made.id, responder, policy),
        ),
        spoken=call_texts.offer_call(
            alarm, home.residents, home.address, responder.language, policy
        ),
        dedupe=f"offer:{made.id}",
        policy=policy,
    )
    deadline = now + timedelta(seconds=policy.accept)
    timers.set_timer(conn, alarm.id, OFFER_TIMER, deadline, ref=str(made.id))
    return made


def offer_best(
    conn: Connection,
    alarm: Alarm,
    candidates: Sequence[Candidate],
    now: datetime,
    policy: Policy,
) -> bool:
    """Offer it to the first of them who was not asked for this alarm before; when all were asked,
    to the first again. False: nobody could be asked."""
    people = [candidate.responder.person for candidate in candidates]
    before = {d.responder_id for d in dispatches.of_alarm(conn, alarm.id)}
    fresh = [p for p in people if p.id not in before] or people
    return any(
        offer_dispatch(conn, alarm, p, offered_by=None, now=now, policy=policy) for p in fresh
    )


def offer_next(
    conn: Connection, alarm: Alarm, instead_of: Dispatch, now: datetime, policy: Policy
) -> bool:
    """Somebody does not go: ask the next best who was not asked for this alarm yet, at once,
    whoever had asked the first. True also when another responder is coming already."""
    sent = dispatches.of_alarm(conn, alarm.id)
    if any(d.state in COMING for d in sent):
        return True
    return _ask_first(conn, alarm, {d.responder_id for d in sent}, instead_of, now, policy)


def _ask_first(
    conn: Connection,
    alarm: Alarm,
    asked: Collection[int],
    instead_of: Dispatch,
    now: datetime,
    policy: Policy,
) -> bool:
    candidates = find_candidates(conn, alarm.area_id, alarm.home_id, now, policy)
    fresh = [
        c.responder.person
        for c in candidates
        if c.responder.person_id not in asked and _is_theirs(alarm, c)
    ]
    return any(
        offer_dispatch(
            conn, alarm, p, offered_by=None, now=now, policy=policy, instead_of=instead_of.id
        )
        for p in fresh
    )


def _is_theirs(alarm: Alarm, candidate: Candidate) -> bool:
    """A fault is for staff: no volunteer is woken because of a device."""
    return alarm.priority < Priority.TECHNICAL or candidate.responder.kind in STAFF


def _can_be_asked(
    conn: Connection, alarm: Alarm, responder: Person, now: datetime, policy: Policy
) -> bool:
    return bool(
        notifying.methods_to(conn, responder, "offer", lane_of(alarm.priority), now, policy)[0]
    )
