"""The states of an alarm and of a dispatch, and which moves are allowed. Pure.

RAISED → ACKNOWLEDGED → DISPATCHED → ON_SCENE → CLOSED; a re-alarm returns it to RAISED, the loss of
the last live dispatch returns DISPATCHED to ACKNOWLEDGED. Cleared is kept apart: a sensor that went
quiet never closes an alarm.
"""

from collections.abc import Iterable

from alerts.errors import RefusedError, TakenError
from store.dispatch_states import THERE, record_of
from store.model import Alarm, AlarmState, Dispatch, DispatchState, Role, User

_ORDER = (
    AlarmState.RAISED,
    AlarmState.ACKNOWLEDGED,
    AlarmState.DISPATCHED,
    AlarmState.ON_SCENE,
)


def state_after(alarm_state: AlarmState, dispatches: Iterable[Dispatch]) -> AlarmState:
    """The state of an owned alarm given its dispatches. DISPATCHED is only what somebody has been
    asked to go to and has not refused; where somebody was, it stays ON_SCENE, unless they say that
    they were not.

    An alarm nobody owns stays RAISED, even while a responder is already on the way.
    """
    if alarm_state not in (AlarmState.ACKNOWLEDGED, AlarmState.DISPATCHED, AlarmState.ON_SCENE):
        return alarm_state
    states = [dispatch.state for dispatch in dispatches]
    reached = [record_of(state).alarm_state for state in states]
    was_there = alarm_state == AlarmState.ON_SCENE and not THERE.isdisjoint(states)
    least = alarm_state if was_there else AlarmState.ACKNOWLEDGED
    return max([least, *(state for state in reached if state)], key=_ORDER.index)


CLOSED = "the alarm is closed: a new signal opens a new one"


def check_open(alarm: Alarm) -> None:
    if alarm.state == AlarmState.CLOSED:
        raise RefusedError(CLOSED)


def check_owned_by(alarm: Alarm, user: User) -> None:
    """Only its owner works on an alarm; a supervisor may step in."""
    check_open(alarm)
    if alarm.state == AlarmState.RAISED:
        raise RefusedError("nobody owns the alarm yet: acknowledge it first")
    if alarm.owner_id != user.id and user.role not in (Role.SUPERVISOR, Role.ADMIN):
        raise TakenError(alarm.owner_id)


def check_dispatch_move(
    current: DispatchState, wanted: DispatchState, *, correction: bool = False
) -> None:
    """`correction`: what was said before was a mistake."""
    record = record_of(current)
    moves = record.corrects if correction else record.moves
    if wanted not in moves:
        allowed = ", ".join(sorted(moves)) or "nothing"
        raise RefusedError(f"a dispatch that is {current} cannot become {wanted}; only {allowed}")
