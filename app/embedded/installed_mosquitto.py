"""The demo's broker where Mosquitto is installed: it knows rules, says why it refuses, and keeps
what it has on disk. Used like the embedded one.

Its configuration is a small one of the deployment's (deploy/mosquitto): hubs are known by a file of
hashed passwords instead of a plugin, so it is started anew when one comes or goes. Sessions and
what is queued in them outlive that.
"""

import base64
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from app.config.addresses import ListenAddress
from app.embedded.broker import EmbeddedBroker
from app.embedded.credentials import CENTRE
from app.embedded.os_account import make_private_directory, os_account_for, reachable_directory
from app.errors import EmbeddedError
from app.processes.guarded_process import Command

OLDEST = (2, 0)
ITERATIONS = 101
"""Of the hash, as Mosquitto's own tool: the passwords are 192 random bits."""
SEARCHED = f"{os.defpath}:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"

RULES = f"""\
user {CENTRE}
topic readwrite homes/#
topic readwrite application/#
topic readwrite v3/#
topic readwrite anxin/#
topic read $SYS/#

pattern readwrite homes/%u/#
"""
"""As deploy/mosquitto/acl.conf: a hub reads and writes below its own home."""

CONFIGURATION = """\
# Written anew with every start.
per_listener_settings false
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/rules

persistence true
autosave_interval 1
persistence_location {folder}/

max_queued_messages 0
max_queued_bytes 268435456
queue_qos0_messages true
max_inflight_messages 5000
max_packet_size 1114112
set_tcp_nodelay true

log_dest stderr
log_type error
log_type warning
log_type notice

listener {devices.port} {devices.host}
listener {centre.port} {centre.host}
"""


def installed_mosquitto() -> tuple[Path, str] | None:
    """The program and its version, if there is one that will do."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path=SEARCHED)
    if found is None:
        return None
    try:
        said = subprocess.run(  # noqa: S603 - what is installed as mosquitto
            [found, "-h"], check=False, capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r"mosquitto version (\d+)\.(\d+)(\S*)", said.stdout + said.stderr)
    if version is None or (int(version[1]), int(version[2])) < OLDEST:
        return None
    return Path(found), f"{version[1]}.{version[2]}{version[3]}"


class InstalledMosquitto(EmbeddedBroker):
    """With its files below `data_dir`, or where its user can reach them."""

    def __init__(self, program: Path, version: str, data_dir: Path, devices: ListenAddress) -> None:
        """Choose ports and folder; nothing is started yet."""
        super().__init__(data_dir, devices)
        self._program, self._version = program, version
        wanted = data_dir.resolve() / "mosquitto"
        self._account = os_account_for(wanted)
        self._folder = reachable_directory(wanted, self._account)

    @property
    def abilities(self) -> list[str]:
        return [
            f"MQTT 3.1.1 and 5, by the Mosquitto {self._version} that is installed; a hub reaches",
            "the topics of its own home only",
        ]

    def _write(self, accounts: Mapping[str, str]) -> None:
        make_private_directory(self._folder, self._account)
        devices, centre = self._devices, self._centre
        text = CONFIGURATION.format(folder=self._folder, devices=devices, centre=centre)
        hashed = "".join(f"{user}:{_hashed(word)}\n" for user, word in sorted(accounts.items()))
        for name, content in (("passwords", hashed), ("rules", RULES), ("mosquitto.conf", text)):
            self._write_private(self._folder / name, content)

    def _write_private(self, path: Path, content: str) -> None:
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(content, encoding="utf-8")
        if self._account is not None:
            os.chown(path, self._account.uid, self._account.gid)

    def _command(self) -> Command:
        if " " in str(self._folder):
            raise EmbeddedError(f"{self._folder}: Mosquitto takes no path with a space")
        serve = [str(self._program), "-c", str(self._folder / "mosquitto.conf")]
        return Command(serve, account=self._account, grace=5.0)


def _hashed(password: str) -> str:
    """As mosquitto_passwd writes it: PBKDF2 with SHA-512."""
    salt = os.urandom(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    parts = (base64.b64encode(part).decode() for part in (salt, digest))
    return f"$7${ITERATIONS}${'$'.join(parts)}"
