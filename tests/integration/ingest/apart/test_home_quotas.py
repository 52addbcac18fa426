"""A home that sends too much loses its telemetry first and no press; the desk is told."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ingest.packets import Message
from ingest.quotas import home_quotas
from ingest.quotas.home_quotas import HomeQuotas
from ingest.quotas.overruns import Overruns
from ingest.writing.batch import Publication
from ingest.writing.batch_writer import BULK_LEAVES, URGENT_LEAVES, BatchWriter
from ingest.writing.dead_letter_replay import DeadLetterReplayer
from ingest.writing.last_seen import LastSeen
from store.intake import dead_letters
from tests.world import World

Lane = Callable[..., list[Publication]]
HOME = "homes/H0001"


class Lanes:
    def __init__(self, world: World, seconds: tuple[float, float] = (1e6, 0.0)) -> None:
        self.world = world
        self.overruns = Overruns(every=0)
        quotas = HomeQuotas(self.overruns, seconds)
        self.bulk = BatchWriter(world, world.policy, LastSeen(), BULK_LEAVES, quotas=quotas)
        self.urgent = BatchWriter(
            world,
            world.policy,
            LastSeen(),
            URGENT_LEAVES,
            quotas=HomeQuotas(self.overruns, seconds),
        )

    def gets(self, *said: tuple[str, Any], urgent: bool = False) -> list[Publication]:
        now = self.world.now()
        batch = [
            Message(topic, json.dumps(what).encode(), False, 1, 1, 0, now) for topic, what in said
        ]
        return self.world.run((self.urgent if urgent else self.bulk).write, batch)

    def replays(self) -> None:
        replayer = DeadLetterReplayer(self.world, self.world.policy, LastSeen(), self.overruns)
        while self.world.run(replayer.step):
            pass

    def told(self) -> set[str]:
        self.world.run(self.overruns.flush)
        return set(self.world.sql("SELECT what FROM home_overruns"))

    def count(self, what: str, home: str = "H0001") -> int:
        (found,) = self.world.sql(
            f"SELECT count(*) FROM {what} x JOIN homes h ON h.id = x.home_id WHERE h.code = %s",
            home,
        )
        return int(found)


@pytest.fixture
def lanes(world: World) -> Lanes:
    return Lanes(world)


@pytest.fixture
def no_time(world: World) -> Lanes:
    """Each home has had its share already."""
    return Lanes(world, seconds=(0.0, 0.0))


def test_a_home_has_room_for_so_many_new_devices(lanes: Lanes) -> None:
    """Broken by registering whatever a hub makes up: 1,250 devices of 10,000 messages."""
    before = lanes.count("devices")
    topics = [(f"{HOME}/d{n}/reading", {"temperature": 20}) for n in range(500)]
    foreign = [(f"{HOME}/zigbee2mqtt/z{n}", {"occupancy": True}) for n in range(500)]
    states = [(f"{HOME}/s{n}/status", "online") for n in range(100)]
    lanes.gets(*topics, *foreign, *states)
    assert lanes.count("devices") - before <= home_quotas.DEVICES[0] + 1
    assert "devices" in lanes.told()


def test_a_danger_of_a_device_there_is_no_room_for_is_raised(lanes: Lanes) -> None:
    """Broken by leaving the message out with its device."""
    lanes.gets(*[(f"{HOME}/d{n}/reading", {"temperature": 20}) for n in range(150)])
    lanes.gets((f"{HOME}/zigbee2mqtt/kitchen", {"smoke": True, "temperature": 20}))
    assert [alarm.kind for alarm in lanes.world.alarms()] == ["smoke"]
    lanes.gets((f"{HOME}/zigbee2mqtt/kitchen", {"smoke": False}))
    lanes.gets(*[(f"{HOME}/d{n}/signal", {"kind": "help_call"}) for n in range(100)], urgent=True)
    assert [alarm.kind for alarm in lanes.world.alarms()] == ["smoke", "help_call"]
    assert lanes.world.alarms()[1].count == 100


def test_what_cannot_be_read_is_kept_up_to_a_number(lanes: Lanes) -> None:
    lanes.gets(*[(f"{HOME}/a/b/c/{n}", "?") for n in range(300)])
    assert len(lanes.world.run(dead_letters.newest, 1000)) == home_quotas.LETTERS[0]
    lanes.gets((f"{HOME}/button-1/signal", "?"), urgent=True)
    assert lanes.world.run(dead_letters.newest, 1)[0].topic.endswith("/signal")
    assert "letters" in lanes.told()


def test_a_flood_loses_its_readings_and_not_its_dangers(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    """Broken by leaving out every message of a home that is over its quota."""
    monkeypatch.setattr(home_quotas, "MESSAGES", (10, 0))
    lanes = Lanes(world)
    lanes.gets(*[(f"{HOME}/climate-1/reading", {"temperature": n}) for n in range(11)])
    lanes.gets(
        (f"{HOME}/climate-1/reading", {"temperature": 99}),
        (f"{HOME}/zigbee2mqtt/k", {"smoke": True, "temperature": 99}),
        ("homes/H0002/climate-1/reading", {"temperature": 50}),
    )
    assert world.sql("SELECT temperature FROM readings WHERE temperature >= 50") == [50.0]
    assert [alarm.kind for alarm in world.alarms()] == ["smoke"]
    lanes.gets((f"{HOME}/button-1/signal", {"kind": "help_call"}), urgent=True)
    assert [alarm.kind for alarm in world.alarms()] == ["smoke", "help_call"]
    assert "messages" in lanes.told()


def test_a_flood_of_bytes_is_one_too(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    monkeypatch.setattr(home_quotas, "BYTES", (1000, 0))
    lanes = Lanes(world)
    lanes.gets((f"{HOME}/climate-1/reading", [{"temperature": n, "seq": n} for n in range(90)]))
    lanes.gets((f"{HOME}/climate-1/reading", {"temperature": 99}))
    assert world.sql("SELECT count(*) FROM readings WHERE temperature = 99") == [0]


def test_presses_without_end_are_all_taken_in_and_the_first_of_each_kind_at_once(
    no_time: Lanes,
) -> None:
    """Broken by taking them in as they come: ten thousand delayed another home's press by 28 s. And
    by leaving some out."""
    said = [(f"{HOME}/button-1/signal", {"kind": "help_call", "id": str(n)}) for n in range(20)]
    answers = no_time.gets(*said, (f"{HOME}/smoke-1/signal", {"kind": "smoke"}), urgent=True)
    assert [alarm.kind for alarm in no_time.world.alarms()] == ["help_call", "smoke"]
    assert len(answers) == 21, "each is stored, and its hub is told"
    assert no_time.world.alarms()[0].count == home_quotas.KINDS[0]
    no_time.replays()
    assert no_time.world.alarms()[0].count == 20
    assert "time" in no_time.told()


def test_in_another_format_the_first_of_each_kind_is_raised_at_once_too(no_time: Lanes) -> None:
    """Broken by holding whatever a busy home says: its first fire waits behind its own flood."""
    no_time.gets(*[(f"{HOME}/zigbee2mqtt/d{n}", {"occupancy": True}) for n in range(20)])
    assert no_time.count("devices") == len(no_time.world.district.homes), "all of it is held"
    no_time.gets(*[(f"{HOME}/zigbee2mqtt/s{n}", {"smoke": True}) for n in range(10)])
    assert [(a.kind, a.count) for a in no_time.world.alarms()] == [("smoke", 3)]
    no_time.replays()
    assert [(a.kind, a.count) for a in no_time.world.alarms()] == [("smoke", 10)]


def test_descriptions_that_change_all_the_time_are_not_learned_any_more(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    """Broken by learning all: each makes every lane read the home anew."""
    monkeypatch.setattr(home_quotas, "CONFIGS", (5, 0))
    lanes = Lanes(world)
    for number in range(20):
        body = {"state_topic": f"x/{number}", "device": {"identifiers": ["esp"]}, "name": "s"}
        lanes.gets((f"{HOME}/homeassistant/sensor/s{number}/config", body))
    assert lanes.count("learned") == 5
    assert "configs" in lanes.told()


def test_an_ordinary_home_never_meets_any_of_it(lanes: Lanes) -> None:
    for n in range(50):
        lanes.gets(
            (f"{HOME}/climate-1/reading", {"temperature": n}),
            (f"{HOME}/zigbee2mqtt/door", {"contact": n % 2 == 0, "battery": 90}),
        )
    assert lanes.told() == set()


@pytest.mark.parametrize(("leaf", "urgent"), [("signal", True), ("reading", False)])
def test_a_hub_is_not_told_of_more_than_is_kept(world: World, leaf: str, urgent: bool) -> None:
    """What is not understood is refused to its hub: ten thousand times would fill the memory of the
    lane and its line with answers that nobody reads."""
    lanes = Lanes(world)
    said = [(f"{HOME}/button-1/{leaf}", {"kind": "nonsense", "n": n}) for n in range(150)]
    assert len(lanes.gets(*said, urgent=urgent)) == home_quotas.LETTERS[0]
