"""Runs the machine's own Mosquitto for the bench, with the limits of a deployment.

Anybody may log in: it lives for the length of one figure on a port of 127.0.0.1. Its rules and
users are tried elsewhere; here it only has to carry.
"""

import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Self

from app.bench.figures import wait_or_time_out
from app.free_port import free_port

LIMITS = Path(__file__).parents[2] / "deploy" / "mosquitto" / "conf.d" / "limits.conf"
_CONFIG = """
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
autosave_interval 1
log_dest none
{limits}
"""


def mosquitto_program() -> str | None:
    """Where the machine has Mosquitto; None: it has none."""
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


class Mosquitto:
    """Runs while a `with` block lasts. `centre_url` and `device_url` as the embedded broker's."""

    def __init__(self, folder: Path) -> None:
        found = mosquitto_program()
        assert found is not None, "there is no mosquitto on this machine"  # noqa: S101
        self._port = free_port()
        folder.mkdir(parents=True)
        config = folder / "mosquitto.conf"
        limits = LIMITS.read_text()
        config.write_text(_CONFIG.format(port=self._port, folder=folder, limits=limits))
        if os.geteuid() == 0:  # it then changes to a user of its own
            folder.chmod(0o777)
        self._command = [found, "-c", str(config)]
        self.centre_url = self.device_url = f"mqtt://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command)  # noqa: S603 - our own choice
        wait_or_time_out(self._listens, 10, "Mosquitto")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0
