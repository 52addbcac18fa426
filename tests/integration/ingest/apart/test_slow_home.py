"""While one home's templates are rendered, the others' messages are taken in; the broker is told in
order."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.waiting import wait_until
from ingest.lanes.lane_client import LaneClient
from ingest.packets import Message
from ingest.rendering import render_process
from ingest.service import Ingest
from tests.integration.ingest import brokers
from tests.integration.ingest.apart.test_template_budget import LONG_WORDS
from tests.integration.ingest.brokers import AnyBroker
from tests.servers.mqtt import Peer
from tests.world import World

SLOW = "homes/H0001/homeassistant"
CONFIG = (
    b'{"state_topic": "x/state", "device": {"identifiers": ["esp"]}, "device_class": "temperature",'
    b'"unit_of_measurement": "\xc2\xb0C", "value_template": "%b"}' % LONG_WORDS.encode()
)


@contextmanager
def ingesting(world: World, url: str, broker: AnyBroker) -> Iterator[Ingest]:
    ingest = Ingest(world.pool, url, brokers.address(broker.url), world, world.policy, "one")
    stop = threading.Event()
    thread = threading.Thread(target=ingest.run, args=[stop], daemon=True)
    thread.start()
    try:
        assert wait_until(lambda: [r.state for r in ingest._runners] == ["connected"] * 2, 15)
        yield ingest
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def rendering_processes() -> set[int]:
    """Our children that render, as the system sees them."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            said = (stat.parent / "cmdline").read_bytes()
        except (OSError, IndexError):
            continue
        if parent == os.getpid() and b"ingest.rendering.child" in said:
            found.add(int(stat.parent.name))
    return found


def kinds(world: World) -> set[tuple[str, str]]:
    return {
        (row[0], row[1])
        for row in world.sql("SELECT h.code, a.kind FROM alarms a JOIN homes h ON h.id = a.home_id")
    }


def test_a_home_whose_templates_hang_holds_up_nobody_elses_press(
    broker: AnyBroker, world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken by waiting in the lane's thread: the others come when the process is killed. Broken by
    acknowledging past what waits: the embedded broker then ends the connection."""
    monkeypatch.setattr(render_process, "DEADLINE", 3.0)
    acked: list[str] = []
    ack = LaneClient.ack

    def noted(self: LaneClient, messages: list[Message]) -> None:
        if self.probe.topic.endswith("bulk"):
            acked.extend(message.topic for message in messages)
        ack(self, messages)

    monkeypatch.setattr(LaneClient, "ack", noted)
    before = rendering_processes()
    with Peer(broker.url) as hub, ingesting(world, database_url, broker):
        hub.publish(f"{SLOW}/sensor/t/config", CONFIG)
        hub.publish(f"{SLOW}/x/state", b'{"t": 20.5}')
        assert wait_until(lambda: world.sql("SELECT temperature FROM readings") == [20.5], 20)
        (child,) = rendering_processes() - before
        os.kill(child, signal.SIGSTOP)
        hub.publish(f"{SLOW}/x/state", b'{"t": 21.5}')
        hub.publish("homes/H0002/zigbee2mqtt/k", b'{"smoke": true}')
        hub.publish("homes/H0002/button-1/signal", b'{"kind": "help_call"}')
        hub.publish("homes/H0001/button-1/signal", b'{"kind": "help_call"}')
        others = {("H0002", "smoke"), ("H0002", "help_call"), ("H0001", "help_call")}
        assert wait_until(lambda: kinds(world) == others, 20)
        assert child in rendering_processes(), "it hangs still"
        assert "homes/H0002/zigbee2mqtt/k" not in acked
        assert wait_until(
            lambda: len(world.sql("SELECT id FROM dead_letters WHERE topic LIKE '%%x/state'")) == 1,
            20,
        )
        hub.publish("homes/H0002/climate-1/reading", b'{"temperature": 19}')
        assert wait_until(lambda: 19.0 in world.sql("SELECT temperature FROM readings"), 20)
        last = len(acked) - 1 - acked[::-1].index(f"{SLOW}/x/state")
        assert last < acked.index("homes/H0002/zigbee2mqtt/k")
