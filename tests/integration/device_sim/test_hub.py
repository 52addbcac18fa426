"""The simulated hub against a real broker, with a centre that a test plays by hand."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import iotcore
import pytest
from paho.mqtt.client import Client, MQTTMessage, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from app.free_port import free_port
from device_sim.home.homes_file import DeviceSpec, HomeSpec
from device_sim.hubs.connection import HubRefusedError
from device_sim.hubs.hub import Hub
from device_sim.hubs.press import Backoff
from device_sim.runs.everyday_homes import EverydayHomes

QUICK = Backoff(first=0.05, factor=1.0, longest=0.05)
USERS = {"H0001": "secret", "H0002": "secret", "centre": "of it all"}


def settings(port: int) -> str:
    """The broker's configuration: 3.1.1 for devices, one password a home."""
    users = "\n".join(f'{name} = "{password}"' for name, password in USERS.items())
    return f"""
id = 0
[router]
id = 0
max_connections = 100
max_outgoing_packet_count = 200
max_segment_size = 104857600
max_segment_count = 10
[v4.1]
name = "devices"
listen = "127.0.0.1:{port}"
next_connection_delay_ms = 1
[v4.1.connections]
connection_timeout_ms = 60000
max_payload_size = 65536
max_inflight_count = 100
dynamic_filters = true
[v4.1.connections.auth]
{users}
"""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    number = free_port()
    file = tmp_path / "broker.toml"
    file.write_text(settings(number), "utf-8")
    with iotcore.Broker(config_path=str(file)):
        yield number


class Centre:
    """Keeps what the homes say, and says what it is told to."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, Any]] = []
        self._changed = threading.Condition()
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id="centre", protocol=MQTTv311, clean_session=True
        )
        self._client.username_pw_set("centre", USERS["centre"])
        self._client.on_connect = lambda client, *_: client.subscribe("homes/#", qos=1)
        self._client.on_message = self._hear
        subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert subscribed.wait(10)

    def wait(self, topic: str, fits: Callable[[Any], bool] = lambda _: True) -> Any:
        """The first message to this topic that fits."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.all(topic, fits), 10), self.heard
            return self.all(topic, fits)[0]

    def wait_count(self, topic: str, count: int) -> list[Any]:
        """The first `count` messages to this topic."""
        with self._changed:
            enough = self._changed.wait_for(lambda: len(self.all(topic)) >= count, 10)
            assert enough, self.heard
            return self.all(topic)[:count]

    def all(self, topic: str, fits: Callable[[Any], bool] = lambda _: True) -> list[Any]:
        return [payload for at, payload in self.heard if at == topic and fits(payload)]

    def say(self, topic: str, **document: Any) -> None:
        self._client.publish(topic, json.dumps(document), qos=1).wait_for_publish(5)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _hear(self, _: Client, __: Any, message: MQTTMessage) -> None:
        text = message.payload.decode()
        with self._changed:
            self.heard.append((message.topic, json.loads(text) if text[:1] in "[{" else text))
            self._changed.notify_all()


@pytest.fixture
def centre(port: int) -> Iterator[Centre]:
    centre = Centre(port)
    yield centre
    centre.close()


@pytest.fixture
def hub(port: int, centre: Centre) -> Iterator[Hub]:
    with Hub("H0001", "secret", port=port, backoff=QUICK) as hub:
        yield hub


def test_a_press_is_repeated_with_its_id_until_it_is_acknowledged(hub: Hub, centre: Centre) -> None:
    press = hub.press("button-1", kind="help_call")
    first, second, third = centre.wait_count("homes/H0001/button-1/signal", 3)
    assert first == second == third
    assert (first["id"], first["kind"], first["active"]) == (press.id, "help_call", True)
    assert hub.unacknowledged == [press]
    centre.say("homes/H0001/ack", id=press.id, device="button-1", kind="help_call", alarm=123)
    assert press.wait_acknowledged(10).alarm == 123
    assert hub.unacknowledged == []
    assert press.acknowledged_at is not None
    assert press.pressed_at < press.acknowledged_at


def test_an_acknowledged_press_is_repeated_no_more(hub: Hub, centre: Centre) -> None:
    press = hub.press("button-1")
    centre.wait("homes/H0001/button-1/signal")
    centre.say("homes/H0001/ack", id=press.id, alarm=1)
    press.wait_acknowledged()
    attempts = press.attempts
    hub.press("button-2")
    centre.wait_count("homes/H0001/button-2/signal", 5)  # five repeats' time has gone by
    assert press.attempts == attempts


def test_another_presss_acknowledgement_does_not_count(hub: Hub, centre: Centre) -> None:
    press = hub.press("button-1")
    centre.say("homes/H0001/ack", id="somebody else's", alarm=5)
    with pytest.raises(TimeoutError, match="not acknowledged"):
        press.wait_acknowledged(0.1)


def test_the_same_id_twice_is_the_same_press(hub: Hub, centre: Centre) -> None:
    press = hub.press("button-1", signal_id="again")
    assert hub.press("button-1", signal_id="again") is press
    centre.wait_count("homes/H0001/button-1/signal", 2)


def test_the_home_hears_of_progress(hub: Hub, centre: Centre) -> None:
    centre.say("homes/H0001/progress", alarm=7, state="ACKNOWLEDGED", text="seen by Li")
    centre.say("homes/H0001/progress", alarm=7, state="DISPATCHED", text="Li", eta_minutes=8)
    assert hub.wait_progress("DISPATCHED", alarm=7).eta_minutes == 8
    assert [told.text for told in hub.progress] == ["seen by Li", "Li"]
    with pytest.raises(AssertionError, match="was not told CLOSED"):
        hub.wait_progress("CLOSED", timeout=0.01)


def test_a_cut_fires_the_will_and_a_goodbye_says_offline_itself(hub: Hub, centre: Centre) -> None:
    centre.wait("homes/H0001/status", lambda status: status == "online")
    hub.drop()
    centre.wait("homes/H0001/status", lambda status: status == "offline")
    assert not hub.connected
    hub.start()
    assert [*centre.wait_count("homes/H0001/status", 3)] == ["online", "offline", "online"]
    hub.stop()
    assert centre.wait_count("homes/H0001/status", 4)[-1] == "offline"


def test_what_happens_without_a_connection_is_sent_when_it_is_back(
    hub: Hub, centre: Centre
) -> None:
    hub.drop()
    press = hub.press("button-1")
    seqs = [hub.send_reading("th-1", temperature=20.0 + step) for step in range(3)]
    assert (press.attempts, hub.backlog) == (0, 3)
    hub.start()
    assert centre.wait("homes/H0001/button-1/signal")["id"] == press.id
    (replayed,) = centre.wait_count("homes/H0001/th-1/reading", 1)
    assert [reading["seq"] for reading in replayed] == seqs
    assert [reading["temperature"] for reading in replayed] == [20.0, 21.0, 22.0]


def test_readings_are_replayed_from_where_the_centre_has_them(hub: Hub, centre: Centre) -> None:
    for step in range(4):
        hub.send_reading("th-1", temperature=step)
    assert centre.wait_count("homes/H0001/th-1/reading", 4)[0]["temperature"] == 0
    centre.say("homes/H0001/ack", device="th-1", upto=2)
    centre.say("homes/H0001/progress", state="RAISED", alarm=1)
    hub.wait_progress("RAISED")  # the acknowledgement before it has been taken too
    assert hub.backlog == 2
    hub.drop()
    hub.start()
    replayed = centre.wait_count("homes/H0001/th-1/reading", 5)[-1]
    assert [reading["seq"] for reading in replayed] == [3, 4]


def test_devices_and_the_hub_report_themselves(port: int, centre: Centre) -> None:
    with Hub("H0002", "secret", port=port, heartbeat_s=0.05) as hub:
        hub.device_status("button-1", online=False)
        assert centre.wait("homes/H0002/button-1/status") == "offline"
        assert centre.wait_count("homes/H0002/status", 4) == ["online"] * 4


def test_a_hub_with_the_wrong_password_is_told_so(port: int) -> None:
    hub = Hub("H0001", "guessed", port=port)
    with pytest.raises(HubRefusedError, match="check the home's code and its password"):
        hub.start(wait_s=10)
    hub.stop()


def test_a_hub_without_a_broker_says_so_and_can_be_stopped() -> None:
    hub = Hub("H0001", "secret", port=free_port())
    with pytest.raises(TimeoutError, match="found no broker"):
        hub.start(wait_s=0.05)
    hub.stop()


def test_homes_live_and_can_press(port: int, centre: Centre) -> None:
    devices = (DeviceSpec("th-1", "climate", interval_s=0.1), DeviceSpec("button-1", "help_call"))
    specs = [HomeSpec(home, "secret", devices) for home in ("H0001", "H0002")]
    homes = EverydayHomes(specs, "127.0.0.1", port, seed=7, backoff=QUICK)
    homes.start()
    try:
        for home in ("H0001", "H0002"):
            readings = centre.wait_count(f"homes/{home}/th-1/reading", 2)
            last = readings[-1][-1] if isinstance(readings[-1], list) else readings[-1]
            assert {"at", "seq", "temperature", "humidity", "battery"} == set(last)
        press = homes["H0002"].press("button-1")
        assert centre.wait("homes/H0002/button-1/signal")["id"] == press.id
        assert homes.connected == 2
        assert centre.wait("homes/H0001/button-1/status") == "online"
    finally:
        homes.stop()
    centre.wait("homes/H0001/status", lambda status: status == "offline")
