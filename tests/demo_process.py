"""`anxin demo` as a process, for tests."""

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import psutil
import requests
from paho.mqtt.enums import CallbackAPIVersion

from app.free_port import free_port

PHONES_ABOVE = 10


class DemoProcess:
    """`anxin demo` with two homes; its lines are read as they come. `more`: options."""

    def __init__(
        self,
        data: Path,
        http: int,
        mqtt_port: int,
        *more: str,
        program: Sequence[str] = (sys.executable, "-u", "-m", "app.main"),
        cwd: Path | None = None,
    ) -> None:
        words = ["demo", "--homes", "2", "--data", str(data), *more]
        words += ["--http", f"127.0.0.1:{http}", "--mqtt", f"127.0.0.1:{mqtt_port}"]
        env = {k: v for k, v in os.environ.items() if not k.startswith("ANXIN_")}
        self.began = time.monotonic()
        self.http = http
        self.mqtt = mqtt_port
        self.said: list[str] = []
        self._data = data
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [*program, *words],
            cwd=cwd,
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


def port_with_phones() -> int:
    """A free port that has another one where the phones will be."""
    while True:
        port = free_port()
        with socket.socket() as probe:
            if port + PHONES_ABOVE < 65536 and probe.connect_ex(("127.0.0.1", port + PHONES_ABOVE)):
                return port


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, f"{pattern} is not in {text}"
    return match[1]


def press(home: str, password: str, port: int) -> None:
    """Press a button as the home's hub, with MQTT 3.1.1 as real hubs do, until it is acked."""
    connected, acknowledged = threading.Event(), threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"test-{home}")
    client.username_pw_set(home, password)

    def ask(*_: Any) -> None:
        client.subscribe(f"homes/{home}/ack", 1)

    client.on_connect = ask
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
