"""Which hubs may log in at Mosquitto: added and revoked while the broker runs.

Mosquitto's dynamic security plugin answers JSON commands on a control topic; this is its client.
What a user may do is not decided here but in deploy/mosquitto/acl.conf: a hub's user name is its
home's code, and the pattern `homes/%u/#` there gives it its own home and nothing else.
"""

import json
import re
import secrets
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from app.config.addresses import MqttAddress
from app.errors import AppError, SettingsError, UsageError

COMMANDS = "$CONTROL/dynamic-security/v1"
ANSWERS = f"{COMMANDS}/response"
HOME_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
OWN_USERS = frozenset({"admin", "centre", "health"})
BATCH = 250  # commands in one message: about 30 kB, far below max_packet_size
TIMEOUT = 10.0  # seconds for one answer; the broker writes its file before it answers


class AccessError(AppError):
    """The broker did not do what was asked."""


class BrokerUnreachableError(AccessError):
    """The broker cannot be reached."""


class AccessRefusedError(AccessError):
    """The broker refuses the administrator."""


class UnknownHubError(AccessError):
    """There is no such hub."""


class BadHomeCodeError(UsageError):
    """A home's code has letters, digits, - and _ only, and starts with a letter or digit."""


class MosquittoAccess:
    """The broker's user list, over one connection; use it in a `with` block.

    `url` is the administrator's: mqtt://admin:PASSWORD@HOST:PORT or mqtts://…. Each call raises
    AccessError or one of its kinds when the broker is away, refuses or does not answer in 10 s.
    """

    def __init__(self, url: str | MqttAddress) -> None:
        """Remember the address; the connection is made on entering the block."""
        try:
            address = MqttAddress.parse(url)
        except ValueError as error:
            raise SettingsError(f"the broker's admin address is wrong: {error}") from None
        if address is None or not address.user or address.password is None:
            raise SettingsError(
                "the broker's admin address has no user or password: write "
                "mqtt://admin:PASSWORD@HOST:PORT"
            )
        self._address = address
        self._ready = threading.Event()
        self._answered = threading.Event()
        self._request = ""
        self._answers: list[dict[str, Any]] = []
        self._refused = ""
        self._client = self._make_client()

    def __enter__(self) -> Self:
        """Log in and wait until answers can be received."""
        where = self._where()
        try:
            self._client.connect(self._address.host, self._address.port, keepalive=30)
        except OSError as error:
            raise BrokerUnreachableError(f"{where} cannot be reached: {error}") from None
        self._client.loop_start()
        arrived = self._ready.wait(TIMEOUT)
        if self._refused or not arrived:
            self._leave()
            if not self._refused:
                raise BrokerUnreachableError(f"{where} does not answer")
            raise AccessRefusedError(self._not_admin())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Log out."""
        self._leave()

    def add_hub(self, home: str, password: str) -> None:
        """Let the hub of `home` log in. A hub that is there gets the password and is thrown out."""
        self.add_hubs({home: password})

    def add_hubs(self, passwords: Mapping[str, str]) -> None:
        """Add many hubs: home's code → password. All codes are checked before the first."""
        for home, password in passwords.items():
            _check_home(home)
            if not password:
                raise UsageError(f"the hub of home {home} needs a password")
        for start in range(0, len(passwords), BATCH):
            self._add(dict(list(passwords.items())[start : start + BATCH]))

    def revoke_hub(self, home: str) -> None:
        """Forget the hub of `home`; its connections are cut at once. UnknownHubError if unknown."""
        _check_home(home)
        [answer] = self._ask([{"command": "deleteClient", "username": home}])
        if answer.get("error") == "Client not found":
            raise UnknownHubError(f"the broker knows no hub of home {home}")
        _raise_on_error(answer)

    def hubs(self) -> list[str]:
        """Return the codes of the homes whose hub may log in, sorted."""
        [answer] = self._ask([{"command": "listClients", "verbose": False, "count": -1}])
        _raise_on_error(answer)
        return sorted(set(answer["data"]["clients"]) - OWN_USERS)

    def _add(self, passwords: Mapping[str, str]) -> None:
        """Create the hubs of one batch; give those that exist their new password."""
        answers = self._ask([_command("createClient", *item) for item in passwords.items()])
        there = []
        for home, answer in zip(passwords, answers, strict=True):
            if answer.get("error") == "Client already exists":
                there.append(home)
            else:
                _raise_on_error(answer)
        if there:
            renew = [_command("setClientPassword", home, passwords[home]) for home in there]
            for answer in self._ask(renew):
                _raise_on_error(answer)

    def _ask(self, commands: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Send commands as one message and return the answers, in the commands' order."""
        self._request = secrets.token_hex(8)
        self._answered.clear()
        marked = [{**command, "correlationData": self._request} for command in commands]
        self._client.publish(COMMANDS, json.dumps({"commands": marked}), qos=1)
        arrived = self._answered.wait(TIMEOUT)
        if self._refused:
            raise AccessRefusedError(self._not_admin())
        if not arrived:
            raise AccessError(
                f"the broker did not answer {commands[0]['command']} within {TIMEOUT:g} s"
            )
        if len(self._answers) != len(commands):
            raise AccessError(f"the broker answered something else: {self._answers}")
        return self._answers

    def _make_client(self) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"anxin-access-{secrets.token_hex(8)}",
            protocol=mqtt.MQTTv5,
            reconnect_on_failure=False,
        )
        client.username_pw_set(self._address.user, self._address.password)
        if self._address.tls:
            client.tls_set()
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        return client

    def _where(self) -> str:
        return f"the broker at {self._address.host}:{self._address.port}"

    def _not_admin(self) -> str:
        user = self._address.user
        return f"{self._where()} refuses user {user} as its administrator: {self._refused}"

    def _leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(
        self,
        client: mqtt.Client,
        _userdata: Any,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._refuse(reason)
        else:
            client.subscribe(ANSWERS, qos=1)

    def _on_subscribe(
        self,
        _client: mqtt.Client,
        _userdata: Any,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        if reasons[0].is_failure:
            self._refuse(reasons[0])
        self._ready.set()

    def _on_publish(
        self,
        _client: mqtt.Client,
        _userdata: Any,
        _mid: int,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._refuse(reason)

    def _refuse(self, reason: ReasonCode) -> None:
        """Wake whoever waits: for the log-in or for an answer."""
        self._refused = str(reason)
        self._ready.set()
        self._answered.set()

    def _on_message(self, _client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        """Take an answer. Another administrator's, or one that came too late, is not ours."""
        try:
            answers = json.loads(message.payload)["responses"]
            ours = answers[0].get("correlationData") == self._request
        except (ValueError, LookupError, TypeError, AttributeError):
            return
        if ours:
            self._answers = answers
            self._answered.set()


def _check_home(home: str) -> None:
    if not HOME_CODE.fullmatch(home):
        raise BadHomeCodeError(f"{home!r} is no home's code: {BadHomeCodeError.__doc__}")
    if home in OWN_USERS:
        raise BadHomeCodeError(f"{home} is the name of one of the broker's own users")


def _command(name: str, home: str, password: str) -> dict[str, str]:
    return {"command": name, "username": home, "password": password}


def _raise_on_error(answer: Mapping[str, Any]) -> None:
    if "error" in answer:
        raise AccessError(f"the broker refused {answer['command']}: {answer['error']}")
