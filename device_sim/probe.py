"""How long a press takes while others make load: a process of its own, so that it is not slowed by
the load's interpreter. `python -m device_sim.probe`, told what to do on stdin."""

import json
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from typing import Self

from device_sim.homes_file import HomeSpec
from device_sim.hub import Hub
from device_sim.oracle.findings import Latency
from device_sim.press import Backoff, Press

DEVICE = "button-1"
LAST_S = 10.0
"""Real seconds granted to presses that are still open at the end."""


@dataclass(frozen=True)
class Order:
    """What the probe does: a press each `pause` seconds in one home, until stdin ends."""

    home: str
    password: str
    host: str
    port: int
    pause: float


class Probe:
    """The parent's side: `with Probe(...) as probe: …`, then `probe.result`."""

    def __init__(self, home: HomeSpec, host: str, port: int, pause: float) -> None:
        self._order = Order(home.home, home.password, host, port, pause)
        self._process: subprocess.Popen[str] | None = None
        self.result: Latency | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "device_sim.probe"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        self._process.stdin.write(json.dumps(asdict(self._order)) + "\n")
        self._process.stdin.flush()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None  # noqa: S101 - entered
        said, _nothing = self._process.communicate()
        if self._process.returncode == 0:
            self.result = Latency(**json.loads(said))


def run(order: Order, over: threading.Event) -> Latency:
    """Press until it is over; how long the acknowledgements took, lost ones as endless."""
    presses: list[Press] = []
    with Hub(
        order.home, order.password, order.host, order.port, backoff=Backoff(5.0, 1.0, 5.0)
    ) as hub:
        while not over.wait(order.pause):
            presses.append(hub.press(DEVICE))
        for press in presses:
            try:
                press.wait_acknowledged(LAST_S)
            except TimeoutError:
                break  # it counts as endless below
    took = [
        press.acknowledged_at - press.pressed_at if press.acknowledged_at else float("inf")
        for press in presses
    ]
    return Latency.of("probe: press acknowledged", took, None)


def main() -> None:
    """Read the order, press until stdin ends, say the result."""
    order = Order(**json.loads(sys.stdin.readline()))
    over = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=listen, daemon=True).start()
    print(json.dumps(asdict(run(order, over))))


if __name__ == "__main__":
    main()
