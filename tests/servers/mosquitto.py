"""A real Mosquitto with the configuration of deploy/mosquitto, only paths and port changed."""

import json
import runpy
import secrets
import shutil
import signal
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from app.free_port import free_port
from tests.servers.process import (
    TREES,
    CannotRunError,
    Server,
    give,
    is_listening,
    tied,
    unprivileged,
)

DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "mosquitto"
CONFIG = {"2.0": "mosquitto-2.0.conf", "2.1": "mosquitto.conf"}


class _Program:
    """How to run one Mosquitto of this machine, and where its plugins are."""

    def __init__(self, version: str) -> None:
        self.version = version
        if version == "2.0":
            found = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin")
            self.command = [found or ""]
            roots = [Path("/usr/lib")]
        else:
            # Debian's newer suites have 2.1. Its own loader runs it here without a chroot.
            tree = TREES / "testing" / "usr"
            loader = next(tree.glob("lib/*/ld-linux-*.so.*"), Path("/nonexistent"))
            self.command = [str(loader), "--library-path", str(loader.parent)]
            self.command += [str(tree / "sbin" / "mosquitto")]
            roots = [tree / "lib"]
        if not Path(self.command[-1]).is_file() or not Path(self.command[0]).is_file():
            raise CannotRunError(f"there is no Mosquitto {version} on this machine")
        # 2.1 has its plugins in a folder of their own: look for the name
        self.plugins = {path.name: path for root in roots for path in root.rglob("mosquitto_*.so")}


class Mosquitto:
    """The broker of a deployment on a free port of 127.0.0.1, with a data folder of its own.

    `version` is 2.0 (this machine's package) or 2.1 (from the tree .ci/run makes).
    CannotRunError when it is not there. `changes` replaces texts of the configuration, for tests
    of one limit. It ends with this process unless it `outlives` it. Use it in a `with` block, or
    start(), stop() and remove().
    """

    def __init__(
        self,
        folder: Path | None = None,
        version: str = "2.0",
        changes: Mapping[str, str] | None = None,
        outlives: bool = False,
    ) -> None:
        """Write the configuration and the first users; start nothing."""
        self._program = _Program(version)
        self._outlives = outlives
        self._user = unprivileged("mosquitto")
        self.folder = folder or Path(tempfile.mkdtemp(prefix="anxin-mosquitto-"))
        self.port = free_port()
        self._passwords = {n: secrets.token_hex(12) for n in ("centre", "admin", "health")}
        self._write(dict(changes or {}))
        self._server = Server(f"Mosquitto {version}", self.folder / "mosquitto.log")

    @property
    def url(self) -> str:
        """The centre's address, as ANXIN_MQTT_URL takes it."""
        return self._url("centre")

    @property
    def admin_url(self) -> str:
        """The address MosquittoAccess takes."""
        return self._url("admin")

    @property
    def health_url(self) -> str:
        """The health check's address."""
        return self._url("health")

    @property
    def pid(self) -> int:
        """The process id of the running broker."""
        return self._server.pid

    @property
    def log(self) -> str:
        """What the broker has written so far."""
        return self._server.log.read_text(errors="replace")

    def start(self) -> Self:
        """Start it and wait until it accepts connections."""
        command = [*self._program.command, "-c", str(self.folder / "config" / "mosquitto.conf")]
        if not self._outlives:
            command = tied(command)
        self._server.start(command, lambda: is_listening(self.port), self._user)
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop it; its data stays for another start()."""
        self._server.stop(how)

    def remove(self) -> None:
        """Delete its folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop and delete."""
        self.stop()
        self.remove()

    def _url(self, user: str) -> str:
        return f"mqtt://{user}:{self._passwords[user]}@127.0.0.1:{self.port}"

    def _write(self, changes: dict[str, str]) -> None:
        config, data = self.folder / "config", self.folder / "data"
        data.mkdir(parents=True)
        (config / "conf.d").mkdir(parents=True)
        moved = {
            "/mosquitto/config": str(config),
            "/mosquitto/data": str(data),
            "listener 1883": f"listener {self.port} 127.0.0.1",
            **changes,
        }
        for name, path in self._program.plugins.items():
            moved[f"/usr/lib/{name}"] = str(path)
        for source, target in (
            (CONFIG[self._program.version], "mosquitto.conf"),
            ("acl.conf", "acl.conf"),
            ("conf.d/limits.conf", "conf.d/limits.conf"),
        ):
            text = (DEPLOY / source).read_text()
            for before, after in moved.items():
                text = text.replace(before, after)
            (config / target).write_text(text)
        first_users = runpy.run_path(str(DEPLOY / "first_users.py"))["first_users"]
        users = data / "dynamic-security.json"
        users.write_text(json.dumps(first_users(self._passwords)))
        users.chmod(0o600)
        (config / "acl.conf").chmod(0o600)
        give(self.folder, self._user)
