"""Every state of an alarm, and everything somebody may try with it."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.alarm import lifecycle
from alerts.errors import RefusedError, TakenError
from store.model import AlarmState, DispatchState, Role
from tests.sample_rows import alarm, dispatch, user

OWNER, OTHER = 7, 8
S = AlarmState
D = DispatchState


@pytest.mark.parametrize("state", S)
def test_only_a_closed_alarm_is_closed(state: AlarmState) -> None:
    if state == S.CLOSED:
        with pytest.raises(RefusedError, match="closed"):
            lifecycle.check_open(alarm(state=state))
    else:
        lifecycle.check_open(alarm(state=state))


@pytest.mark.parametrize(("state", "role"), list(product(S, Role)))
def test_who_may_work_on_an_alarm_somebody_owns(state: AlarmState, role: Role) -> None:
    """Its owner, and a supervisor or admin; nobody before it is acknowledged or once closed."""
    owned = alarm(state=state, owner_id=None if state == S.RAISED else OWNER)
    if state in (S.RAISED, S.CLOSED):
        for number in (OWNER, OTHER):
            with pytest.raises(RefusedError):
                lifecycle.check_owned_by(owned, user(number, role))
        return
    lifecycle.check_owned_by(owned, user(OWNER, role))
    if role in (Role.SUPERVISOR, Role.ADMIN):
        lifecycle.check_owned_by(owned, user(OTHER, role))
    else:
        with pytest.raises(TakenError) as taken:
            lifecycle.check_owned_by(owned, user(OTHER, role))
        assert taken.value.owner_id == OWNER


ALLOWED = {
    (D.OFFERED, D.ACCEPTED),
    (D.OFFERED, D.DECLINED),
    (D.OFFERED, D.NO_ANSWER),
    (D.ACCEPTED, D.EN_ROUTE),
    (D.ACCEPTED, D.ARRIVED),
    (D.ACCEPTED, D.DECLINED),
    (D.EN_ROUTE, D.ARRIVED),
    (D.EN_ROUTE, D.DECLINED),
    (D.ARRIVED, D.DONE),
    (D.OFFERED, D.ARRIVED),
    (D.NO_ANSWER, D.ARRIVED),
    (D.NO_ANSWER, D.ACCEPTED),
    (D.DECLINED, D.ACCEPTED),
    (D.DECLINED, D.ARRIVED),
}


@pytest.mark.parametrize(("current", "wanted"), list(product(D, D)))
def test_moves_of_a_dispatch(current: DispatchState, wanted: DispatchState) -> None:
    if (current, wanted) in ALLOWED:
        lifecycle.check_dispatch_move(current, wanted)
    else:
        with pytest.raises(RefusedError, match=f"{current} cannot become {wanted}"):
            lifecycle.check_dispatch_move(current, wanted)


@pytest.mark.parametrize(("current", "wanted"), list(product(D, D)))
def test_what_was_said_by_mistake_can_be_taken_back(
    current: DispatchState, wanted: DispatchState
) -> None:
    """By saying so: a report that comes late takes nothing back."""
    if (current, wanted) == (D.ARRIVED, D.EN_ROUTE):
        lifecycle.check_dispatch_move(current, wanted, correction=True)
    else:
        with pytest.raises(RefusedError):
            lifecycle.check_dispatch_move(current, wanted, correction=True)


REACHED = {
    D.OFFERED: S.DISPATCHED,
    D.ACCEPTED: S.DISPATCHED,
    D.EN_ROUTE: S.DISPATCHED,
    D.ARRIVED: S.ON_SCENE,
    # Over: after a re-alarm it says nothing about the new owner.
    D.DONE: S.ACKNOWLEDGED,
    D.DECLINED: S.ACKNOWLEDGED,
    D.NO_ANSWER: S.ACKNOWLEDGED,
    D.CANCELLED: S.ACKNOWLEDGED,
}


@pytest.mark.parametrize("state", D)
def test_what_one_dispatch_makes_of_an_owned_alarm(state: DispatchState) -> None:
    assert lifecycle.state_after(S.ACKNOWLEDGED, [dispatch(state)]) == REACHED[state]


@pytest.mark.parametrize(("state", "going"), list(product((S.RAISED, S.CLOSED), D)))
def test_a_dispatch_never_takes_an_alarm_nobody_owns_nor_opens_a_closed_one(
    state: AlarmState, going: DispatchState
) -> None:
    assert lifecycle.state_after(state, [dispatch(going)]) == state


@given(st.sampled_from([S.ACKNOWLEDGED, S.DISPATCHED, S.ON_SCENE]), st.lists(st.sampled_from(D)))
def test_an_owned_alarm_is_dispatched_only_while_somebody_is_asked_or_comes(
    state: AlarmState, states: list[DispatchState]
) -> None:
    """Where somebody was, it stays so, unless they say that they were not; the order does not
    matter."""
    after = lifecycle.state_after(state, [dispatch(d) for d in states])
    if D.ARRIVED in states or (state == S.ON_SCENE and D.DONE in states):
        assert after == S.ON_SCENE
    else:
        sent = any(d in (D.OFFERED, D.ACCEPTED, D.EN_ROUTE) for d in states)
        assert after == (S.DISPATCHED if sent else S.ACKNOWLEDGED)
    assert after == lifecycle.state_after(state, [dispatch(d) for d in reversed(states)])
    assert lifecycle.state_after(after, [dispatch(d) for d in states]) == after
