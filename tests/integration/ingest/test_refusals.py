"""A hub is told what of its own format was not understood, and never of what may be later."""

import json

import pytest

from tests.integration.ingest.test_batch_writer import CALL, Door
from tests.integration.ingest.test_batch_writer import door as door
from tests.world import World


@pytest.mark.parametrize(
    ("topic", "payload", "lane", "said"),
    [
        ("homes/H0001/button-1/signal", b'{"id":"a-7","kind":"nonsense"}', "urgent", "a-7"),
        ("homes/H0001/button-1/signal", b'{"id":"a-8"', "urgent", "a-8"),
        ("homes/H0001/button-1/signal", b"\xff\xfe", "urgent", None),
        ("homes/H0001/climate-1/reading", b'{"temperature":"warm"}', "bulk", None),
    ],
)
def test_a_hub_is_told_what_was_not_understood(
    door: Door, topic: str, payload: bytes, lane: str, said: str | None
) -> None:
    """Broken on purpose by telling nobody: the hub would repeat it for ever."""
    (answer,) = door.gets((topic, payload), lane=lane)
    assert (answer.topic, answer.later) == ("homes/H0001/ack", True)
    told = json.loads(answer.payload)
    assert (told["id"], told["device"]) == (said, topic.split("/")[2])
    assert told["error"] == door.dead()[-1][1][:200]
    assert "alarm" not in told


def test_what_may_be_understood_later_is_not_refused(door: Door) -> None:
    """Its home may be entered tomorrow, and a retained copy is nobody's new message."""
    assert door.gets(("homes/H9999/button-1/signal", CALL)) == []
    retained = door.message("homes/H0001/button-1/signal", b'{"kind":"x"}', retain=True)
    assert door.gets(retained) == []


def test_a_refusal_keeps_nothing_behind_it(world: World, door: Door) -> None:
    answers = door.gets(
        ("homes/H0001/button-1/signal", b'{"id":"a-7","kind":"nonsense"}'),
        ("homes/H0001/button-1/signal", CALL),
    )
    assert [json.loads(answer.payload)["id"] for answer in answers] == ["a-7", "a-1"]
    assert len(world.alarms()) == 1
