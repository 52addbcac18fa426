"""Topics of a home that nobody reads are known to those who can do something about it."""

from datetime import timedelta
from typing import Any

import pytest

from alerts.engine import housekeeping
from ingest.service import LANES
from ingest.writing.batch_writer import BULK_LEAVES, BatchWriter
from ingest.writing.last_seen import LastSeen
from ingest.writing.unread_topics import UnreadTopics
from store.intake import unread_topics
from store.intake.unread_topics import MOST, UnreadTopic
from tests.integration.ingest.bulk_lane import Lane
from tests.world import World

HOME = "homes/H0001"


class Noting(Lane):
    """The bulk lane's writer with the notes of a process; `writes` is the process's beat."""

    def restarts(self) -> None:
        self.notes = UnreadTopics(every=0.0)
        self.writer = BatchWriter(
            self.world, self.world.policy, LastSeen(), BULK_LEAVES, unread=self.notes
        )

    def unread(self) -> dict[str, UnreadTopic]:
        self.world.run(self.notes.flush)
        found = self.world.run(unread_topics.of_home, self.world.home.id)
        return {one.topic.removeprefix(f"{HOME}/"): one for one in found}


@pytest.fixture
def lane(world: World) -> Noting:
    return Noting(world)


SAID: list[tuple[str, Any, str, str]] = [
    ("gateway/zigbee2mqtt/bath", {"smoke": True}, "place", "{smoke: true}"),
    ("button-1/alarm", "1", "device", "1"),
    ("a/b/c/d", "Wang Xiuying", "unknown", "text, 12 bytes"),
    ("zigbee2mqtt/gauge", {"foo": 7}, "fields", "{foo: 7}"),
    ("esp/binary_sensor/smoke/state", "JA", "content", "JA"),
    ("sparkplug/x/y", b"\x08\xc4\x89", "binary", "3 bytes, not text"),
]


@pytest.mark.parametrize(("topic", "payload", "why", "excerpt"), SAID)
def test_a_topic_that_nobody_reads_is_noted(
    lane: Noting, topic: str, payload: Any, why: str, excerpt: str
) -> None:
    first = lane.world.now()
    for _ in range(3):
        lane.gets(f"{HOME}/{topic}", payload)
    (found,) = lane.unread().values()
    assert (found.why, found.excerpt, found.messages) == (why, excerpt, 3)
    assert (found.first_at, found.last_at) == (first, first + timedelta(seconds=20))


READ: list[tuple[str, Any]] = [
    ("th/reading", {"temperature": 20}),
    ("button-1/status", "online"),
    ("zigbee2mqtt/bath", {"smoke": False, "foo": 1}),
    ("zigbee2mqtt/bath/set", {"state": "ON"}),
    ("zigbee2mqtt/bridge/logging", {"level": "info"}),
    ("tasmota/cmnd/plug/POWER", "ON"),
    ("ha/light/hall/brightness", "255"),
    ("kitchen/debug", "[D][sensor:094]"),
    ("esp/binary_sensor/smoke/state", "ON"),
    ("gone/for/ever/x", b""),
]


@pytest.mark.parametrize(("topic", "payload"), READ)
def test_what_is_read_or_meant_to_be_silent_is_not_noted(
    lane: Noting, topic: str, payload: Any
) -> None:
    lane.gets(f"{HOME}/{topic}", payload)
    assert lane.unread() == {}


def test_a_topic_that_is_read_by_now_is_gone(lane: Noting) -> None:
    """Also after a restart. Broken by keeping what is listed in memory only."""
    topic = f"{HOME}/esp/sensor_7/value"
    lane.gets(topic, "21.5")
    assert list(lane.unread()) == ["esp/sensor_7/value"]
    lane.restarts()
    assert list(lane.unread()) == ["esp/sensor_7/value"]
    config = {"stat_t": topic, "dev_cla": "temperature", "dev": {"ids": ["esp"]}}
    lane.gets(f"{HOME}/homeassistant/sensor/esp/config", config, retain=True)
    lane.gets(topic, "21.5")
    assert lane.unread() == {}


def test_a_flood_of_topics_costs_a_few_rows(lane: Noting) -> None:
    """And what comes again and again stays. Broken by keeping the newest whatever they are."""
    for _ in range(2):
        lane.gets(f"{HOME}/odd/one/here/always", "1")
    lane.unread()
    for burst in range(3):
        said = [(f"{HOME}/flood/{burst}/{number}/x", "1") for number in range(200)]
        lane.gets_all(said)
        assert len(lane.unread()) == MOST
    assert "odd/one/here/always" in lane.unread()


def test_nothing_is_written_while_messages_are_taken_in(lane: Noting) -> None:
    lane.gets(f"{HOME}/odd/one/here", "1")
    assert lane.world.sql("SELECT count(*) FROM unread_topics") == [0]
    lane.notes = UnreadTopics(every=3600.0)
    lane.writer = BatchWriter(
        lane.world, lane.world.policy, LastSeen(), BULK_LEAVES, unread=lane.notes
    )
    lane.unread()
    lane.gets(f"{HOME}/odd/one/here", "1")
    assert lane.unread() == {}, "not before its time"


def test_homes_that_do_not_exist_and_long_topics_are_no_trouble(lane: Noting) -> None:
    lane.gets("homes/H9999/a/b/c", "1")
    lane.gets("homes//x/y", "1")
    lane.gets(f"{HOME}/{'/'.join(['n' * 100] * 9)}", "1")
    lane.gets(f"{HOME}/a\x00b/c/d", "1")
    assert len(lane.unread()) == 2


def test_a_topic_that_has_been_silent_for_long_is_forgotten(lane: Noting) -> None:
    lane.gets(f"{HOME}/odd/one/here", "1")
    assert lane.unread()
    lane.world.time += housekeeping.UNREAD_TOPICS_KEPT
    lane.world.run(housekeeping.clean_up, lane.world.now(), lane.world.policy)
    assert lane.unread() == {}


def test_only_the_bulk_lane_takes_notes() -> None:
    """A press waits for nothing of this."""
    assert [spec.name for spec in LANES if "unread" in spec.writer.__code__.co_names] == ["bulk"]
