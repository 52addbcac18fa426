"""Who was heard, gathered for one statement a second."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.writing.last_seen import BATTERY_MAX_AGE, LastSeen
from store.home import registry
from store.watch import monitored_devices

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[dict[int, tuple[float, datetime]]]:
    found: list[dict[int, tuple[float, datetime]]] = []
    monkeypatch.setattr(registry, "touch_devices", lambda _conn, seen: set(seen))
    monkeypatch.setattr(registry, "touch_hubs", lambda _conn, seen: set(seen))
    monkeypatch.setattr(
        monitored_devices, "note_batteries", lambda _conn, seen: found.append(dict(seen))
    )
    return found


def test_a_battery_that_has_not_changed_is_written_every_ten_minutes(
    written: list[dict[int, tuple[float, datetime]]],
) -> None:
    """Broken by comparing with what was noted instead of what was written, or by forgetting the
    time: a battery's reading would look a day old."""
    seen, nowhere = LastSeen(), Any
    for minutes in (0, 1, 9, 10, 11):
        seen.note_battery(7, 88.0, NOW + timedelta(minutes=minutes))
        seen.flush(nowhere)  # type: ignore[arg-type]
    assert written == [{7: (88.0, NOW)}, {}, {}, {7: (88.0, NOW + BATTERY_MAX_AGE)}, {}]


def test_a_battery_that_has_changed_is_written_at_once(
    written: list[dict[int, tuple[float, datetime]]],
) -> None:
    seen = LastSeen()
    for percent in (88.0, 87.0, 88.0):
        seen.note_battery(7, percent, NOW)
        seen.flush(Any)  # type: ignore[arg-type]
    assert [row[7][0] for row in written] == [88.0, 87.0, 88.0]


def test_what_could_not_be_written_is_noted_again(
    monkeypatch: pytest.MonkeyPatch,
    written: list[dict[int, tuple[float, datetime]]],
) -> None:
    """Broken by remembering what was tried: a low battery is then found ten minutes later."""
    seen = LastSeen()
    seen.note_battery(7, 5.0, NOW)

    def away(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(monitored_devices, "note_batteries", away)
    with pytest.raises(ConnectionError):
        seen.flush(Any)  # type: ignore[arg-type]
    monkeypatch.setattr(monitored_devices, "note_batteries", lambda _c, s: written.append(dict(s)))
    seen.note_battery(7, 5.0, NOW)
    seen.flush(Any)  # type: ignore[arg-type]
    assert written == [{7: (5.0, NOW)}]
