"""A home's processor time: what it has saved, what it gets back, what is kept for alarms."""

import pytest

from ingest.rendering.budget import HomeBudget

HOME, OTHER = "H0001", "H0002"


def test_a_home_that_was_never_heard_has_all_of_it() -> None:
    assert HomeBudget(1.0).left(HOME, 100.0) == 1.0


def test_what_is_used_comes_back_within_a_minute_and_is_nobody_elses() -> None:
    budget = HomeBudget(1.0)
    budget.charge(HOME, 0.6, now=100.0)
    assert budget.left(HOME, 100.0) == pytest.approx(0.4)
    assert budget.left(OTHER, 100.0) == 1.0
    assert budget.left(HOME, 115.0) == pytest.approx(0.65)
    assert budget.left(HOME, 1000.0) == 1.0


def test_telemetry_goes_without_before_what_can_alarm() -> None:
    budget = HomeBudget(1.0)
    budget.charge(HOME, 0.7, now=0.0)
    assert budget.left(HOME, 0.0, telemetry=True) < 0 < budget.left(HOME, 0.0)


def test_one_that_took_far_too_much_is_heard_again_after_a_minute_or_two() -> None:
    """Broken by a debt without a floor: a home would be silent for hours."""
    budget = HomeBudget(1.0)
    budget.charge(HOME, 500.0, now=0.0)
    assert budget.left(HOME, 0.0) < 0
    assert budget.left(HOME, 61.0) > 0


def test_one_whose_work_had_to_be_stopped_has_nothing_for_a_minute() -> None:
    """Broken by nothing left but what comes back at once: it would be stopped every second."""
    budget = HomeBudget(1.0)
    budget.exhaust(HOME, now=0.0)
    assert budget.left(HOME, 59.0) < 0 < budget.left(HOME, 61.0)
    assert budget.is_fresh(HOME, 120.0)
