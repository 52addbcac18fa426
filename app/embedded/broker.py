"""The MQTT broker `iotcore` (rumqttd 0.20 in a wheel) as a child that never outlives us.

Two ports, because one port speaks one version: 3.1.1 for devices, 5 for the centre. They share
topics, retained messages and sessions. Tried out with paho-mqtt 2.2, iotcore 0.4.0:

- A session with clean_start=False keeps its queue while its client is away: 200,000 messages came
  complete and in order. QoS 0 messages are queued too and arrive as QoS 1.
- Un-acknowledged messages come again after a reconnect, first in line, with new packet ids and
  without the DUP flag. Acknowledged ones do not. An acknowledgement out of order disconnects.
- At most 100 messages are un-acknowledged at a time; max_inflight_count and the client's Receive
  Maximum change nothing. So a client that acknowledges after a commit gets 100 messages a commit.
- Retained messages and last wills (retained ones too) work, also from one port to the other; none
  after an orderly disconnect. When a client id connects again while its old connection hangs, the
  old one's will is published, and the old connection is left open: a hub should say `online` again.
- $share groups work and take turns. Overlapping subscriptions of one client give a copy each.
- Wrong user or password: the connection is closed without a CONNACK.
- No access rules: any hub can read and write any topic. For real homes use Mosquitto (deploy/).
- Throughput of one connection, raw sockets on two cores: 340,000 messages/s in with 260,000/s out
  at the same time. The ceiling is the client: paho publishes 20,000/s and receives 11,000/s.
- A payload above max_payload_size (here 2 MiB) ends the connection of its sender.
- All is in memory. Each subscription filter has a log that is never shortened but at SEGMENTS
  segments of SEGMENT_BYTES, where the oldest goes without a word, acknowledged or not: this is also
  the memory it grows to, about 290 bytes a reading. A restart, also the one that makes a new hub
  known, forgets sessions, queues and retained messages: hubs repeat signals until acknowledged, and
  clients must subscribe again when `session present` is false.
- It starts in 0.1 s and ends at once with SIGTERM.
"""

import json
import secrets
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import quote

from app.config.addresses import ListenAddress
from app.embedded.credentials import CENTRE, CredentialsFile
from app.errors import EmbeddedError
from app.free_port import free_port
from app.processes.guarded_process import Command, GuardedProcess
from app.processes.service import Service
from app.waiting import wait_until

MAX_PAYLOAD = 2 * 1024 * 1024
SEGMENT_BYTES = 8 * 1024 * 1024
SEGMENTS = 24

ROUTER = f"""\
# Written anew with every start.
id = 0

[router]
id = 0
max_connections = 10010
max_outgoing_packet_count = 1000
max_segment_size = {SEGMENT_BYTES}
max_segment_count = {SEGMENTS}
"""

LISTENER = """
[{version}.1]
name = "{name}"
listen = "{listen}"
next_connection_delay_ms = 1

[{version}.1.connections]
connection_timeout_ms = 60000
max_payload_size = {max_payload}
max_inflight_count = 1000
dynamic_filters = true

[{version}.1.connections.auth]
{accounts}
"""


class EmbeddedBroker:
    """A broker with its files in `data_dir`.

    devices: where hubs connect (MQTT 3.1.1), with the home's code as user name.
    centre: where our own processes connect (MQTT 5). Port 0 means any free one, chosen now.
    With the supervisor: `service()`. In tests: a context manager, or start() and stop().
    """

    def __init__(
        self,
        data_dir: Path,
        devices: ListenAddress = ListenAddress("127.0.0.1", 1883),  # noqa: B008 - frozen
        centre: ListenAddress = ListenAddress("127.0.0.1", 0),  # noqa: B008 - frozen
    ) -> None:
        """Choose the ports; nothing is started yet."""
        self._directory = data_dir.resolve()
        self._hubs = CredentialsFile(self._directory / "hubs.json")
        self._devices = _with_port(devices)
        self._centre = _with_port(centre)
        self._process: GuardedProcess | None = None
        self._said: list[str] = []
        self._hubs.accounts()  # so that the file is there before it is watched

    @property
    def device_url(self) -> str:
        """Where hubs connect, without user and password: mqtt://host:port."""
        return f"mqtt://{_reachable(self._devices)}"

    @property
    def centre_url(self) -> str:
        """Where the centre connects: mqtt://user:password@host:port. MQTT 5 only."""
        password = quote(self._hubs.accounts()[CENTRE], safe="")
        return f"mqtt://{CENTRE}:{password}@{_reachable(self._centre)}"

    @property
    def pid(self) -> int | None:
        """The process id, when it was started by start()."""
        return self._process.pid if self._process else None

    def hub_url(self, home: str) -> str:
        """Where the hub of `home` connects, with user and password. KeyError: it is not known."""
        password = quote(self._hubs.accounts()[home], safe="")
        return f"mqtt://{home}:{password}@{_reachable(self._devices)}"

    @property
    def abilities(self) -> list[str]:
        """What whoever connects a hub must know of this broker: lines for people."""
        return [
            "MQTT 3.1.1 only. This broker knows no rules: any hub reads and writes all topics. It",
            "does not say why it refuses: a wrong log-in is a connection that closes. Where",
            "Mosquitto 2 is installed, that is used instead",
        ]

    def add_hub(self, home: str, password: str | None = None) -> str:
        """Let the hub of `home` log in; return its password. The broker restarts if it runs."""
        return self.add_hubs({home: password})[home]

    def add_hubs(self, wanted: dict[str, str | None]) -> dict[str, str]:
        """Add many hubs with one restart; return their passwords."""
        passwords = self._hubs.add_all(wanted)
        self._restart()
        return passwords

    def revoke_hub(self, home: str) -> None:
        """Refuse the hub of `home`. The broker restarts if it runs, which cuts its connection."""
        self._hubs.revoke(home)
        self._restart()

    def service(self, name: str = "broker") -> Service:
        """Return the entry for the supervisor, which restarts it when hubs come or go."""
        return Service(
            name,
            self._command(),
            prepare=self.prepare,
            ready=self.answers,
            restart_on=self._hubs.path,
        )

    def prepare(self) -> None:
        """Write the configuration. EmbeddedError when a port is taken."""
        for address in (self._devices, self._centre):
            if _listening(address):
                raise EmbeddedError(f"{address} is taken by another program: choose another --mqtt")
        self._directory.mkdir(parents=True, exist_ok=True)
        self._write(self._hubs.accounts())

    def _write(self, everybody: Mapping[str, str]) -> None:
        text = ROUTER + _listener("v4", "devices", self._devices, everybody)
        text += _listener("v5", "centre", self._centre, {CENTRE: everybody[CENTRE]})
        staging = self._configuration.with_suffix(f".{secrets.token_hex(4)}")
        staging.touch(mode=0o600)
        staging.write_text(text, encoding="utf-8")
        staging.rename(self._configuration)

    def answers(self) -> bool:
        """Tell whether both ports take connections."""
        return _listening(self._devices) and _listening(self._centre)

    def start(self) -> None:
        """Start and wait until both ports answer."""
        self.prepare()
        process = GuardedProcess(self._command(), self._said.append)
        come = wait_until(lambda: self.answers() or process.wait(0), 20)
        if not come or process.wait(0):
            process.stop()
            raise EmbeddedError(f"the broker does not start: {' '.join(self._said[-2:])}")
        self._process = process

    def stop(self) -> None:
        """Stop it and wait for its end."""
        if self._process:
            self._process.stop()
        self._process = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    @property
    def _configuration(self) -> Path:
        return self._directory / "broker.toml"

    def _command(self) -> Command:
        serve = [sys.executable, "-P", "-m", "app.embedded.serve_broker", str(self._configuration)]
        return Command(serve, grace=3.0)

    def _restart(self) -> None:
        if self._process:
            self.stop()
            self.start()


def _listener(version: str, name: str, listen: ListenAddress, accounts: Mapping[str, str]) -> str:
    # A JSON string of printable characters is a TOML string too.
    lines = (
        f'"{user}" = {json.dumps(password, ensure_ascii=False)}'
        for user, password in sorted(accounts.items())
    )
    return LISTENER.format(
        version=version,
        name=name,
        listen=listen,
        max_payload=MAX_PAYLOAD,
        accounts="\n".join(lines),
    )


def _with_port(address: ListenAddress) -> ListenAddress:
    return address if address.port else ListenAddress(address.host, free_port(address.host))


def _reachable(address: ListenAddress) -> ListenAddress:
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
    return ListenAddress(anywhere.get(address.host, address.host), address.port)


def _listening(address: ListenAddress) -> bool:
    to = _reachable(address)
    try:
        socket.create_connection((to.host, to.port), timeout=0.5).close()
    except OSError:
        return False
    return True
