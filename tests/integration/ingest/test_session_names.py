"""What the broker keeps for us is taken in whatever becomes of the settings that named it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.bootstrap.wiring import broker_of
from app.config.addresses import MqttAddress
from app.config.settings import Settings
from app.waiting import wait_until
from ingest.lanes.lane_client import Broker
from ingest.service import Ingest
from store.intake import broker_sessions
from tests.integration.ingest import brokers
from tests.integration.ingest.brokers import AnyBroker
from tests.servers.mqtt import Peer
from tests.world import World

OLD, NEW = "o" * 40, "n" * 40
PRESS, READING = "homes/H0001/button-1/signal", "homes/H0001/climate-1/reading"
QUEUED = 500


@pytest.fixture(params=brokers.KINDS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyBroker]:
    made = brokers.make(request.param, tmp_path)
    made.start()
    yield made
    made.stop()


def settings(broker: AnyBroker, key: str, *former: str) -> Broker:
    return broker_of(
        Settings(mqtt_url=MqttAddress.parse(broker.url), secret_key=key, former_secret_keys=former)
    )


@contextmanager
def ingesting(world: World, database_url: str, broker: Broker) -> Iterator[None]:
    stop = threading.Event()
    process = Ingest(world.pool, database_url, broker, world, world.policy, "1", beat=0.05)
    thread = threading.Thread(target=process.run, args=(stop,), daemon=True)
    thread.start()
    connected = "SELECT detail->>'urgent' = 'connected' AND detail->>'bulk' = 'connected'"
    try:
        assert wait_until(lambda: world.sql(f"{connected} FROM heartbeats") == [True], 30)
        yield
    finally:
        stop.set()
        thread.join(30)
        world.sql("DELETE FROM heartbeats")


def queue_up(broker: AnyBroker, press: str = "one") -> None:
    """A press behind readings, while nobody takes anything in."""
    with Peer(broker.url) as hub:
        for n in range(QUEUED):
            hub.publish(READING, f'{{"temperature": 20, "seq": {n + 1}}}'.encode())
        hub.publish(PRESS, f'{{"kind": "help_call", "id": "{press}"}}'.encode())


def alarms(world: World) -> list[int]:
    return world.sql("SELECT count FROM alarms WHERE kind = 'help_call' ORDER BY id")


def stored(world: World) -> int:
    return int(world.sql("SELECT count(*) FROM readings")[0])


def test_a_new_secret_key_leaves_no_press_to_nobody(
    world: World, database_url: str, broker: AnyBroker
) -> None:
    """Break: names made from the key with each start: 0 alarms, all queued for nobody."""
    with ingesting(world, database_url, settings(broker, OLD)):
        pass
    queue_up(broker)
    with ingesting(world, database_url, settings(broker, NEW)):
        assert wait_until(lambda: alarms(world) == [1] and stored(world) == QUEUED, 30)


def test_what_is_queued_under_an_earlier_key_is_taken_in_once_and_its_session_ended(
    world: World, database_url: str, broker: AnyBroker
) -> None:
    """As after an update in which the key was changed, too: the former key is told.

    Break: never looking for it; ending it before it is empty."""
    with ingesting(world, database_url, settings(broker, OLD)):
        pass
    queue_up(broker)
    world.sql("DELETE FROM broker_sessions")  # the version before kept no name
    with ingesting(world, database_url, settings(broker, NEW, OLD)):
        assert wait_until(lambda: alarms(world) == [1] and stored(world) == QUEUED, 30)
        former = settings(broker, OLD).session_secret
        emptied = "SELECT cardinality(emptied) FROM broker_sessions WHERE secret = %s"
        assert wait_until(lambda: world.sql(emptied, former) == [2], 30)
        queue_up(broker, "two")  # goes to the one session that is left
        assert wait_until(lambda: alarms(world) == [2], 30)
    with ingesting(world, database_url, settings(broker, NEW, OLD)):
        pass
    assert alarms(world) == [2]
    assert stored(world) == QUEUED


def test_whoever_comes_first_names_the_sessions(world: World) -> None:
    now = world.now()
    assert world.run(broker_sessions.current, "first", (), now) == "first"
    assert world.run(broker_sessions.current, "second", ("first", "older"), now) == "first"
    assert world.run(broker_sessions.not_emptied, "bulk") == ["older"], "the current one never"
    world.run(broker_sessions.emptied, "bulk", "older")
    assert world.run(broker_sessions.not_emptied, "bulk") == []
    assert world.run(broker_sessions.not_emptied, "urgent") == ["older"]


def test_the_password_of_the_broker_names_sessions_only_without_a_key() -> None:
    address = MqttAddress("127.0.0.1", 1883, False, "centre", "password")
    with_key = broker_of(Settings(mqtt_url=address, secret_key=OLD))
    other = broker_of(Settings(mqtt_url=replace(address, password="x"), secret_key=OLD))
    assert with_key.session_secret == other.session_secret
