"""What the desk is told of messages that leave late: which kinds, by how much, and no more."""

from typing import Any

import pytest

from alerts.engine.late_messages import REFUSED, STANDSTILL, find_late
from store.engine.backlog import Delivery
from store.model import OutboxLane

LIFE, ROUTINE, AT_RISK = OutboxLane.LIFE, OutboxLane.ROUTINE, OutboxLane.AT_RISK


def told(lane: OutboxLane, **given: Any) -> list[str]:
    settings: dict[str, Any] = {"waiting": 1, **given}
    return [message.line for message in find_late([Delivery(int(lane), **settings)])]


@pytest.mark.parametrize(
    ("lane", "given", "line"),
    [
        (LIFE, {"seconds_late": 0.6, "since_sent": 0.1}, None),
        (LIFE, {"seconds_late": 16, "since_sent": 1}, "life alarms: messages leave 16 s late"),
        (
            LIFE,
            {"seconds_late": 16, "refused": 1},
            "life alarms: the carrier refuses messages, 16 s late",
        ),
        (
            LIFE,
            {"seconds_late": 16, "refused": 1, "account_code": "20003"},
            "life alarms: the carrier refuses our account (20003), 16 s late",
        ),
        (LIFE, {"seconds_late": 1, "refused": 2, "taken": 0, "not_taken": 2}, None),
        (
            LIFE,
            {"seconds_late": 1, "refused": 9, "taken": 1, "not_taken": 9},
            "life alarms: the carrier refused 9 of the last 10 messages, 1 s late",
        ),
        (LIFE, {"seconds_late": 1, "refused": 8, "taken": 2, "not_taken": 8}, None),
        (AT_RISK, {"seconds_late": 29, "since_sent": 1}, None),
        (AT_RISK, {"seconds_late": 31, "since_sent": 1}, "other alarms: messages leave 31 s late"),
        (
            AT_RISK,
            {"seconds_late": REFUSED + 1, "since_sent": 1, "refused": 3},
            "other alarms: the carrier refuses messages, 16 s late",
        ),
        (ROUTINE, {"seconds_late": 500, "since_sent": 1}, None),
        (ROUTINE, {"seconds_late": REFUSED + 1, "since_sent": 1, "refused": 1}, None),
        (
            ROUTINE,
            {"seconds_late": STANDSTILL + 1, "since_sent": STANDSTILL + 1},
            "comfort and technical messages: messages leave 31 s late",
        ),
        (
            ROUTINE,
            {"seconds_late": 601, "since_sent": 1},
            "comfort and technical messages: messages leave 601 s late",
        ),
        (LIFE, {"waiting": 0, "not_taken": 50}, None),
    ],
)
def test_what_is_told(lane: OutboxLane, given: dict[str, Any], line: str | None) -> None:
    assert told(lane, **given) == ([line] if line else [])


def test_only_the_late_kinds_are_told_and_lives_first() -> None:
    """400 alarms in half a minute: routine texts stand in a queue, life messages leave at once."""
    found = [
        Delivery(int(ROUTINE), waiting=390, seconds_late=700, since_sent=1, taken=60),
        Delivery(int(LIFE), waiting=2, seconds_late=0.6, since_sent=0.1, taken=400),
    ]
    assert [message.lane for message in find_late(found)] == [ROUTINE]
    found.append(Delivery(int(AT_RISK), waiting=1, seconds_late=45))
    assert [message.lane for message in find_late(found)] == [AT_RISK, ROUTINE]


def test_limits_are_real_seconds_in_a_faster_simulation() -> None:
    late = [Delivery(int(LIFE), waiting=1, seconds_late=60)]
    assert find_late(late, second=1 / 60) == []
    assert find_late(late) != []
