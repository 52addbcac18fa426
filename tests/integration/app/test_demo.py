"""`anxin demo` as its user sees it: a process, its lines, and what is left when it has gone."""

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import psutil
import pytest
import requests

from tests.ports import free_port
from tests.servers.process import wait_until

pytestmark = pytest.mark.timeout(180)
DAUGHTER = "+8613800001001"
PHONES_ABOVE = 10


class DemoProcess:
    """`anxin demo` with two homes; its lines are read as they come."""

    def __init__(self, data: Path, http: int, mqtt_port: int) -> None:
        words = ["demo", "--homes", "2", "--data", str(data)]
        words += ["--http", f"127.0.0.1:{http}", "--mqtt", f"127.0.0.1:{mqtt_port}"]
        env = {k: v for k, v in os.environ.items() if not k.startswith("ANXIN_")}
        self.began = time.monotonic()
        self.http = http
        self.mqtt = mqtt_port
        self.said: list[str] = []
        self._data = data
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "app.main", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=env,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def ready(self, seconds: float = 90.0) -> float:
        """Wait for the ready line; the seconds it took since the start."""
        deadline = self.began + seconds
        while not self.said or not self.said[-1].startswith("ready "):
            try:
                self.said.append(self._lines.get(timeout=max(0.0, deadline - time.monotonic())))
            except queue.Empty:
                raise TimeoutError(f"not ready: {self.said}\n{self.log()}") from None
        assert self.said[-1] == f"ready http://127.0.0.1:{self.http}"
        return time.monotonic() - self.began

    def family(self) -> list[psutil.Process]:
        """It and everything below it."""
        head = psutil.Process(self._process.pid)
        return [head, *head.children(recursive=True)]

    def signal(self, number: signal.Signals) -> None:
        os.kill(self._process.pid, number)

    def ended(self) -> int:
        """Wait for its own end; the exit status."""
        return self._process.wait(60)

    def get(self, path: str, above: int = 0) -> Any:
        url = f"http://127.0.0.1:{self.http + above}{path}"
        answer = requests.get(url, headers={"Accept": "application/json"}, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def log(self) -> str:
        path = self._data / "demo.log"
        return path.read_text()[-3000:] if path.exists() else ""

    def clear(self) -> None:
        """End what a failed test left: its children end with it."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(line.rstrip())


@pytest.fixture
def data() -> Iterator[Path]:
    """A data directory that is not there yet."""
    with tempfile.TemporaryDirectory(prefix="anxin-demo-") as folder:
        # run as root, the database has a user of its own, who must get through
        Path(folder).chmod(0o755)
        yield Path(folder) / "data"


@pytest.fixture
def demo(data: Path) -> Iterator[DemoProcess]:
    process = DemoProcess(data, port_with_phones(), free_port())
    yield process
    process.clear()


def port_with_phones() -> int:
    """A free port that has another one where the phones will be."""
    while True:
        port = free_port()
        with socket.socket() as probe:
            if port + PHONES_ABOVE < 65536 and probe.connect_ex(("127.0.0.1", port + PHONES_ABOVE)):
                return port


def all_gone(family: list[psutil.Process]) -> bool:
    return not alive(family)


def alive(family: list[psutil.Process]) -> list[psutil.Process]:
    """Those that run; where nobody collects the dead they keep their number."""
    return [process for process in family if runs(process)]


def runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_the_printed_log_ins_work_and_ctrl_c_leaves_nothing(demo: DemoProcess) -> None:
    demo.ready()
    text = "\n".join(demo.said)
    assert demo.get("/readyz")["status"] == "ready"
    password = found(r"log in as operator or operator2, password (\S+)", text)
    login = {"username": "operator", "password": password}
    session = f"http://127.0.0.1:{demo.http}/api/v1/session"
    assert requests.post(session, json=login, timeout=10).ok
    assert found(r"phones +http://127\.0\.0\.1:(\d+)/phones", text) == str(demo.http + 10)

    press("H0001", found(r"H0001: user H0001, password (\S+)", text), demo.mqtt)
    path = f"/phones/{DAUGHTER}/messages"
    wait_until(
        lambda: bool(demo.get(path, PHONES_ABOVE)["messages"]), "an SMS on the daughter's phone"
    )

    family = demo.family()
    assert len(family) > 10
    demo.signal(signal.SIGINT)
    assert demo.ended() == 0, demo.log()
    assert all_gone(family), alive(family)


def test_it_starts_again_in_the_same_place_and_kill_9_leaves_nothing(
    data: Path, demo: DemoProcess
) -> None:
    demo.ready()
    demo.signal(signal.SIGTERM)
    demo.ended()
    again = DemoProcess(data, demo.http, demo.mqtt)
    try:
        again.ready()
        family = again.family()
        again.signal(signal.SIGKILL)
        again.ended()
        wait_until(lambda: all_gone(family), "the end of all its children", 40)
    finally:
        again.clear()


@pytest.mark.parametrize("option", ["--http", "--mqtt"])
def test_a_taken_port_is_one_line(tmp_path: Path, option: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        given = {"--http": f"127.0.0.1:{port_with_phones()}", "--mqtt": f"127.0.0.1:{free_port()}"}
        given[option] = address
        words = [word for pair in given.items() for word in pair]
        done = subprocess.run(
            [sys.executable, "-m", "app.main", "demo", "--data", str(tmp_path / "new"), *words],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert f"cannot listen on {address}" in done.stderr
    assert f"choose another {option}" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists()


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, f"{pattern} is not in {text}"
    return match[1]


def press(home: str, password: str, port: int) -> None:
    """Press a button as the home's hub, with MQTT 3.1.1 as real hubs do, until it is acked."""
    connected, acknowledged = threading.Event(), threading.Event()
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=f"test-{home}")
    client.username_pw_set(home, password)
    client.on_connect = lambda *_: client.subscribe(f"homes/{home}/ack", 1)
    client.on_subscribe = lambda *_: connected.set()
    client.on_message = lambda _c, _d, message: (
        acknowledged.set() if json.loads(message.payload).get("id") == "press-1" else None
    )
    client.connect("127.0.0.1", port)
    client.loop_start()
    assert connected.wait(10)
    payload = json.dumps({"id": "press-1", "kind": "help_call"})
    client.publish(f"homes/{home}/button-1/signal", payload, qos=1)
    assert acknowledged.wait(10)
    client.disconnect()
    client.loop_stop()
