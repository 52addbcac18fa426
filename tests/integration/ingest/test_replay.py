"""Dead letters: by whom, and taken in again once they can be read."""

from datetime import timedelta

import pytest

from ingest.packets import Message
from ingest.topics import source_of
from ingest.writing.batch_writer import BULK_LEAVES, URGENT_LEAVES, BatchWriter
from ingest.writing.dead_letter_replay import DeadLetterReplayer
from ingest.writing.last_seen import LastSeen
from store.home import registry
from store.intake import dead_letters
from store.intake.dead_letters import DeadLetter
from tests.world import World

CALL = b'{"kind":"help_call"}'
NEW_HOME = "homes/H0777"


def come(world: World, topic: str, payload: bytes) -> None:
    """To both lanes, as from the broker."""
    for leaves in (URGENT_LEAVES, BULK_LEAVES):
        if (leaves == URGENT_LEAVES) is topic.endswith("/signal"):
            writer = BatchWriter(world, world.policy, LastSeen(), leaves)
            world.run(writer.write, [Message(topic, payload, False, 1, 1, 0, world.now())])


def replay(world: World, **which: object) -> list[DeadLetter]:
    world.run(dead_letters.ask_replay, world.now(), **which)
    replays = DeadLetterReplayer(world, world.policy, LastSeen())
    while world.run(replays.step):
        pass
    return world.run(dead_letters.newest)


def add_missing_home(world: World) -> None:
    """The home is entered at last."""
    world.run(registry.add_home, code="H0777", area="G1", address="-", now=world.now())


def test_letters_of_a_home_that_was_missing_are_taken_in(world: World) -> None:
    """Broken by giving the message the time of the replay: the call would look like one of now."""
    came = world.now()
    come(world, f"{NEW_HOME}/button/signal", CALL)
    come(world, f"{NEW_HOME}/th/reading", b'{"temperature":20}')
    come(world, f"{NEW_HOME}/zigbee2mqtt/kitchen", b'{"smoke":true}')
    come(world, f"{NEW_HOME}/th/reading", b"unreadable")
    world.time += timedelta(hours=2)
    add_missing_home(world)
    letters = replay(world)
    assert [letter.replayed_at is not None for letter in letters] == [False, True, True, True]
    assert letters[0].reason.startswith("payload: expected JSON")
    assert letters[0].replays == 1
    assert [(a.kind, a.late, a.occurred_at) for a in world.alarms()] == [
        ("help_call", True, came),
        ("smoke", True, came),
    ]
    assert world.sql("SELECT at FROM readings") == [came]


def test_what_was_taken_in_is_not_taken_in_again(world: World) -> None:
    come(world, f"{NEW_HOME}/button/signal", CALL)
    add_missing_home(world)
    replay(world)
    replay(world)
    assert [a.count for a in world.alarms()] == [1]


@pytest.mark.parametrize(
    ("which", "expected"),
    [({"home": "H0777"}, 1), ({"reason": "home:"}, 1), ({"reason": "x"}, 0), ({"ids": []}, 0)],
)
def test_only_those_asked_for(world: World, which: dict[str, object], expected: int) -> None:
    come(world, f"{NEW_HOME}/button/signal", CALL)
    add_missing_home(world)
    assert sum(letter.replays for letter in replay(world, **which)) == expected


def test_a_call_that_counted_with_a_complaint_and_a_cut_off_letter_stay(world: World) -> None:
    """Broken by asking for everything: the call would count twice."""
    come(world, "homes/H0001/button-1/signal", b'{"kind":"help_call","at":"soon"}')
    come(world, f"{NEW_HOME}/th/reading", b'{"temperature":20' + b" " * 70_000 + b"}")
    add_missing_home(world)
    assert {letter.replays for letter in replay(world)} == {0}
    assert [a.count for a in world.alarms()] == [1]


def test_a_device_of_the_urgent_lane_is_replayed_all_the_same(world: World) -> None:
    come(world, f"{NEW_HOME}/zigbee2mqtt/kitchen", b'{"smoke":true}')
    add_missing_home(world)
    device = registry.find_or_add_device
    with world.pool.connection() as conn:
        found = device(conn, "H0777", "kitchen", now=world.now(), dialect="zigbee2mqtt")
        assert found is not None
        conn.execute(
            "INSERT INTO urgent_devices (device_id, filters, token, subscribed, alone)"
            " VALUES (%s, %s, 't', true, true)",
            [found.id, [f"{NEW_HOME}/zigbee2mqtt/kitchen"]],
        )
    replay(world)
    assert [a.kind for a in world.alarms()] == ["smoke"]


def test_letters_are_counted_by_device_and_reason(world: World) -> None:
    for _ in range(3):
        come(world, "homes/H0001/th/reading", b"x")
    come(world, "homes/H0001/th/reading", b'{"temperature":"x"}')
    counted = world.run(dead_letters.counts)
    assert [(c.home, c.device, c.reason, c.letters) for c in counted] == [
        ("H0001", "th", "payload", 3),
        ("H0001", "th", "temperature", 1),
    ]


@pytest.mark.parametrize(
    ("topic", "source"),
    [
        ("homes/H1/th/reading", ("H1", "th")),
        ("homes/H1/status", ("H1", "")),
        ("homes/H1/zigbee2mqtt/床 边/SOS", ("H1", "zigbee2mqtt/床 边/SOS")),
        ("application/a/device/eui/event/up", ("", "eui")),
        ("v3/app@t/devices/d/up", ("", "d")),
        ("homes", ("", "")),
        ("else/where", ("", "")),
    ],
)
def test_who_sent_it_is_read_from_the_topic(topic: str, source: tuple[str, str]) -> None:
    assert source_of(topic) == source
