"""One lane and a real broker: in order, again until acknowledged, whoever comes and goes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from ingest.lanes.broker_counters import read_dropped
from ingest.lanes.lane_client import Broker, LaneClient
from ingest.packets import Message
from tests.integration.ingest import brokers
from tests.integration.ingest.brokers import AnyBroker
from tests.servers.mqtt import Peer
from tests.world import World

SIGNAL = "homes/H0001/button-1/signal"


def a_lane(url: str, world: World, name: str = "") -> LaneClient:
    return LaneClient(
        brokers.address(url), name or f"lane-{uuid4().hex[:8]}", ["homes/+/+/signal"], world, 200
    )


@contextmanager
def running(lane: LaneClient) -> Iterator[LaneClient]:
    lane.start()
    try:
        assert lane.connected.wait(15)
        yield lane
    finally:
        lane.stop()


def take(lane: LaneClient, count: int) -> list[Message]:
    got = [lane.messages.get(timeout=10) for _ in range(count)]
    return [message for message in got if message is not None]


def acknowledge(lane: LaneClient, messages: list[Message]) -> None:
    """Ack, and wait until the broker has answered something sent after it."""
    lane.ack(messages)
    lane.publish("homes/H0001/ack", b"{}").wait_for_publish(10)


def payloads(messages: list[Message]) -> list[bytes]:
    return [message.payload for message in messages]


WORDS = [b"%d" % n for n in range(50)]


def test_the_canary_is_back_when_it_is_acknowledged(broker: AnyBroker, world: World) -> None:
    """Broken by counting it when paho hears it: a lane that stores nothing would look well."""
    with running(a_lane(broker.url, world)) as lane:
        lane.send_probe()
        (message,) = take(lane, 1)
        assert lane.probe.seconds is None
        acknowledge(lane, [message])
        assert lane.probe.seconds is not None
        assert 0 < lane.probe.seconds < 10
        assert lane.probe.age() < 10


def test_a_broker_is_asked_what_it_dropped(broker: AnyBroker) -> None:
    """Mosquitto says it; one that has no counters is none the worse for being asked."""
    known = isinstance(broker, brokers.Plain)
    found = read_dropped(brokers.address(broker.url))
    assert found == (0 if known else None)


def test_messages_come_in_order_with_everything_an_ack_needs(
    broker: AnyBroker, world: World
) -> None:
    with running(a_lane(broker.url, world)) as lane, Peer(broker.url) as hub:
        for word in WORDS:
            hub.publish(SIGNAL, word)
        got = take(lane, len(WORDS))
        acknowledge(lane, got)
    assert payloads(got) == WORDS
    assert {(m.topic, m.qos, m.retain, m.received_at) for m in got} == {
        (SIGNAL, 1, False, world.now())
    }


def test_what_was_not_acknowledged_comes_again_and_what_was_does_not(
    broker: AnyBroker, world: World
) -> None:
    lane = a_lane(broker.url, world)
    with Peer(broker.url) as hub:
        with running(lane):
            for word in WORDS:
                hub.publish(SIGNAL, word)
            acknowledge(lane, take(lane, len(WORDS))[:20])
        with running(lane):
            again = take(lane, 30)
            assert payloads(again) == WORDS[20:]
            acknowledge(lane, again)
        hub.publish(SIGNAL, b"after")
        with running(lane):
            assert payloads(take(lane, 1)) == [b"after"]


def test_an_ack_from_before_a_reconnect_acknowledges_nothing(
    broker: AnyBroker, world: World
) -> None:
    """Packet ids start again with every connection: it would be somebody else's."""
    lane = a_lane(broker.url, world)
    with Peer(broker.url) as hub:
        with running(lane):
            for word in WORDS[:3]:
                hub.publish(SIGNAL, word)
            stale = take(lane, 3)
        with running(lane):
            assert payloads(take(lane, 3)) == WORDS[:3]
            acknowledge(lane, stale)
        with running(lane):
            again = take(lane, 3)
            assert payloads(again) == WORDS[:3]
            acknowledge(lane, again)


def test_what_is_published_while_we_are_away_is_kept(broker: AnyBroker, world: World) -> None:
    lane = a_lane(broker.url, world)
    with running(lane):
        pass
    with Peer(broker.url) as hub:
        for word in WORDS:
            hub.publish(SIGNAL, word)
    with running(lane):
        got = take(lane, len(WORDS))
        acknowledge(lane, got)
    assert payloads(got) == WORDS


@pytest.mark.parametrize("kind", brokers.KINDS)
def test_a_broker_that_comes_later_is_found(kind: str, world: World, tmp_path: Path) -> None:
    broker = brokers.make(kind, tmp_path)
    lane = a_lane(broker.url, world)
    tried = threading.Event()
    lane._client.on_connect_fail = lambda *_: tried.set()
    lane.start()
    try:
        assert tried.wait(10)
        assert not lane.connected.is_set()
        assert lane.alive()
        broker.start()
        assert lane.connected.wait(20)
    finally:
        lane.stop()
        broker.stop()


def test_a_broker_that_goes_and_comes_back_is_found_again(world: World, tmp_path: Path) -> None:
    broker = brokers.make("mosquitto", tmp_path)
    broker.start()
    with running(a_lane(broker.url, world)) as lane:
        lost = threading.Event()
        told = lane._client.on_disconnect
        assert told

        def on_disconnect(*args: Any) -> None:
            told(*args)
            lost.set()

        lane._client.on_disconnect = on_disconnect
        with Peer(broker.url) as hub:
            hub.publish(SIGNAL, b"before")
            take(lane, 1)
        broker.stop()
        assert lost.wait(10)
        assert not lane.connected.is_set()
        broker.start()
        assert lane.connected.wait(20)
        (again,) = take(lane, 1)
        assert again.payload == b"before"
        assert again.epoch == 1
    broker.stop()


def test_a_broker_that_refuses_the_subscription_is_not_a_connection(world: World) -> None:
    """Connected and deaf: nobody would notice that no call arrives."""
    lane = LaneClient(Broker("127.0.0.1", 1), "x", ["homes/#"], world, 10)
    refused = ReasonCode(PacketTypes.SUBACK, "Not authorized")
    granted = ReasonCode(PacketTypes.SUBACK, "Granted QoS 1")
    answer: Any = lane._client.on_subscribe
    answer(lane._client, None, 1, [granted, refused], None)
    assert not lane.connected.is_set()
    answer(lane._client, None, 2, [granted], None)
    assert lane.connected.is_set()
