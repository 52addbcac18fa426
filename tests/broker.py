"""A broker for tests: the embedded one, or the Mosquitto that ANXIN_TEST_MQTT_URL names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from app.config.addresses import ListenAddress, MqttAddress
from app.embedded.broker import EmbeddedBroker

HOMES = [f"H{number:04}" for number in range(1, 51)]
"""Homes whose hubs may log in."""


class AnyBroker(Protocol):
    """What a test needs to know of a broker."""

    @property
    def centre_url(self) -> str: ...

    def hub_url(self, home: str) -> str: ...


class GivenBroker:
    """A Mosquitto that somebody else started; its hubs are named by ANXIN_TEST_MQTT_HUBS."""

    def __init__(self) -> None:
        self.centre_url = os.environ["ANXIN_TEST_MQTT_URL"]
        pairs = os.environ["ANXIN_TEST_MQTT_HUBS"].split()
        self._passwords = dict(pair.split(":", 1) for pair in pairs)

    def hub_url(self, home: str) -> str:
        address = MqttAddress.parse(self.centre_url)
        assert address is not None
        return f"mqtt://{home}:{self._passwords[home]}@{address.host}:{address.port}"


@contextmanager
def running_broker(folder: Path) -> Iterator[AnyBroker]:
    if os.environ.get("ANXIN_TEST_MQTT_URL"):
        yield GivenBroker()
        return
    broker = EmbeddedBroker(folder, devices=ListenAddress("127.0.0.1", 0))
    broker.add_hubs(dict.fromkeys(HOMES))
    with broker:
        yield broker


def forget_session(url: str, client_id: str) -> None:
    """End a session another test left behind, and with it the messages that wait in it."""
    address = MqttAddress.parse(url)
    assert address is not None
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5)
    client.username_pw_set(address.user, address.password)
    connect = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's has no types
    connect.SessionExpiryInterval = 0
    client.connect(address.host, address.port, clean_start=True, properties=connect)
    while not client.is_connected():
        client.loop(0.1)
    client.disconnect()
    client.loop(0.1)
