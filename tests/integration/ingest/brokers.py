"""A broker for the lanes on a port of its own: it may be away, come, go and come again."""

import shutil
from pathlib import Path
from typing import Protocol

import pytest

from app.config.addresses import ListenAddress, MqttAddress
from app.embedded.broker import EmbeddedBroker
from app.free_port import free_port
from ingest.lanes.lane_client import Broker
from tests.servers.process import Server, is_listening

KINDS = ("iotcore", "mosquitto")


class AnyBroker(Protocol):
    """What a test does with a broker."""

    url: str

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Plain:
    """Mosquitto without log-ins; its sessions outlive a stop."""

    def __init__(self, folder: Path) -> None:
        self._program = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin")
        if self._program is None:
            pytest.skip("there is no Mosquitto on this machine")
        self.port = free_port()
        self.url = f"mqtt://127.0.0.1:{self.port}"
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nuser root\npersistence true\n"
            f"persistence_location {folder}/\nmax_inflight_messages 1000\nmax_queued_messages 0\n"
        )
        self._server = Server("Mosquitto", folder / "mosquitto.log")

    def start(self) -> None:
        assert self._program
        command = [self._program, "-c", str(self._config)]
        self._server.start(command, lambda: is_listening(self.port))

    def stop(self) -> None:
        self._server.stop()


class Embedded:
    """The broker of the demo."""

    def __init__(self, folder: Path) -> None:
        self._broker = EmbeddedBroker(folder, devices=ListenAddress("127.0.0.1", 0))
        self.url = self._broker.centre_url
        self.start, self.stop = self._broker.start, self._broker.stop


def make(kind: str, folder: Path) -> AnyBroker:
    """A broker that does not run yet."""
    return Plain(folder) if kind == "mosquitto" else Embedded(folder)


def address(url: str) -> Broker:
    """How a lane is told of it."""
    found = MqttAddress.parse(url)
    assert found
    return Broker(found.host, found.port, found.user, found.password)
