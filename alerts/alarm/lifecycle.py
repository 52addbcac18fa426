"""The states of an alarm and of a dispatch, and which moves are allowed. Pure.

RAISED → ACKNOWLEDGED → DISPATCHED → ON_SCENE → CLOSED; a re-alarm returns it to RAISED. Cleared
is kept apart: a sensor that went quiet never closes an alarm.
"""

from collections.abc import Iterable

from alerts.errors import RefusedError, TakenError
from store.model import Alarm, AlarmState, Dispatch, DispatchState, Role, User

_ORDER = (
    AlarmState.RAISED,
    AlarmState.ACKNOWLEDGED,
    AlarmState.DISPATCHED,
    AlarmState.ON_SCENE,
)

_STATE_OF_DISPATCH = {
    DispatchState.OFFERED: AlarmState.DISPATCHED,
    DispatchState.ACCEPTED: AlarmState.DISPATCHED,
    DispatchState.EN_ROUTE: AlarmState.DISPATCHED,
    DispatchState.ARRIVED: AlarmState.ON_SCENE,
}

DISPATCH_MOVES: dict[DispatchState, frozenset[DispatchState]] = {
    DispatchState.OFFERED: frozenset(
        # Arrived without having said so before: who stands at the door is there.
        {
            DispatchState.ACCEPTED,
            DispatchState.DECLINED,
            DispatchState.NO_ANSWER,
            DispatchState.ARRIVED,
        }
    ),
    DispatchState.ACCEPTED: frozenset(
        {DispatchState.EN_ROUTE, DispatchState.ARRIVED, DispatchState.DECLINED}
    ),
    DispatchState.EN_ROUTE: frozenset({DispatchState.ARRIVED, DispatchState.DECLINED}),
    DispatchState.ARRIVED: frozenset({DispatchState.DONE}),
    # Too late, but welcome: who did not answer in time may still go.
    DispatchState.NO_ANSWER: frozenset({DispatchState.ACCEPTED, DispatchState.ARRIVED}),
    DispatchState.DECLINED: frozenset(),
    DispatchState.DONE: frozenset(),
    DispatchState.CANCELLED: frozenset(),
}


def state_after(alarm_state: AlarmState, dispatches: Iterable[Dispatch]) -> AlarmState:
    """The state of an owned alarm given its dispatches; never further back than it was.

    An alarm nobody owns stays RAISED, even while a responder is already on the way.
    """
    if alarm_state in (AlarmState.RAISED, AlarmState.CLOSED):
        return alarm_state
    reached: list[AlarmState] = [alarm_state]
    reached += [_STATE_OF_DISPATCH[d.state] for d in dispatches if d.state in _STATE_OF_DISPATCH]
    return max(reached, key=_ORDER.index)


def check_open(alarm: Alarm) -> None:
    if alarm.state == AlarmState.CLOSED:
        raise RefusedError("the alarm is closed: a new signal opens a new one")


def check_owned_by(alarm: Alarm, user: User) -> None:
    """Only its owner works on an alarm; a supervisor may step in."""
    check_open(alarm)
    if alarm.state == AlarmState.RAISED:
        raise RefusedError("nobody owns the alarm yet: acknowledge it first")
    if alarm.owner_id != user.id and user.role not in (Role.SUPERVISOR, Role.ADMIN):
        raise TakenError(alarm.owner_id)


def check_dispatch_move(current: DispatchState, wanted: DispatchState) -> None:
    if wanted not in DISPATCH_MOVES[current]:
        allowed = ", ".join(sorted(DISPATCH_MOVES[current])) or "nothing"
        raise RefusedError(f"a dispatch that is {current} cannot become {wanted}; only {allowed}")
