"""docker-compose.yml without Docker: each service's own command, on this machine's real servers.

Only what a container would give is replaced: where secrets are, which port is whose, and the host
names db and broker.
"""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.free_port import free_port
from tests.databases import processes_url
from tests.servers.compose import Compose
from tests.servers.image import Image
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Server, tied, wait_until

PROGRAMS = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parents[2]
SECONDS = 150.0


class Installation:
    """The services of the compose file; stop() ends all that were started.

    `variables` are those of an --env-file. With an `image` everything runs in it, as its user.
    """

    def __init__(
        self,
        folder: Path,
        database_url: str,
        broker: Mosquitto,
        variables: Mapping[str, str] | None = None,
        image: Image | None = None,
    ) -> None:
        """Make the secrets as deploy/make-secrets does, with these servers' addresses in them.
        `database_url` is the owner's."""
        self.folder = folder
        self._compose = Compose(variables or {})
        self._image = image
        self._broker_port = broker.port
        (folder / "sim").mkdir(exist_ok=True)
        self._running: dict[str, Server] = {}
        self._ports: dict[tuple[str, str], int] = {}
        self._secrets = folder / "secrets"
        script = folder / "make-secrets"
        script.write_text((ROOT / "deploy" / "make-secrets").read_text())
        subprocess.run(["sh", str(script)], check=True)
        for name, value in {
            "database_owner_url": database_url,
            "database_url": processes_url(database_url),
            "mqtt_url": broker.url,
            "mqtt_admin_url": broker.admin_url,
            "mqtt_health_url": broker.health_url,
        }.items():
            (self._secrets / name).chmod(0o600)
            (self._secrets / name).write_text(value + "\n")
        if image is not None:
            image.give(folder)
        self.address = f"http://127.0.0.1:{self._port('api', '8000')}"
        self.phones = f"http://127.0.0.1:{self._port('phones', '8010')}"

    def run(self, service: str, *arguments: str) -> str:
        """Run a one-shot service, or another `anxin` command with its settings; its output."""
        command = self._compose.command(service)
        if arguments:
            command = ["anxin", *arguments]
        done = subprocess.run(
            self._here(service, command),
            env=self.environment(service),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self, *services: str) -> None:
        """Start services and wait until their own health check passes."""
        for service in services:
            server = Server(service, self.folder / f"{service}.log")
            self._running[service] = server
            command = self._here(service, self._compose.command(service))
            server.start(tied(command), lambda: True, env=self.environment(service))
        for service in services:
            self._wait_for(service)

    def is_healthy(self, service: str) -> bool:
        """Run a service's health check once, as Docker would; without one it is."""
        if "healthcheck" not in self._compose.services[service]:
            return True
        kind, *command = self._compose.services[service]["healthcheck"]["test"]
        if kind == "CMD-SHELL":
            command = ["sh", "-c", *command]
        done = subprocess.run(
            self._here(service, command), env=self.environment(service), capture_output=True
        )
        return done.returncode == 0

    def kill(self, service: str) -> None:
        """End one service as a power cut would."""
        self._running.pop(service).stop(signal.SIGKILL)

    def stop(self) -> None:
        """End all, last started first."""
        while self._running:
            self._running.popitem()[1].stop()

    def logs(self) -> str:
        """Return what the api says of its parts and each log's end, for a failing test."""
        logs = {path.name: path.read_text()[-1500:] for path in self.folder.glob("*.log")}
        try:
            logs["readyz"] = json.dumps(self.request("/readyz"))
        except urllib.error.HTTPError as error:
            logs["readyz"] = f"{error.code} {error.read().decode(errors='replace')}"
        except OSError as error:
            logs["readyz"] = str(error)
        return "\n".join(f"--- {name}\n{text}" for name, text in sorted(logs.items()))

    def environment(self, service: str) -> dict[str, str]:
        """Return what the service's container would have in its environment, and no more."""
        given = self._compose.environment(service)
        here = {name: self._text(service, value) for name, value in given.items()}
        if self._image is not None:
            return here
        # PATH as the image has it; coverage and the like of this run must not leak in
        return {"PATH": f"{PROGRAMS}:{os.defpath}", "LC_ALL": "C.UTF-8", **here}

    def secret(self, name: str) -> str:
        """Return one of the files deploy/make-secrets made."""
        return (self._secrets / name).read_text().strip()

    def request(self, path: str, token: str = "", base: str = "") -> Any:
        """GET a JSON document from the api, or from `base`."""
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request((base or self.address) + path, headers=headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return json.load(answer)

    def _wait_for(self, service: str) -> None:
        server = self._running[service]
        wait_until(
            lambda: server.has_ended or self.is_healthy(service), f"{service} healthy", SECONDS
        )
        assert not server.has_ended, f"{service} ended: {server.log.read_text()[-500:]}"

    def _here(self, service: str, command: list[str]) -> list[str]:
        if self._image is not None:
            meant = [self._text(service, part) for part in command]
            return self._image.command(meant, self.environment(service), [self.folder])
        program = PROGRAMS / command[0]
        first = str(program) if program.exists() else command[0]
        return [first, *(self._text(service, part) for part in command[1:])]

    def _text(self, service: str, text: str) -> str:
        """Replace what is otherwise in a container: secrets, scripts, listening addresses."""
        text = text.replace("/run/secrets/", f"{self._secrets}/")
        if self._image is None:
            text = text.replace("deploy/mosquitto/", f"{ROOT}/deploy/mosquitto/")
        text = text.replace("/mosquitto/data/", f"{self.folder}/")
        text = text.replace("/srv/anxin/sim/", f"{self.folder}/sim/")
        text = text.replace("broker:1883", f"127.0.0.1:{self._broker_port}")
        return re.sub(
            r"\b(0\.0\.0\.0|127\.0\.0\.1|api|phones):(8000|8010|9100)\b",
            lambda found: f"127.0.0.1:{self._port(_owner(found[1], service), found[2])}",
            text,
        )

    def _port(self, service: str, inside: str) -> int:
        return self._ports.setdefault((service, inside), free_port())


def _owner(host: str, service: str) -> str:
    """Whose port it is: a service names another one, or itself by where it listens."""
    return service if host[0].isdigit() else host
