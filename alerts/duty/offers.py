"""Offers a dispatch to a responder, and to the next one when they do not go."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from alerts.duty import joining
from alerts.duty.ranking import Candidate
from alerts.duty.responders import find_candidates, find_neighbours
from alerts.notify import call_texts, notifying
from alerts.notify.recipients import responder_texts
from alerts.notify.unanswered import ANY, ChannelOrder
from alerts.policy import Policy
from store.alarm import alarms, emergencies
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
    order: ChannelOrder = ANY,
) -> Dispatch | None:
    """Offer the alarm to a responder; they answer within the policy's time or are passed over. Who
    does not answer a text meanwhile is called, for the same dispatch. `order`: the step's channels.

    The dispatch serves all open dangers of the home. Its deadline is kept with the oldest of them:
    whoever fires it can then lock the others in their order.

    `offered_by` is the operator's user id, None: the plan; `instead_of` the dispatch whose
    responder does not go. None is returned when the responder has a live dispatch that serves this
    alarm already, when the plan cannot reach them, and for an alarm of a whole area: it has no
    address.
    """
    home = notifying.visit_of(conn, alarm)
    if home is None or (
        offered_by is None and not _can_be_asked(conn, alarm, responder, now, policy)
    ):
        return None
    joining.hold_home(conn, alarm)
    joining.join_under_way(conn, alarm, now, policy)
    made = dispatches.offer(conn, alarm.id, responder.id, offered_by=offered_by, now=now)
    if made is None:
        return None
    _record(conn, alarm, made, now, instead_of)
    notifying.notify_person(
        conn,
        alarm,
        responder,
        purpose="offer",
        now=now,
        dispatch_id=made.id,
        body=responder_texts.offer_text(
            alarm,
            home,
            responder.language,
            policy,
            link=responder_texts.dispatch_link(made.id, responder, policy),
        ),
        spoken=call_texts.offer_call(
            alarm, home.residents, home.address, responder.language, policy
        ),
        dedupe=offer_chain(made.id),
        policy=policy,
        order=order,
    )
    deadline = now + timedelta(seconds=policy.accept)
    oldest = emergencies.served_by(conn, made.id)[0].id
    timers.set_timer(conn, oldest, OFFER_TIMER, deadline, ref=str(made.id))
    return made


def offer_chain(dispatch_id: int) -> str:
    """The chain of the question to the responder of a dispatch."""
    return f"offer:{dispatch_id}"


def _record(
    conn: Connection, alarm: Alarm, made: Dispatch, now: datetime, instead_of: int | None
) -> None:
    """In the journal of each alarm that the dispatch serves, under one act."""
    others = joining.join_others(conn, alarm, made, now)
    act = emergencies.act(conn, several=bool(others))
    for number in sorted([alarm.id, *others]):
        alarms.journal(
            conn,
            number,
            "dispatch_offered",
            at=now,
            actor="system" if made.offered_by is None else f"user:{made.offered_by}",
            dispatch=made.id,
            responder=made.responder_id,
            instead_of=instead_of,
            **act,
        )


def offer_best(
    conn: Connection,
    alarm: Alarm,
    candidates: Sequence[Candidate],
    now: datetime,
    policy: Policy,
    order: ChannelOrder = ANY,
) -> bool:
    """Offer it to the first of them who was not asked for this alarm before; when all were asked,
    to the first again. False: nobody could be asked."""
    people = [candidate.responder.person for candidate in candidates]
    before = {d.responder_id for d in dispatches.of_alarm(conn, alarm.id)}
    fresh = [p for p in people if p.id not in before] or people
    return any(
        offer_dispatch(conn, alarm, p, offered_by=None, now=now, policy=policy, order=order)
        for p in fresh
    )


def offer_next(
    conn: Connection, alarm: Alarm, instead_of: Dispatch, now: datetime, policy: Policy
) -> bool:
    """Somebody does not go: ask the next best who was not asked for this alarm yet, at once,
    whoever had asked the first; after the home's own those of neighbouring grids. True also when
    another responder is coming already."""
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
    """Those of the home's own areas, then, of a danger, those of the grids around."""
    around = (find_neighbours,) if joining.is_danger(alarm) else ()
    return any(
        candidate.responder.person_id not in asked
        and _is_theirs(alarm, candidate)
        and offer_dispatch(
            conn,
            alarm,
            candidate.responder.person,
            offered_by=None,
            now=now,
            policy=policy,
            instead_of=instead_of.id,
        )
        for find in (find_candidates, *around)
        for candidate in find(conn, alarm.area_id, alarm.home_id, now, policy)
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
