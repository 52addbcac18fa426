"""What each state of a dispatch means: one record a state, from which every list comes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from store.model import AlarmState, DispatchState
from store.records import N_, one_each


@dataclass(frozen=True, slots=True)
class DispatchStateRecord:
    """`name` is shown to people; `event` is the journal's code when a dispatch comes into this
    state; `moves` are the states it may go on to."""

    name: str
    event: str
    moves: tuple[DispatchState, ...] = ()
    live: bool = False
    """Not over yet: it counts as the responder's load, and they have no second one for the same
    alarm."""
    going: bool = False
    """The responder has said that they go."""
    there: bool = False
    """The responder has come to the home."""
    lost: bool = False
    """The responder does not go: the next one is asked."""
    late: bool = False
    """Over, but who says after all that they go is welcome."""
    corrects: tuple[DispatchState, ...] = ()
    """States it may be taken back to, by who says that it was a mistake."""
    decides: bool = False
    """The answer to the offer, or that there was none in time."""
    alarm_state: AlarmState | None = None
    """What an alarm that somebody owns becomes by it."""


_S = DispatchState

DISPATCH_STATES: Mapping[DispatchState, DispatchStateRecord] = one_each(
    DispatchState,
    {
        _S.OFFERED: DispatchStateRecord(
            N_("asked"),
            "dispatch_offered",
            # Arrived without having said so before: who stands at the door is there.
            (_S.ACCEPTED, _S.DECLINED, _S.NO_ANSWER, _S.ARRIVED),
            live=True,
            alarm_state=AlarmState.DISPATCHED,
        ),
        _S.ACCEPTED: DispatchStateRecord(
            N_("accepted"),
            "dispatch_accepted",
            (_S.EN_ROUTE, _S.ARRIVED, _S.DECLINED),
            live=True,
            going=True,
            decides=True,
            alarm_state=AlarmState.DISPATCHED,
        ),
        _S.DECLINED: DispatchStateRecord(
            N_("declined"),
            "dispatch_declined",
            # Pressed the wrong key, or found somebody to look after the children.
            (_S.ACCEPTED, _S.ARRIVED),
            lost=True,
            late=True,
            decides=True,
        ),
        _S.NO_ANSWER: DispatchStateRecord(
            N_("no answer"),
            "dispatch_unanswered",
            (_S.ACCEPTED, _S.ARRIVED),
            lost=True,
            late=True,
            decides=True,
        ),
        _S.EN_ROUTE: DispatchStateRecord(
            N_("on the way"),
            "en_route",
            (_S.ARRIVED, _S.DECLINED),
            live=True,
            going=True,
            alarm_state=AlarmState.DISPATCHED,
        ),
        _S.ARRIVED: DispatchStateRecord(
            N_("has arrived"),
            "arrived",
            (_S.DONE,),
            live=True,
            there=True,
            corrects=(_S.EN_ROUTE,),
            alarm_state=AlarmState.ON_SCENE,
        ),
        _S.DONE: DispatchStateRecord(N_("finished"), "dispatch_done", there=True),
        _S.CANCELLED: DispatchStateRecord(N_("called off"), "dispatch_cancelled"),
    },
    "DISPATCH_STATES in store/dispatch_states.py",
)


def record_of(state: DispatchState) -> DispatchStateRecord:
    """A state's record. One that only a newer process knows has its code for a name, is in no list
    and may not be left by this process."""
    return DISPATCH_STATES.get(state) or DispatchStateRecord(str(state), str(state).lower())


def _states(*meanings: str) -> frozenset[DispatchState]:
    """The states that mean one of these."""
    return frozenset(
        state
        for state, record in DISPATCH_STATES.items()
        if any(getattr(record, meaning) for meaning in meanings)
    )


LIVE = _states("live")
GOING = _states("going")
THERE = _states("there")
LOST = _states("lost")
UNANSWERED = frozenset({DispatchState.OFFERED, DispatchState.NO_ANSWER})
"""The responder has said nothing, in time or so far: the question still stands."""
COMING = GOING | THERE
"""Nobody else need be asked."""
WITH_ACCESS = COMING & LIVE
"""How to get in is shown while it is needed."""

SQL_LISTS: Mapping[str, tuple[str, ...]] = {
    name: tuple(state for state in DISPATCH_STATES if state in states)
    for name, states in (
        ("live_dispatch_states", LIVE),
        ("answerable_dispatch_states", _states("live", "late")),
        ("deciding_dispatch_states", _states("decides")),
        ("lost_dispatch_states", LOST),
    )
}
"""The lists that query files name instead of writing them out, as `{{live_dispatch_states}}`."""
