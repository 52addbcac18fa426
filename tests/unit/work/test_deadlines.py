"""Which work a technical alarm asks for, and by when."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.errors import NotFoundError, RefusedError
from alerts.policy import Policy
from alerts.work.assignment import check_may_assign, check_may_finish
from alerts.work.deadlines import WORK, order_delay, time_allowed
from store.alarm.kinds import KINDS
from store.model import Kind, Role
from tests.sample_rows import user

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "role", "battery", "expected"),
    [
        (Kind.DEVICE_FAULT, "help_call", None, 2 * HOUR),
        (Kind.DEVICE_OFFLINE, "smoke", None, 2 * HOUR),
        (Kind.TAMPER, "gas_leak", None, 2 * HOUR),
        (Kind.HUB_OFFLINE, "", None, 2 * HOUR),
        (Kind.DEVICE_FAULT, "door_open", None, 7 * DAY),
        (Kind.DEVICE_FAULT, "", None, 7 * DAY),
        (Kind.DEVICE_OFFLINE, "something an installer typed", None, 7 * DAY),
        (Kind.LOW_BATTERY, "help_call", None, 3 * DAY),
        (Kind.LOW_BATTERY, "help_call", 5.1, 3 * DAY),
        (Kind.LOW_BATTERY, "help_call", 5.0, DAY),
        (Kind.LOW_BATTERY, "", 0.0, DAY),
        (Kind.POWER_FAILURE, "help_call", None, 7 * DAY),
        (Kind.AREA_OUTAGE, "", None, 7 * DAY),
    ],
)
def test_time_for_the_work(
    kind: Kind, role: str, battery: float | None, expected: timedelta
) -> None:
    assert time_allowed(kind, role, battery, Policy()) == expected


def test_every_technical_kind_and_no_other_becomes_work() -> None:
    assert WORK.keys() == {kind for kind, record in KINDS.items() if record.technical}


def test_only_outages_wait_before_the_depot_is_sent() -> None:
    waiting = {kind: order_delay(kind, Policy()) for kind in WORK if order_delay(kind, Policy())}
    assert waiting == {Kind.HUB_OFFLINE: 4 * HOUR, Kind.AREA_OUTAGE: DAY}


@given(
    st.sampled_from(list(WORK)),
    st.sampled_from([*Kind, "", "?"]),
    st.none() | st.floats(0, 100),
)
def test_nothing_is_due_at_once_or_never(kind: Kind, role: str, battery: float | None) -> None:
    assert 2 * HOUR <= time_allowed(kind, str(role), battery, Policy()) <= 7 * DAY


def test_an_installer_takes_only_for_themselves_what_nobody_has() -> None:
    me, other = user(1, Role.INSTALLER), user(2, Role.INSTALLER)
    desk = user(3)
    check_may_assign(me, me, None)
    check_may_assign(me, me, me.id)
    check_may_assign(me, desk, other.id)
    for taker, by, owner in [
        (me, me, other.id),
        (other, me, None),
        (user(4, Role.FAMILY), desk, 1),
    ]:
        with pytest.raises(RefusedError):
            check_may_assign(taker, by, owner)
    with pytest.raises(NotFoundError):
        check_may_assign(None, desk, None)


def test_only_its_owner_or_the_desk_ends_work() -> None:
    me = user(1, Role.INSTALLER)
    check_may_finish(me, me.id)
    check_may_finish(user(3), me.id)
    for owner in (None, 2):
        with pytest.raises(RefusedError):
            check_may_finish(me, owner)
