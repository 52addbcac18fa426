"""What a signal does: every kind, active or over, in time or overtaken."""

from datetime import timedelta
from typing import Any

import pytest

from alerts.alarm.signal_effect import Effect, SignalDecision, decide
from store.alarm.kinds import OF_THE_CENTRE, PRIORITY, is_life_safety, lane_of
from store.model import Kind, OutboxLane, Priority, Signal
from tests.district import NOON

# kind: priority, what "active" does, what "active": false does, one alarm a device
TABLE: dict[str, tuple[int, str, str, bool]] = {
    "help_call": (1, "raise", "keep", False),
    "fall": (1, "raise", "keep", False),
    "smoke": (1, "raise", "clear", False),
    "carbon_monoxide": (1, "raise", "clear", False),
    "gas_leak": (1, "raise", "clear", False),
    "inactivity": (2, "raise", "clear", False),
    "bed_absence": (2, "raise", "clear", False),
    "bathroom_long": (2, "raise", "clear", False),
    "wandering": (2, "raise", "clear", False),
    "unconfirmed_press": (2, "raise", "keep", False),
    "cold": (2, "raise", "clear", False),
    "heat": (2, "raise", "clear", False),
    "water_leak": (2, "raise", "clear", False),
    "door_open": (3, "raise", "clear", False),
    "air_quality": (3, "raise", "clear", False),
    "no_visit": (3, "raise", "clear", False),
    "rhythm_change": (3, "raise", "clear", False),
    "hub_offline": (4, "raise", "clear", True),
    "device_offline": (4, "raise", "clear", True),
    "low_battery": (4, "raise", "clear", True),
    "tamper": (4, "raise", "clear", True),
    "power_failure": (4, "raise", "clear", True),
    "device_fault": (4, "raise", "clear", True),
    "area_outage": (4, "raise", "clear", True),
}


def a_signal(kind: str, **changes: Any) -> Signal:
    return Signal(
        device="d",
        kind=Kind(kind),
        active=changes.get("active", True),
        test=changes.get("test", False),
        signal_id=None,
        at=NOON - timedelta(hours=1) if changes.get("late") else NOON,
        received_at=NOON,
        device_time=True,
        late=changes.get("late", False),
    )


def test_the_table_names_every_kind() -> None:
    assert set(TABLE) == {kind.value for kind in Kind} == {kind.value for kind in PRIORITY}


def decided(kind: str, **changes: Any) -> SignalDecision:
    return decide(a_signal(kind, **changes), "kitchen")


@pytest.mark.parametrize("kind", TABLE)
def test_priority_effect_and_subject_of(kind: str) -> None:
    priority, begun, over, one_a_device = TABLE[kind]
    assert PRIORITY[Kind(kind)] == priority
    assert decided(kind).effect == begun
    assert decided(kind, active=False).effect == over
    assert decided(kind).dedup_key == ("kitchen" if one_a_device else "")
    assert decided(kind, active=False).dedup_key == decided(kind).dedup_key


@pytest.mark.parametrize("kind", TABLE)
def test_a_call_is_what_cannot_end_by_itself(kind: str) -> None:
    _, _, over, _ = TABLE[kind]
    assert decided(kind).is_call == (over == "keep")
    assert decided(kind, active=False).is_call == decided(kind).is_call


@pytest.mark.parametrize("kind", TABLE)
@pytest.mark.parametrize("active", [True, False])
def test_a_test_disturbs_nobody(kind: str, active: bool) -> None:
    decision = decided(kind, active=active, test=True)
    assert decision.effect == decision.effect_if_superseded == Effect.STORE_ONLY
    assert not decision.takes_back(NOON, 15)


@pytest.mark.parametrize("kind", TABLE)
def test_a_late_call_raises_whatever_came_after_it_and_a_late_state_is_history(kind: str) -> None:
    life = TABLE[kind][0] == 1
    late = decided(kind, late=True)
    assert late.effect_if_superseded == (Effect.RAISE if life else Effect.STORE_ONLY)
    assert late.effect == Effect.RAISE
    assert decided(kind, active=False, late=True).effect_if_superseded == Effect.STORE_ONLY


@pytest.mark.parametrize(
    ("seconds", "taken_back"), [(-1, False), (0, True), (15, True), (16, False)]
)
def test_a_press_is_taken_back_within_the_window_after_it(seconds: int, taken_back: bool) -> None:
    pressed_at = NOON - timedelta(seconds=seconds)
    assert decided("help_call", active=False).takes_back(pressed_at, 15) == taken_back


@pytest.mark.parametrize("kind", TABLE)
@pytest.mark.parametrize("active", [True, False])
def test_nothing_but_the_end_of_a_help_call_takes_a_press_back(kind: str, active: bool) -> None:
    cancels = kind == "help_call" and not active
    assert decided(kind, active=active).takes_back(NOON, 15) == cancels


@pytest.mark.parametrize("kind", TABLE)
@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("test", [True, False])
def test_what_does_nothing_does_no_more_when_superseded(
    kind: str, active: bool, test: bool
) -> None:
    decision = decided(kind, active=active, test=test)
    assert decision.effect_if_superseded in (decision.effect, Effect.STORE_ONLY)


def test_only_life_leaves_by_the_sender_kept_for_it() -> None:
    assert [lane_of(p) for p in Priority] == [
        OutboxLane.LIFE,
        OutboxLane.AT_RISK,
        OutboxLane.ROUTINE,
        OutboxLane.ROUTINE,
    ]
    assert {k for k in Kind if is_life_safety(k)} == {
        Kind.HELP_CALL,
        Kind.FALL,
        Kind.SMOKE,
        Kind.CARBON_MONOXIDE,
        Kind.GAS_LEAK,
    }


def test_what_the_centre_concludes_is_never_about_life() -> None:
    assert not any(is_life_safety(kind) for kind in OF_THE_CENTRE)
