"""Who is told how far their readings are stored, and how many at a time."""

from typing import cast

import orjson
import pytest

from ingest.lanes import reading_acks
from ingest.lanes.lane_client import LaneClient
from ingest.lanes.reading_acks import MAX_UNACKNOWLEDGED, ReadingAcks


class Wire:
    """Where a lane would publish. `answered` by the broker as the test says."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, int]] = []
        self.answered = 0

    def publish(self, topic: str, payload: bytes) -> None:
        said = orjson.loads(payload)
        self.told.append((topic.split("/")[1], said["device"], said["upto"]))

    def unacknowledged(self) -> int:
        return len(self.told) - self.answered


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(reading_acks, "monotonic", lambda: now[0])
    return now


def test_the_newest_is_told_once_a_second(wire: Wire, clock: list[float]) -> None:
    """Broken by a round that begins as soon as the last has ended."""
    answers = ReadingAcks(cast("LaneClient", wire))
    answers.add({("H0001", "th-1"): 5})
    answers.flush()
    answers.add({("H0001", "th-1"): 6})
    answers.flush()
    answers.add({("H0001", "th-1"): 7})
    clock[0] += 1
    answers.flush()
    assert wire.told == [("H0001", "th-1", 5), ("H0001", "th-1", 7)]


def test_a_whole_district_is_told_a_hundred_at_a_time_and_nobody_is_left_out(
    wire: Wire, clock: list[float]
) -> None:
    """Broken by publishing a whole round at once: a press would wait behind it."""
    answers = ReadingAcks(cast("LaneClient", wire))
    answers.add({("H0001", f"th-{n}"): n for n in range(3 * MAX_UNACKNOWLEDGED)})
    assert answers.flush()
    assert len(wire.told) == MAX_UNACKNOWLEDGED
    assert answers.flush()
    assert len(wire.told) == MAX_UNACKNOWLEDGED
    answers.add({("H0001", "th-0"): 999, ("H0001", f"th-{3 * MAX_UNACKNOWLEDGED - 1}"): 1000})
    while answers.flush():
        wire.answered = len(wire.told)
    assert len(wire.told) == 3 * MAX_UNACKNOWLEDGED
    assert wire.told[-1] == ("H0001", f"th-{3 * MAX_UNACKNOWLEDGED - 1}", 1000)
    clock[0] += 1
    wire.answered = len(wire.told)
    answers.flush()
    assert wire.told[3 * MAX_UNACKNOWLEDGED :] == [("H0001", "th-0", 999)]
