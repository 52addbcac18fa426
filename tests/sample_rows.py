"""Rows as the store returns them, built by hand for tests without a database."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from store.home.homes import HomeVisit
from store.model import (
    Alarm,
    AlarmState,
    Dispatch,
    DispatchState,
    Kind,
    Person,
    Plan,
    Priority,
    Role,
    User,
)
from tests.district import NOON

_ALARM = Alarm(
    id=1,
    code="4711",
    home_id=1,
    area_id=1,
    device_id=1,
    kind=Kind.HELP_CALL,
    subject="",
    priority=Priority.LIFE,
    state=AlarmState.RAISED,
    raised_at=NOON,
    occurred_at=NOON,
    late=False,
    count=1,
    last_signal_at=NOON,
    cleared_at=None,
    owner_id=None,
    acknowledged_at=None,
    on_scene_at=None,
    closed_at=None,
    outcome=None,
    plan_id=1,
    shelved_until=None,
    inhibited_by=None,
    linked_to=None,
    version=1,
)


def alarm(**changes: Any) -> Alarm:
    return replace(_ALARM, **changes)


def dispatch(state: DispatchState) -> Dispatch:
    return Dispatch(1, 1, 1, state, None, NOON, None, None, None, None, None)


def home_visit(
    address: str = "Yuelu Road 17, building 4, flat 201",
    residents: str = "Wang Xiuying",
    *,
    access_notes: str = "",
    risks: str = "",
    keys: Sequence[tuple[str, str | None]] = (),
) -> HomeVisit:
    return HomeVisit(
        1, "H0001", 1, address, access_notes, None, residents, None, None, risks, list(keys)
    )


def user(number: int, role: Role = Role.OPERATOR) -> User:
    return User(number, number, f"user{number}", f"User {number}", "en", role)


def person(number: int, phone: str | None = "+8613800000001", **changes: Any) -> Person:
    return Person(number, f"Person {number}", phone, "en", changes.get("opted_out_at"))


def plan(steps: list[dict[str, Any]], cycles: int = 2) -> Plan:
    return Plan(1, "p", 1, steps, cycles)
