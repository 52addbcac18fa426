"""What we rely on in the embedded broker, tried on the real one."""

import json
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from app import main
from app.config.addresses import ListenAddress, MqttAddress
from app.embedded.broker import MAX_PAYLOAD, EmbeddedBroker
from app.embedded.credentials import CredentialsFile
from app.errors import EmbeddedError, UsageError
from app.processes.supervisor import Supervisor
from app.waiting import wait_until

SIGNAL = "homes/H0001/button-1/signal"
DEADLINE = 30.0
"""Seconds: a shared machine may be slow."""
ODD = 'pass "word"/@\\ 安😀'


class Client:
    """A paho client that collects what it gets; with `manual` it acknowledges only when told."""

    def __init__(self, url: str, name: str, *, manual: bool = False, **options: Any) -> None:
        address = MqttAddress.parse(url)
        assert address is not None
        version = options.get("version", mqtt.MQTTv5)
        clean: dict[str, Any] = {"clean_session": True} if version == mqtt.MQTTv311 else {}
        self.mqtt = mqtt.Client(
            CallbackAPIVersion.VERSION2, name, protocol=version, manual_ack=manual, **clean
        )
        self.mqtt.username_pw_set(address.user, address.password)
        if "will" in options:
            self.mqtt.will_set(*options["will"])
        self.got: list[mqtt.MQTTMessage] = []
        self.session_present: bool | None = None
        self.connected, self.refused, self.subscribed = (threading.Event() for _ in range(3))
        self.mqtt.on_connect = self._on_connect
        self.mqtt.on_disconnect = lambda *_: self.refused.set()
        self.mqtt.on_message = lambda _client, _data, message: self.got.append(message)
        self.mqtt.on_subscribe = lambda *_: self.subscribed.set()
        more: dict[str, Any] = {}
        if version == mqtt.MQTTv5:
            asked = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's has none
            more["properties"] = asked
            asked.SessionExpiryInterval = 86400
            more["clean_start"] = options.get("clean_start", False)
        self.mqtt.connect(address.host, address.port, **more)
        self.mqtt.loop_start()

    def _on_connect(self, client: Any, data: Any, flags: Any, reason: Any, props: Any) -> None:
        self.session_present = flags.session_present
        if not reason.is_failure:
            self.connected.set()

    def up(self) -> "Client":
        assert self.connected.wait(DEADLINE)
        return self

    def subscribes(self, topic: str) -> "Client":
        self.up().mqtt.subscribe(topic, qos=1)
        assert self.subscribed.wait(DEADLINE)
        return self

    def sends(
        self, topic: str, payload: bytes | str, *, qos: int = 1, retain: bool = False
    ) -> None:
        assert wait_until(self.mqtt.is_connected, DEADLINE)
        self.mqtt.publish(topic, payload, qos, retain).wait_for_publish(DEADLINE)

    def gets(self, *payloads: bytes) -> None:
        assert wait_until(lambda: len(self.got) >= len(payloads), DEADLINE), self.got
        assert [message.payload for message in self.got] == list(payloads)

    def acknowledges(self, count: int) -> None:
        for message in self.got[:count]:
            self.mqtt.ack(message.mid, message.qos)

    def leaves(self) -> None:
        self.mqtt.disconnect()
        self.mqtt.loop_stop()

    def is_cut(self) -> None:
        connection = self.mqtt.socket()
        assert isinstance(connection, socket.socket)
        self.mqtt.reconnect_delay_set(3600, 3600)
        connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    made = EmbeddedBroker(tmp_path, ListenAddress("127.0.0.1", 0))
    made.add_hub("H0001")
    with made:
        yield made


Connect = Callable[..., Client]


@pytest.fixture
def connect(broker: EmbeddedBroker) -> Iterator[Connect]:
    """Connect the centre by default; `hub=` connects a hub on the devices' port."""
    clients: list[Client] = []

    def make(name: str, hub: str | None = None, **options: Any) -> Client:
        version = mqtt.MQTTv311 if hub else mqtt.MQTTv5
        url = broker.hub_url(hub) if hub else broker.centre_url
        clients.append(Client(url, name, version=version, **options))
        return clients[-1]

    yield make
    for client in clients:
        client.leaves()


def test_the_queue_of_an_absent_centre_is_kept_complete_and_in_order(connect: Connect) -> None:
    connect("ingest").subscribes("homes/#").leaves()
    hub = connect("hub", hub="H0001").up()
    sent = [b"%d" % number for number in range(2000)]
    receipts = [hub.mqtt.publish(SIGNAL, payload, qos=1) for payload in sent]
    receipts[-1].wait_for_publish(DEADLINE)
    back = connect("ingest").up()
    assert back.session_present
    back.gets(*sent)


def test_qos_0_is_queued_too(connect: Connect) -> None:
    connect("ingest").subscribes("homes/#").leaves()
    hub = connect("hub", hub="H0001").up()
    hub.sends(SIGNAL, "low", qos=0)
    hub.sends(SIGNAL, "high", qos=1)
    connect("ingest").gets(b"low", b"high")


@pytest.mark.parametrize("end", [Client.leaves, Client.is_cut], ids=["orderly", "cut"])
def test_what_was_not_acknowledged_comes_again_first(
    connect: Connect, end: Callable[[Client], None]
) -> None:
    centre = connect("ingest", manual=True).subscribes("homes/#")
    hub = connect("hub", hub="H0001").up()
    for number in range(5):
        hub.sends(SIGNAL, b"%d" % number)
    centre.gets(b"0", b"1", b"2", b"3", b"4")
    centre.acknowledges(2)
    # An acknowledgement has no answer: only what the broker sends after it shows it was read.
    centre.sends("homes/H0001/ack", "{}")
    centre.gets(b"0", b"1", b"2", b"3", b"4", b"{}")
    end(centre)
    hub.sends(SIGNAL, b"5")
    connect("ingest", manual=True).gets(b"2", b"3", b"4", b"{}", b"5")


def test_the_window_is_100(connect: Connect) -> None:
    centre = connect("ingest", manual=True).subscribes("homes/#")
    hub = connect("hub", hub="H0001").up()
    for number in range(150):
        hub.sends(SIGNAL, b"%d" % number)
    assert wait_until(lambda: len(centre.got) >= 100, DEADLINE)
    centre.acknowledges(1)
    assert wait_until(lambda: len(centre.got) >= 101, DEADLINE)
    assert len(centre.got) == 101


def test_retained_messages_cross_the_ports(connect: Connect) -> None:
    hub = connect("hub", hub="H0001").up()
    hub.sends("homes/H0001/status", "online", retain=True)
    centre = connect("ingest").subscribes("homes/+/status")
    centre.gets(b"online")
    assert centre.got[0].retain
    centre.sends("homes/H0001/progress", "seen", retain=True)
    hub.subscribes("homes/H0001/progress").gets(b"seen")


def test_last_wills_cross_the_ports_and_are_retained(connect: Connect) -> None:
    centre = connect("ingest").subscribes("homes/+/status")
    hub = connect("hub", hub="H0001", will=("homes/H0001/status", "offline", 1, True)).up()
    hub.is_cut()
    centre.gets(b"offline")
    connect("console").subscribes("homes/+/status").gets(b"offline")


def test_no_last_will_after_an_orderly_end(connect: Connect) -> None:
    centre = connect("ingest").subscribes("homes/#")
    will = ("homes/H0001/status", "offline", 1, True)
    connect("hub", hub="H0001", will=will).up().leaves()
    connect("other", hub="H0001").up().sends(SIGNAL, "after")
    centre.gets(b"after")


def test_a_mebibyte_passes_and_too_much_hurts_only_its_sender(connect: Connect) -> None:
    centre = connect("ingest").subscribes("homes/#")
    hub, other = connect("hub", hub="H0001").up(), connect("other", hub="H0001").up()
    hub.sends(SIGNAL, b"x" * 2**20)
    hub.mqtt.reconnect_delay_set(3600, 3600)
    hub.mqtt.publish(SIGNAL, b"x" * (MAX_PAYLOAD + 1), qos=1)
    assert hub.refused.wait(DEADLINE)
    other.sends(SIGNAL, b"y")
    centre.gets(b"x" * 2**20, b"y")


@pytest.mark.parametrize("login", ["H0001:wrong", "H9999:wrong", "centre:wrong"])
def test_unknown_users_and_wrong_passwords_are_refused(broker: EmbeddedBroker, login: str) -> None:
    url = broker.device_url.replace("mqtt://", f"mqtt://{login}@")
    client = Client(url, "stranger", version=mqtt.MQTTv311)
    assert client.refused.wait(DEADLINE)
    assert not client.connected.is_set()
    client.leaves()


def test_a_hub_has_no_business_at_the_centres_port(broker: EmbeddedBroker) -> None:
    password = broker.add_hub("H0001")
    url = broker.centre_url.split("@")[1]
    client = Client(f"mqtt://H0001:{password}@{url}", "stranger")
    assert client.refused.wait(DEADLINE)
    client.leaves()


def test_a_hub_added_while_it_runs_can_log_in_and_a_revoked_one_cannot(
    broker: EmbeddedBroker,
) -> None:
    assert broker.add_hub("H0002", ODD) == ODD
    hub = Client(broker.hub_url("H0002"), "hub", version=mqtt.MQTTv311).up()
    url = broker.hub_url("H0002")
    broker.revoke_hub("H0002")
    assert hub.refused.wait(DEADLINE)
    hub.leaves()
    stranger = Client(url, "hub", version=mqtt.MQTTv311)
    assert stranger.refused.wait(DEADLINE)
    assert not stranger.connected.is_set()
    stranger.leaves()


@pytest.mark.long
def test_under_the_supervisor_clients_come_back_after_a_hub_is_added(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path / "broker", ListenAddress("127.0.0.1", 0))
    supervisor = Supervisor([broker.service()], output=lambda *_: None)
    supervisor.start()
    try:
        assert supervisor.wait_ready(DEADLINE)
        centre = Client(broker.centre_url, "ingest").up()
        centre.connected.clear()
        assert main.run(["hub", "add", "H0007", "--data", str(tmp_path)]) == 0
        assert centre.refused.wait(DEADLINE)
        centre.up()
        hub = Client(broker.hub_url("H0007"), "hub", version=mqtt.MQTTv311).up()
        hub.leaves()
        centre.leaves()
    finally:
        supervisor.stop()


def test_a_restart_forgets_sessions_and_says_so(broker: EmbeddedBroker, connect: Connect) -> None:
    connect("ingest").subscribes("homes/#").leaves()
    connect("hub", hub="H0001").up().sends(SIGNAL, "lost")
    broker.stop()
    broker.start()
    assert connect("ingest").up().session_present is False


def test_a_taken_port_is_said(broker: EmbeddedBroker, tmp_path: Path) -> None:
    address = ListenAddress.parse(broker.device_url.removeprefix("mqtt://"))
    assert address is not None
    with pytest.raises(EmbeddedError, match="taken by another program"):
        EmbeddedBroker(tmp_path / "other", address).start()


def test_only_the_owner_can_read_the_passwords(broker: EmbeddedBroker, tmp_path: Path) -> None:
    for name in ("hubs.json", "broker.toml"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert broker.centre_url.split(":")[2].split("@")[0] not in repr(broker)


# The file of credentials


def test_adding_again_keeps_the_password_unless_one_is_given(tmp_path: Path) -> None:
    hubs = CredentialsFile(tmp_path / "hubs.json")
    first = hubs.add("H0001")
    before = hubs.path.stat().st_ino
    assert hubs.add("H0001") == first
    assert hubs.path.stat().st_ino == before  # unchanged: the broker is not restarted for nothing
    assert hubs.add("H0001", "new") == "new"


@pytest.mark.parametrize("home", ["", "centre", "a b", 'x"y', "安心", "a" * 65, "a\nb"])
def test_codes_that_are_no_user_names_are_refused(tmp_path: Path, home: str) -> None:
    with pytest.raises(UsageError, match="no code of a home"):
        CredentialsFile(tmp_path / "hubs.json").add(home)


@pytest.mark.parametrize("password", ["", "a\nb", "a" * 129])
def test_passwords_that_are_none_are_refused(tmp_path: Path, password: str) -> None:
    with pytest.raises(UsageError, match="printable"):
        CredentialsFile(tmp_path / "hubs.json").add("H0001", password)


def test_hubs_added_by_many_processes_are_all_there(tmp_path: Path) -> None:
    add = (
        "import sys; from pathlib import Path\n"
        "from app.embedded.credentials import CredentialsFile\n"
        "for n in range(20): CredentialsFile(Path(sys.argv[1])).add(f'{sys.argv[2]}-{n}')\n"
    )
    path = tmp_path / "hubs.json"
    command = [sys.executable, "-c", add, str(path)]
    adding = [subprocess.Popen([*command, f"P{number}"]) for number in range(4)]
    assert [process.wait(30) for process in adding] == [0, 0, 0, 0]
    assert len(json.loads(path.read_text())) == 81


def test_the_hub_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path)]
    password = tmp_path / "password"
    password.write_text("pw\n")
    assert main.run(["hub", "add", "H0001", "--password-file", str(password), *data]) == 0
    assert main.run(["hub", "list", *data]) == 0
    assert capsys.readouterr().out == "user H0001 password pw\nH0001\n"
    assert main.run(["hub", "revoke", "H0001", *data]) == 0
    assert main.run(["hub", "revoke", "H0001", *data]) == 2
    assert capsys.readouterr().err == "anxin: no hub of H0001 may log in\n"
    (tmp_path / "broker/hubs.json").write_text("{broken")
    assert main.run(["hub", "list", *data]) == 1
    assert capsys.readouterr().err.count("\n") == 1
