"""Two lanes decide about one device, and each press counts once, whoever is how far.

A broker in memory that keeps its order, real writers, a real database; hypothesis chooses who does
something next, also between any two steps of subscribing itself.
"""

import json
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from ingest.lanes.urgent_subscriptions import UrgentSubscriptions
from ingest.lanes.urgent_topics import UrgentTopics
from ingest.packets import Message
from ingest.writing.batch_writer import BULK_LEAVES, URGENT_LEAVES, BatchWriter
from ingest.writing.lane_ownership import read_cutover_marker
from ingest.writing.last_seen import LastSeen
from store.home import registry
from store.intake import dialect_state
from tests.sizes import sized
from tests.world import World


class KilledError(BaseException):
    """The process that holds the urgent lane has died."""


class Sent:
    """What paho gives back for a message the broker has taken."""

    def wait_for_publish(self, timeout: float) -> None:
        pass

    def is_published(self) -> bool:
        return True


@dataclass
class Broker:
    """Keeps one queue a session, and is the urgent lane for UrgentSubscriptions. `draw` decides
    what else happens before and after each of its steps."""

    world: World
    home: str
    draw: Any = None
    connected: Event = field(default_factory=Event)
    session_lost: bool = False
    on_connected: Any = None
    filters: set[str] = field(default_factory=set)
    queues: dict[str, deque[tuple[str, bytes, datetime]]] = field(default_factory=dict)
    writers: dict[str, BatchWriter] = field(default_factory=dict)
    marked: bool = False
    presses: int = 0
    early: int = 0
    """Presses the bulk lane had not come to when the urgent lane subscribed. Without a mark of
    their own they may be taken for the copy of a later one, which has raised the alarm."""
    leaving: bool = False
    both: int = 0
    """Presses between telling the bulk lane and leaving the topics: they come to both lanes, and a
    bulk lane that is behind cannot tell them from new ones."""

    def __post_init__(self) -> None:
        self.connected.set()
        for lane in ("urgent", "bulk"):
            self.queues[lane] = deque()
            self.restart(lane)

    # what may happen at any moment

    def press(self) -> None:
        """Without a mark of their own they all look alike."""
        self.presses += 1
        self.both += self.leaving
        self.world.time += timedelta(seconds=10)
        said = {"action": "emergency"}
        if self.marked:
            said["last_seen"] = self.world.time.isoformat()
        self.send(f"homes/{self.home}/zigbee2mqtt/bath", json.dumps(said).encode())

    def send(self, topic: str, payload: bytes) -> None:
        self.queues["bulk"].append((topic, payload, self.world.time))
        if any(topic_matches_sub(pattern, topic) for pattern in self.filters):
            self.queues["urgent"].append((topic, payload, self.world.time))

    def take(self, lane: str) -> None:
        """The next message. The urgent lane is never behind the bulk lane; that may be late."""
        if lane == "bulk":
            self.drain("urgent")
            self.world.time += timedelta(seconds=10)
        if self.queues[lane]:
            topic, payload, at = self.queues[lane].popleft()
            received_at = at if lane == "urgent" else self.world.time
            message = Message(topic, payload, False, 1, 1, 0, received_at)
            self.world.run(self.writers[lane].write, [message])

    def drain(self, lane: str) -> None:
        while self.queues[lane]:
            self.take(lane)

    def restart(self, lane: str) -> None:
        """All that was remembered is gone."""
        leaves = URGENT_LEAVES if lane == "urgent" else BULK_LEAVES
        self.writers[lane] = BatchWriter(self.world, self.world.policy, LastSeen(), leaves)

    def meanwhile(self) -> None:
        if self.draw is None:
            return
        for step in self.draw(st.lists(st.sampled_from(STEPS), max_size=3)):
            if step == "killed":
                raise KilledError
            self.do(step)

    def do(self, step: str) -> None:
        name, _, lane = step.partition(" ")
        getattr(self, name)(*([lane] if lane else []))

    # the lane, as UrgentSubscriptions knows it

    def subscribe(self, topics: list[str]) -> bool:
        self.meanwhile()
        self.early += sum(b"action" in payload for _, payload, _ in self.queues["bulk"])
        self.filters |= set(topics)
        self.meanwhile()
        return True

    def unsubscribe(self, topics: list[str]) -> bool:
        self.meanwhile()
        self.filters -= set(topics)
        self.leaving = False
        self.meanwhile()
        return True

    def publish(self, topic: str, payload: bytes) -> Sent:
        self.meanwhile()
        self.send(topic, payload)
        self.leaving = bool(self.filters) and not read_cutover_marker(payload).alone
        self.meanwhile()
        return Sent()


STEPS = ["press", "press", "take urgent", "take bulk", "restart urgent", "restart bulk", "killed"]


@pytest.fixture
def wanted(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Whether the device is to be listened to: its own words alone would make it so for good."""
    now = {"is": True}
    real = UrgentTopics.of
    monkeypatch.setattr(
        UrgentTopics, "of", lambda topics, device: real(topics, device) if now["is"] else []
    )
    return now


def begun(world: World, *, marked: bool = False) -> Broker:
    """A home of its own, whose button is known by a first press."""
    world.sql("DELETE FROM urgent_devices")
    world.sql("UPDATE devices SET dialect = 'native'")  # those of earlier examples
    home = f"X{uuid4().hex[:8]}"
    world.run(registry.add_home, code=home, area="G1", address="-", now=world.now())
    broker = Broker(world, home, marked=marked)
    broker.press()
    broker.drain("bulk")
    return broker


def check_once(broker: Broker, *, connected: bool = False) -> None:
    """One look of the lane's thread at everything."""
    UrgentSubscriptions(broker.world.pool, broker, broker.world)._work(None, connected)  # type: ignore[arg-type]


def run_to_rest(broker: Broker) -> list[bool]:
    """Nothing more happens by chance, and everybody finishes. Whether the urgent lane is alone."""
    broker.draw = None
    for _ in range(3):
        check_once(broker, connected=True)
        broker.drain("urgent")
        broker.drain("bulk")
    return broker.world.sql("SELECT alone FROM urgent_devices WHERE left_at IS NULL")


def counts(broker: Broker) -> list[int]:
    return broker.world.sql(
        "SELECT count FROM alarms a JOIN homes h ON h.id = a.home_id WHERE h.code = %s",
        broker.home,
    )


def live(broker: Broker, wanted: dict[str, bool], draw: Any) -> None:
    """Some looks, during which anything happens; in the end all is handed over or given back."""
    broker.draw = draw
    for _ in range(draw(st.integers(1, 4))):
        wanted["is"] = draw(st.booleans())
        try:
            check_once(broker, connected=draw(st.booleans()))
            broker.meanwhile()
        except KilledError:
            broker.restart("urgent")
    wanted["is"] = draw(st.booleans())
    assert run_to_rest(broker) == ([True] if wanted["is"] else [])
    for lane in ("urgent", "bulk"):
        broker.press()
        broker.drain(lane)
    run_to_rest(broker)


SOME = settings(
    max_examples=sized(40, 10),
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)  # a failing example is short; making it shorter takes minutes


@SOME
@given(data=st.data())
def test_no_press_falls_between_the_lanes(
    world: World, wanted: dict[str, bool], data: st.DataObject
) -> None:
    """Broken by each of: an `alone` that is set with the broker's answer instead of by the mark;
    leaving the topics before the bulk lane is told."""
    broker = begun(world, marked=True)
    live(broker, wanted, data.draw)
    assert counts(broker) == [broker.presses]


@SOME
@given(data=st.data())
def test_no_press_counts_twice_whatever_happens_in_between(
    world: World, wanted: dict[str, bool], data: st.DataObject
) -> None:
    """Broken by each of: leaving no notes of what the urgent lane decided; a bulk lane that decides
    although it has passed the mark."""
    broker = begun(
        world,
    )
    live(broker, wanted, data.draw)
    (count,) = counts(broker)
    assert broker.presses - broker.early <= count <= broker.presses + broker.both


@pytest.mark.parametrize(
    ("dialect", "network_id", "topic", "said"),
    [
        (
            "chirpstack",
            "0011aabb",
            "application/a/device/0011aabb/event/up",
            {"deviceInfo": {"devEui": "0011AABB"}, "deduplicationId": "d", "object": {"smoke": 1}},
        ),
        (
            "ttn",
            "care@ttn/d1",
            "v3/care@ttn/devices/d1/up",
            {
                "end_device_ids": {"device_id": "d1", "dev_eui": "0011AABB"},
                "uplink_message": {"decoded_payload": {"smoke": 1}},
            },
        ),
    ],
)
def test_a_detector_behind_a_network_server_is_heard_by_the_urgent_lane(
    world: World, dialect: str, network_id: str, topic: str, said: object
) -> None:
    """Broken by a mark that does not come to the bulk lane: both lanes go on deciding."""
    world.sql("DELETE FROM urgent_devices")
    world.sql("UPDATE devices SET dialect = 'native'")
    home = f"X{uuid4().hex[:8]}"
    world.run(registry.add_home, code=home, area="G1", address="-", now=world.now())
    device = world.run(registry.find_or_add_device, home, "d", now=world.now(), dialect=dialect)
    assert device is not None
    world.run(dialect_state.bind_lorawan, dialect, network_id, device.id)
    world.sql("UPDATE devices SET role = 'smoke' WHERE id = %s", device.id)
    broker = Broker(world, home)
    check_once(broker)
    broker.drain("bulk")
    assert world.sql("SELECT alone FROM urgent_devices") == [True]
    broker.send(topic, json.dumps(said).encode())
    broker.drain("urgent")
    assert counts(broker) == [1]
    broker.drain("bulk")
    assert counts(broker) == [1]
    assert world.sql("SELECT count(*) FROM signals WHERE home_id = %s", device.home_id) == [1]
