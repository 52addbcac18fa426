"""Start the real servers for a test run, and stop them.

    python -m tests.servers up --state FILE     # then: set -a; . FILE; set +a
    python -m tests.servers down --state FILE

FILE gets lines of NAME=value:
  ANXIN_TEST_DATABASE_URL    superuser's; test databases may be made there
  ANXIN_TEST_MQTT_URL        the centre's
  ANXIN_TEST_MQTT_ADMIN_URL  adds and revokes hubs
  ANXIN_TEST_MQTT_HUBS       user:password pairs of hubs that exist already, separated by spaces
  ANXIN_TEST_SERVERS         what `down` needs
"""

import argparse
import os
import secrets
import shlex
import shutil
import signal
import sys
from pathlib import Path

from app.access.mosquitto_access import MosquittoAccess
from tests.servers import CannotRunError, Mosquitto, TimescaleChroot
from tests.servers.process import wait_until

HUBS = [f"H{number:04}" for number in range(1, 51)]


def main() -> int:
    """Do what the command line says; 1 when this machine cannot run the servers."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers")
    parser.add_argument("what", choices=["up", "down"])
    parser.add_argument("--state", type=Path, required=True, metavar="FILE")
    parser.add_argument("--mosquitto", choices=["2.0", "2.1"], help="default: the newest here")
    arguments = parser.parse_args()
    try:
        if arguments.what == "up":
            up(arguments.state, arguments.mosquitto)
        else:
            down(arguments.state)
    except CannotRunError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def up(state: Path, version: str | None = None) -> None:
    """Start both servers and write where they are."""
    if state.exists():
        raise CannotRunError(f"{state} is there already: servers are running")
    broker = newest_mosquitto(version, outlives=True)
    database = TimescaleChroot(outlives=True)
    try:
        database.start()
        broker.start()
        hubs = {home: secrets.token_hex(8) for home in HUBS}
        with MosquittoAccess(broker.admin_url) as access:
            access.add_hubs(hubs)
        values = {
            "ANXIN_TEST_DATABASE_URL": database.url,
            "ANXIN_TEST_MQTT_URL": broker.url,
            "ANXIN_TEST_MQTT_ADMIN_URL": broker.admin_url,
            "ANXIN_TEST_MQTT_HUBS": " ".join(":".join(pair) for pair in hubs.items()),
            "ANXIN_TEST_SERVERS": " ".join(
                f"{server.pid}@{_started(server.pid)}@{how.value}@{server.folder}"
                for server, how in ((broker, signal.SIGTERM), (database, signal.SIGINT))
            ),
        }
        lines = [f"{name}={shlex.quote(value)}\n" for name, value in values.items()]
        state.touch(mode=0o600)
        state.write_text("".join(lines))
    except BaseException:
        for server in (broker, database):
            server.stop()
            server.remove()
        raise


def newest_mosquitto(version: str | None = None, outlives: bool = False) -> Mosquitto:
    """Return a broker of `version`, or of 2.1 where that is, else 2.0."""
    try:
        return Mosquitto(version=version or "2.1", outlives=outlives)
    except CannotRunError:
        if version:
            raise
        return Mosquitto(version="2.0", outlives=outlives)


def down(state: Path) -> None:
    """Stop what `up` started, by pid, and delete its data. Nothing happens a second time."""
    if not state.exists():
        return
    pairs = (line.split("=", 1) for line in state.read_text().splitlines())
    [servers] = [shlex.split(value) for name, value in pairs if name == "ANXIN_TEST_SERVERS"]
    for server in " ".join(servers).split():
        pid, started, how, folder = server.split("@", 3)
        _end(int(pid), started, signal.Signals(int(how)))
        shutil.rmtree(folder, ignore_errors=True)
    state.unlink()


def _end(pid: int, started: str, how: signal.Signals) -> None:
    """Signal the process and wait; one that has got the same number since is left alone."""
    if _started(pid) == started:
        os.kill(pid, how)
        wait_until(lambda: _started(pid) != started, f"the end of process {pid}")


def _started(pid: int) -> str:
    """Return when process `pid` started, in ticks since boot; empty when it is gone or dead."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


if __name__ == "__main__":
    sys.exit(main())
