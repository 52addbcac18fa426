"""Closes alarms, by a person or by the system, and notifies everybody who had been notified."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.alarm.locking import actor_of, owned_alarm
from alerts.duty import joining
from alerts.duty.offers import offer_chain
from alerts.errors import RefusedError
from alerts.escalation import withdrawal
from alerts.notify import notifying, outage_notices, texts
from alerts.notify.recipients.way_in_codes import is_written_in
from alerts.policy import Policy
from store.alarm import alarm_list_details, alarms, emergencies, hospitals
from store.alarm.kinds import record_of
from store.alarm.outcomes import WITH_HOSPITAL
from store.db import Connection
from store.dispatch_states import THERE
from store.dispatch_states import record_of as dispatch_record
from store.duty import dispatches
from store.escalation import timers
from store.escalation.timers import OFFER_TIMER, UNANSWERED_TIMER
from store.home import people
from store.model import Alarm, AlarmState, Dispatch, Kind, Outcome, User

SYSTEM = "system"
CAME_AGAIN = "it came again since you looked: look at it first"
STILL_REPORTED = "the detector still reports it: look at it, then say so and close it all the same"
WAY_IN = "codes of doors and key boxes are not written: the family would read it"
NOT_SPOKEN = (
    "the resident says that it was a mistake: speak to them first, then say so and close it"
)


def is_still_reported(kind: Kind, *, by_device: bool, cleared_at: datetime | None) -> bool:
    """Whether a detector of the home has stated this danger and has not taken it back."""
    record = record_of(kind)
    stated = record.endangers and not record.call and not record.of_centre
    return stated and by_device and cleared_at is None


def is_mistake(conn: Connection, alarm_id: int) -> bool:
    """Whether the resident has said that they pressed by mistake, and has not called since."""
    return bool(alarm_list_details.mistakes_of(conn, [alarm_id]))


@dataclass(frozen=True, slots=True)
class AlsoClosed:
    """Another alarm of the home that one closing serves. `count`: how often it had been signalled
    when the owner last looked."""

    alarm: int
    outcome: Outcome
    count: int


def close(
    conn: Connection,
    alarm_id: int,
    outcome: Outcome,
    text: str,
    by: User,
    now: datetime,
    policy: Policy,
    *,
    asked: bool = True,
    count: int | None = None,
    also: Sequence[AlsoClosed] = (),
    spoken: bool = True,
    hospital: str = "",
) -> Alarm:
    """Close the alarm with an outcome; everybody who was notified hears that it is over. `asked`:
    whether they know of a detector that still reports it; else RefusedError. It rings again with
    the detector's next report. `spoken`: whether they have spoken to a resident who says that it
    was a mistake; else RefusedError, for who says so may not be alone.

    `count`: how often it had been signalled when they last looked; RefusedError when it came again
    since. `also`: other dangers of the home that are over, each with its own outcome; none that a
    detector still reports or that came again since they looked. All of them are closed or none.
    `hospital`: where somebody was taken, kept for the alarms whose outcome may have one and told to
    the family.
    """
    with conn.transaction():
        wanted = {alarm_id: AlsoClosed(alarm_id, outcome, count or 0)}
        wanted |= {other.alarm: other for other in also if other.alarm != alarm_id}
        locked = {number: owned_alarm(conn, number, by) for number in sorted(wanted)}
        main = locked.pop(alarm_id)
        if _reported(main) and not asked:
            raise RefusedError(STILL_REPORTED)
        if count is not None and main.count > count:
            raise RefusedError(CAME_AGAIN)
        for other in locked.values():
            _check_over(main, other, wanted[other.id].count)
        ended = [(alarm, wanted[alarm.id].outcome) for alarm in (main, *locked.values())]
        mistakes = [a for a, o in ended if o == Outcome.ACCIDENTAL and is_mistake(conn, a.id)]
        if mistakes and not spoken:
            raise RefusedError(NOT_SPOKEN)
        if text.strip():
            for alarm, _ in ended:
                alarms.add_note(conn, alarm.id, at=now, actor=actor_of(by), text=text.strip())
        taken_to = _keep_hospital(conn, ended, hospital.strip())
        why = {"spoken_to": True} if mistakes else {}
        return _close_all(conn, ended, actor_of(by), now, policy, taken_to, **why)[0]


def _keep_hospital(conn: Connection, ended: Sequence[tuple[Alarm, Outcome]], hospital: str) -> str:
    """What of it is kept: with no outcome that may have one, nothing is. RefusedError: it holds a
    code of the door."""
    about = [alarm for alarm, outcome in ended if outcome in WITH_HOSPITAL] if hospital else []
    home = notifying.home_of(conn, about[0]) if about else None
    if home is not None and is_written_in(hospital, [home]):
        raise RefusedError(WAY_IN)
    for alarm in about:
        hospitals.keep(conn, alarm.id, hospital)
    return hospital if about else ""


def _reported(alarm: Alarm) -> bool:
    return is_still_reported(
        alarm.kind, by_device=alarm.device_id is not None, cleared_at=alarm.cleared_at
    )


def _check_over(main: Alarm, other: Alarm, count: int) -> None:
    """RefusedError: the other alarm cannot be closed together with this one."""
    if other.home_id != main.home_id or not joining.is_danger(other):
        raise RefusedError(f"#{other.code} is no danger of this home: close it by itself")
    if _reported(other):
        raise RefusedError(f"#{other.code} is still reported by its detector: close it by itself")
    if other.count > count:
        raise RefusedError(f"#{other.code} came again since you looked: look at it first")


def close_locked(
    conn: Connection,
    alarm_id: int,
    outcome: Outcome,
    by: User,
    now: datetime,
    policy: Policy,
    **why: Any,
) -> Alarm:
    """Close an alarm the caller has locked and may close; `why` goes into the journal."""
    found = alarms.get(conn, alarm_id)
    assert found is not None  # noqa: S101  the caller has locked it
    return _close_all(conn, [(found, outcome)], actor_of(by), now, policy, **why)[0]


def _close_all(
    conn: Connection,
    ended: Sequence[tuple[Alarm, Outcome]],
    actor: str,
    now: datetime,
    policy: Policy,
    hospital: str = "",
    **why: Any,
) -> list[Alarm]:
    """Close locked alarms of one home, with all that ends with them, by one act."""
    closed = []
    for alarm, outcome in ended:
        one = alarms.close(conn, alarm.id, outcome, now)
        if one is None:
            raise RefusedError("the alarm is closed already")
        closed.append(one)
    act = emergencies.act(conn, several=len(closed) > 1)
    for alarm in closed:
        alarms.journal(
            conn, alarm.id, "closed", at=now, actor=actor, outcome=alarm.outcome, **act, **why
        )
    _end_dispatches(conn, closed, now, policy, **act)
    for alarm in closed:
        timers.stop_timers(conn, alarm.id)
        withdrawal.withdraw(conn, alarm, now)
        if actor != SYSTEM:
            notifying.announce_to_home(conn, alarm, AlarmState.CLOSED, now=now, policy=policy)
            alarms.notify(conn, "alarm", alarm.id)
    _tell_it_is_over(conn, closed, hospital, now, policy)
    return closed


def _end_dispatches(
    conn: Connection, closed: Sequence[Alarm], now: datetime, policy: Policy, **act: Any
) -> None:
    """End what serves nothing any more; the rest goes on for the other dangers of the home."""
    joining.hold_home(conn, closed[0])
    by_dispatch: dict[int, tuple[Dispatch, list[Alarm]]] = {}
    for alarm in closed:
        for dispatch in dispatches.live(conn, alarm.id):
            by_dispatch.setdefault(dispatch.id, (dispatch, []))[1].append(alarm)
    for dispatch, served in by_dispatch.values():
        others = emergencies.served_by(conn, dispatch.id)
        if others:
            for alarm in served:
                _keep(conn, alarm, dispatch, others, now)
        else:
            _call_off(conn, served, dispatch, now, policy, **act)


def _keep(
    conn: Connection, closed: Alarm, dispatch: Dispatch, others: Sequence[Alarm], now: datetime
) -> None:
    """Who was sent goes on for the other dangers of the home, the oldest of which keeps the
    deadline of their answer."""
    timers.hand_on(conn, closed.id, others[0].id, OFFER_TIMER, ref=str(dispatch.id))
    timers.hand_on(conn, closed.id, others[0].id, UNANSWERED_TIMER, ref=offer_chain(dispatch.id))
    alarms.journal(
        conn,
        closed.id,
        "dispatch_kept",
        at=now,
        actor=SYSTEM,
        dispatch=dispatch.id,
        responder=dispatch.responder_id,
        alarms=[other.id for other in others],
    )


def _call_off(
    conn: Connection,
    served: Sequence[Alarm],
    dispatch: Dispatch,
    now: datetime,
    policy: Policy,
    **act: Any,
) -> None:
    """End a dispatch that serves nothing any more; who is not there yet is told not to come."""
    stopped = dispatches.end(conn, dispatch.id, now)
    if stopped is None:
        return
    for alarm in served:
        alarms.journal(
            conn,
            alarm.id,
            dispatch_record(stopped.state).event,
            at=now,
            actor=SYSTEM,
            dispatch=stopped.id,
            responder=stopped.responder_id,
            **act,
        )
    alarm = served[0]
    home = notifying.home_of(conn, alarm)
    responder = people.find_person(conn, stopped.responder_id)
    if stopped.state in THERE or responder is None or home is None:
        return
    notifying.notify_person(
        conn,
        alarm,
        responder,
        purpose="over",
        now=now,
        dispatch_id=stopped.id,
        body=texts.called_off_text(home.residents, responder.language),
        dedupe=f"called-off:{stopped.id}",
        policy=policy,
    )


def _tell_it_is_over(
    conn: Connection, closed: Sequence[Alarm], hospital: str, now: datetime, policy: Policy
) -> None:
    """Whoever was notified of one of these alarms of a home hears once that all are over."""
    first, *others = closed
    notifying.update_notified(
        conn,
        first,
        lambda resident, language: texts.over_text(
            first, resident, language, policy, others, hospital
        ),
        purpose="over",
        now=now,
        policy=policy,
        others=others,
    )
    if first.home_id is None:
        outage_notices.notify_over(conn, first, now, policy)


def close_by_system(
    conn: Connection, alarm: Alarm, outcome: Outcome, now: datetime, policy: Policy
) -> bool:
    """Close by the system, with all that ends with an alarm. False: it was closed already."""
    if alarm.state == AlarmState.CLOSED:
        return False
    _close_all(conn, [(alarm, outcome)], SYSTEM, now, policy)
    return True
