"""What COPY is handed, and what happens to two reports of one moment."""

from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from hypothesis import given
from hypothesis import strategies as st

from store.intake import readings
from store.intake.readings import METRICS, Row
from tests.district import NOON


class Cursor:
    """Keeps what is copied; the database's side of it is tested on a real one."""

    def __init__(self) -> None:
        self.statement, self.text = "", ""

    def cursor(self) -> Self:
        return self

    def copy(self, statement: Any) -> Self:
        self.statement = statement.as_string()
        return self

    def write(self, text: str) -> None:
        self.text += text

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None: ...


def copied(*rows: Row) -> Cursor:
    cursor = Cursor()
    columns = sorted({name for row in rows for name in row.metrics})
    readings._copy(cursor, "readings", rows, columns)  # type: ignore[arg-type]
    return cursor


def test_lines() -> None:
    made = copied(
        Row(7, NOON, {"temperature": 21.5}, arrival_time=False),
        Row(8, NOON + timedelta(microseconds=1), {"battery": 1e-7, "temperature": -0.0}, True),
    )
    assert made.statement == (
        'COPY "readings" ("device_id", "at", "arrival_time", "battery", "temperature") FROM STDIN'
    )
    assert made.text == (
        "7\t2026-11-21T04:00:00+00:00\t\\N\t\\N\t21.5\n"
        "8\t2026-11-21T04:00:00.000001+00:00\tt\t1e-07\t-0.0\n"
    )


@given(
    st.dictionaries(st.sampled_from(METRICS), st.floats(allow_nan=False, allow_infinity=False)),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_line_says_exactly_what_was_measured(metrics: dict[str, float], at: datetime) -> None:
    made = copied(Row(1, at, metrics, False))
    device, when, _, *values = made.text.removesuffix("\n").split("\t")
    assert (device, datetime.fromisoformat(when)) == ("1", at)
    assert [float(v) for v in values] == [metrics[name] for name in sorted(metrics)]


def test_two_reports_of_one_moment_become_one_and_the_first_value_stays() -> None:
    merged = readings._merged(
        [
            Row(1, NOON, {"temperature": 1.0}, False),
            Row(1, NOON, {"temperature": 2.0, "battery": 50.0}, True),
            Row(2, NOON, {"temperature": 3.0}, True),
            Row(1, NOON + timedelta(seconds=1), {"temperature": 4.0}, False),
        ]
    )
    assert merged == [
        Row(1, NOON, {"temperature": 1.0, "battery": 50.0}, False),
        Row(2, NOON, {"temperature": 3.0}, True),
        Row(1, NOON + timedelta(seconds=1), {"temperature": 4.0}, False),
    ]
