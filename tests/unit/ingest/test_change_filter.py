"""What is stored of a state that is repeated."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ingest.writing.change_filter import ACTIVE_KEEP_ALIVE, KEEP_ALIVE, ChangeFilter

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def stored(values: list[float], metric: str = "temperature", step: timedelta = MINUTE) -> list[int]:
    """The positions of those values, one each `step`, that are stored."""
    thinner = ChangeFilter()
    return [
        n for n, value in enumerate(values) if thinner.changed(1, {metric: value}, NOON + n * step)
    ]


def test_a_value_is_stored_when_it_changes_and_once_an_hour() -> None:
    """Broken by comparing with the last value said instead of the last one stored."""
    assert stored([20.0, 20.0, 20.5, 20.5, 20.0]) == [0, 2, 4]
    assert stored([20.0] * 125) == [0, 60, 120]


def test_only_what_changed_of_a_report_is_stored() -> None:
    thinner = ChangeFilter()
    thinner.changed(1, {"temperature": 20.0, "battery": 90.0}, NOON)
    assert thinner.changed(1, {"temperature": 20.0, "battery": 89.0}, NOON + MINUTE) == {
        "battery": 89
    }
    assert thinner.changed(2, {"battery": 89.0}, NOON + MINUTE) == {"battery": 89}


def test_somebody_who_moves_all_the_time_does_not_look_still() -> None:
    assert stored([1.0] * 11, "motion") == [0, 5, 10]
    assert stored([0.0] * 11, "motion") == [0]


def test_what_comes_late_is_kept_and_changes_nothing_for_the_present() -> None:
    thinner = ChangeFilter()
    thinner.changed(1, {"temperature": 20.0}, NOON)
    assert thinner.changed(1, {"temperature": 20.0}, NOON - MINUTE)
    assert not thinner.changed(1, {"temperature": 20.0}, NOON + MINUTE)


def test_after_a_failed_transaction_a_value_is_stored_once_more() -> None:
    thinner = ChangeFilter()
    thinner.changed(1, {"temperature": 20.0}, NOON)
    thinner.forget()
    assert thinner.changed(1, {"temperature": 20.0}, NOON + MINUTE)


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=1, max_size=300))
def test_the_course_of_a_value_can_be_told_from_what_is_stored(values: list[float]) -> None:
    """At each moment the last stored value is the present one, and never older than an hour."""
    kept = stored(values)
    for now, value in enumerate(values):
        last = max(n for n in kept if n <= now)
        assert values[last] == value
        assert (now - last) * MINUTE < KEEP_ALIVE
    assert ACTIVE_KEEP_ALIVE < KEEP_ALIVE
