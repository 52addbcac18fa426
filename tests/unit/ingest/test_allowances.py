"""What may be used at once, and what comes back."""

import pytest

from ingest.quotas.allowances import Allowances


def test_what_was_saved_may_be_used_at_once_and_comes_back_by_the_minute() -> None:
    made = Allowances(10, 6)
    assert all(made.take("H", 1, 0.0) for _ in range(10))
    assert not made.take("H", 1, 0.0)
    assert made.take("other", 10, 0.0)
    assert made.take("H", 1, 10.0)
    assert not made.take("H", 1, 10.0)
    assert made.left("H", 1e6) == 10


def test_what_is_refused_costs_nothing() -> None:
    """Broken by counting what was refused: a home that goes on trying never has room again."""
    made = Allowances(1, 60)
    made.take("H", 1, 0.0)
    for _ in range(100):
        assert not made.take("H", 1, 0.5)
    assert made.take("H", 1, 1.0)


def test_a_debt_is_no_larger_than_what_is_saved() -> None:
    made = Allowances(1, 60)
    assert not made.spend("H", 500, 0.0)
    assert made.left("H", 0.0) == -1
    assert made.left("H", 1.5) == pytest.approx(0.5)
