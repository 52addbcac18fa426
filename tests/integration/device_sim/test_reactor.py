"""One thread holds the connections of many hubs."""

import threading
from collections.abc import Iterator

import pytest

from app.config.addresses import ListenAddress, MqttAddress
from app.embedded.broker import EmbeddedBroker
from device_sim.home.homes_file import DeviceSpec, HomeSpec
from device_sim.hubs.press import Backoff
from device_sim.hubs.reactor import Reactor
from device_sim.runs.everyday_homes import EverydayHomes
from tests.servers.process import wait_until

MANY = 1100
"""More than the 1,024 files select() can wait for."""


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EverydayHomes]:
    broker = EmbeddedBroker(tmp_path_factory.mktemp("b"), devices=ListenAddress("127.0.0.1", 0))
    passwords = broker.add_hubs({f"H{n:04}": None for n in range(1, MANY + 1)})
    button = (DeviceSpec("button-1", "help_call"),)
    specs = [HomeSpec(home, password, button) for home, password in passwords.items()]
    with broker:
        address = MqttAddress.parse(broker.device_url)
        assert address is not None
        many = EverydayHomes(specs, address.host, address.port, backoff=Backoff(30, 1, 30))
        many.start()
        yield many
        many.stop()


@pytest.mark.long
def test_more_hubs_than_select_can_wait_for_connect_and_come_back(homes: EverydayHomes) -> None:
    """Breaks when the reactor waits with select.select() or a thread a client."""
    before = threading.active_count()
    wait_until(lambda: homes.connected == MANY, "all hubs connected")
    assert threading.active_count() - before < 10
    homes["H0007"].drop()
    wait_until(lambda: homes.connected == MANY - 1, "one hub less")
    homes["H0007"].start()
    wait_until(lambda: homes.connected == MANY, "it is back")


def test_a_stopped_reactor_leaves_no_thread() -> None:
    """Breaks when stop() does not join the threads."""
    before = threading.active_count()
    reactors = [Reactor(f"r{n}") for n in range(5)]
    for reactor in reactors:
        reactor.stop()
    assert threading.active_count() == before
