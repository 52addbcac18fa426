"""Moves a dispatch on: accepted, declined, en route, arrived, done; and what follows.

Each function is one use case and one transaction; all raise NotFoundError or RefusedError.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts.alarm import lifecycle, re_alarming
from alerts.alarm.re_alarming import re_alarm
from alerts.duty import joining
from alerts.duty.offers import offer_chain, offer_next
from alerts.errors import NotFoundError, RefusedError
from alerts.escalation import plan_runner, refused_passes, withdrawal
from alerts.notify import dispatch_news
from alerts.policy import Policy
from store.alarm import alarms, emergencies
from store.db import Connection
from store.dispatch_states import GOING, LOST, record_of
from store.duty import dispatches
from store.escalation import timers
from store.escalation.timers import ARRIVAL_TIMER, OFFER_TIMER
from store.model import Alarm, AlarmState, Dispatch, DispatchState
from store.notify import outbox


def move(
    conn: Connection,
    dispatch_id: int,
    wanted: DispatchState,
    *,
    actor: str,
    via: str,
    now: datetime,
    policy: Policy,
    eta_minutes: int | None = None,
    finding: str | None = None,
    event: str = "",
    correction: bool = False,
) -> Dispatch:
    """Move a dispatch to its next state, whoever reports it, for all alarms it serves; the same
    again changes nothing.

    `event`: the line of the journal, where the state's own does not tell what happened.
    `correction`: the state before was said by mistake.
    """
    with conn.transaction():
        current, served = _locked(conn, dispatch_id)
        if current.state == wanted:
            return current
        lifecycle.check_dispatch_move(current.state, wanted, correction=correction)
        if not served:
            raise RefusedError(lifecycle.CLOSED)
        moved = dispatches.move(
            conn, dispatch_id, wanted, now=now, eta_minutes=eta_minutes, finding=finding
        )
        assert moved is not None  # noqa: S101  its alarms are locked
        act = emergencies.act(conn, several=len(served) > 1)
        for alarm in served:
            alarms.journal(
                conn,
                alarm.id,
                event or record_of(wanted).event,
                at=now,
                actor=actor,
                via=via,
                dispatch=dispatch_id,
                responder=moved.responder_id,
                **({"eta_minutes": eta_minutes} if eta_minutes is not None else {}),
                **act,
            )
        _follow(conn, served, moved, now, policy, said_when=eta_minutes is not None or correction)
        if joining.is_danger(served[0]):
            main = _main_of(served, moved)
            others = [alarm for alarm in served if alarm.id != main.id]
            dispatch_news.tell_family(
                conn,
                main,
                others,
                current.state,
                moved,
                now,
                policy,
                said_when=eta_minutes is not None,
            )
        for alarm in served:
            acted = actor == f"user:{alarm.owner_id}"
            stands = re_alarming.update_state(conn, alarm, now, policy, acted=acted)
            withdrawal.withdraw(conn, stands, now)
        return moved


def take_back_arrival(
    conn: Connection, dispatch_id: int, *, actor: str, via: str, now: datetime, policy: Policy
) -> Dispatch:
    """It was said by mistake that they have arrived: they are still on the way."""
    return move(
        conn,
        dispatch_id,
        DispatchState.EN_ROUTE,
        actor=actor,
        via=via,
        now=now,
        policy=policy,
        event="arrival_taken_back",
        correction=True,
    )


ASKED_BACK = "arrival_asked_back"


def was_asked_back(conn: Connection, dispatch: Dispatch) -> bool:
    """Whether they were asked already if they are really there."""
    return any(
        line.event == ASKED_BACK and line.data["dispatch"] == dispatch.id
        for line in alarms.events_of(conn, dispatch.alarm_id)
    )


def ask_back(conn: Connection, dispatch: Dispatch, *, actor: str, via: str, now: datetime) -> None:
    """They say that they are there and never said that they go; the caller asks whether it is so.
    RefusedError: what they were asked for is over."""
    with conn.transaction():
        _, served = _locked(conn, dispatch.id)
        if not served:
            raise RefusedError(lifecycle.CLOSED)
        for number in sorted({dispatch.alarm_id, *(alarm.id for alarm in served)}):
            alarms.journal(
                conn,
                number,
                ASKED_BACK,
                at=now,
                actor=actor,
                via=via,
                dispatch=dispatch.id,
                responder=dispatch.responder_id,
            )
            alarms.touch(conn, number)
            alarms.notify(conn, "alarm", number)


def _follow(
    conn: Connection,
    served: Sequence[Alarm],
    moved: Dispatch,
    now: datetime,
    policy: Policy,
    *,
    said_when: bool,
) -> None:
    """Timers and messages that belong to a dispatch's new state. `said_when`: they have just
    said how long they need, counted from now; else what they said before holds."""
    ref = str(moved.id)
    expected = now + timedelta(seconds=policy.way(moved.eta_minutes))
    for alarm in served:
        timers.stop_timer(conn, alarm.id, OFFER_TIMER, ref)
        if moved.state in GOING and (said_when or moved.state == DispatchState.ACCEPTED):
            timers.set_timer(conn, alarm.id, ARRIVAL_TIMER, expected, ref=ref)
        if moved.state in (DispatchState.ARRIVED, DispatchState.DECLINED):
            timers.stop_timer(conn, alarm.id, ARRIVAL_TIMER, ref)
    main = _main_of(served, moved)
    dispatch_news.tell(conn, main, moved, now, policy)
    if moved.state in LOST:
        _replace(conn, served, main, moved, now, policy)


def _main_of(served: Sequence[Alarm], dispatch: Dispatch) -> Alarm:
    """The alarm in whose name people are told: the one the dispatch was made for, if it is open."""
    return next((alarm for alarm in served if alarm.id == dispatch.alarm_id), served[0])


def _replace(
    conn: Connection,
    served: Sequence[Alarm],
    main: Alarm,
    lost: Dispatch,
    now: datetime,
    policy: Policy,
) -> None:
    """Somebody does not go: the next one is asked at once, whoever had sent the first. With nobody
    left the plans go on without waiting, and an operator who had sent them is called."""
    if offer_next(conn, main, lost, now, policy):
        return
    for alarm in served:
        if alarm.state == AlarmState.RAISED:
            plan_runner.skip_wait(conn, alarm, now)
            continue
        alarms.journal(
            conn,
            alarm.id,
            "nobody_left_to_send",
            at=now,
            actor="system",
            dispatch=lost.id,
            reason="no_responder",
            target="grid_responder",
        )
        alarms.journal(conn, alarm.id, "console_called", at=now, actor="system")


def _locked(conn: Connection, dispatch_id: int) -> tuple[Dispatch, list[Alarm]]:
    """The dispatch and the open alarms it serves; these are locked first, as everywhere."""
    served = emergencies.lock_served(conn, dispatch_id)
    current = dispatches.get(conn, dispatch_id)
    if current is None:
        raise NotFoundError("there is no such dispatch")
    return current, served


def offer_unanswered(conn: Connection, dispatch_id: int, now: datetime, policy: Policy) -> None:
    offered = dispatches.get(conn, dispatch_id)
    if offered is not None and offered.state == DispatchState.OFFERED:
        move(
            conn,
            dispatch_id,
            DispatchState.NO_ANSWER,
            actor="system",
            via="",
            now=now,
            policy=policy,
            event="dispatch_unreached" if _refused(conn, dispatch_id) else "",
        )


def _refused(conn: Connection, dispatch_id: int) -> bool:
    """Whether the offer has not left because the carrier refuses it: nobody was silent."""
    return refused_passes.only_refused(outbox.of_chain(conn, offer_chain(dispatch_id)))


def arrival_overdue(
    conn: Connection, alarm: Alarm, dispatch_id: int, now: datetime, policy: Policy
) -> None:
    going = dispatches.get(conn, dispatch_id)
    if going is None or going.state not in GOING:
        return
    alarms.journal(
        conn,
        alarm.id,
        "arrival_overdue",
        at=now,
        actor="system",
        dispatch=dispatch_id,
        responder=going.responder_id,
    )
    re_alarm(conn, alarm, "not_arrived", now, policy)
