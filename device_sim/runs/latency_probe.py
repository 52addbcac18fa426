"""Measures how long a press takes under load, in a process of its own; started by run.py.

`python -m device_sim.runs.latency_probe`, with its settings on stdin: in the load's own interpreter
it would be slowed by the load.
"""

import json
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass, field
from time import monotonic, time
from typing import Any, Self

from device_sim.centre.alarm_codes import alarm_codes_in
from device_sim.centre.http_client import HttpClient
from device_sim.hubs.hub import Hub
from device_sim.hubs.press import Backoff, Press
from device_sim.oracle.verdict import Latency

DEVICE = "button-1"
LAST_S = 10.0
"""Real seconds granted to each press, and then to somebody's phone."""
LOOKS_S = 0.05
"""Real seconds between two looks at the phones; they say themselves when a message came."""
ENDLESS = float("inf")


@dataclass(frozen=True)
class ProbeSettings:
    """What the probe does: a press each `pause` seconds in one home, until stdin ends. With `api`
    and `phones` each press is followed to a phone, and its alarm closed, so that the next one is
    an alarm of its own."""

    home: str
    password: str
    host: str
    port: int
    pause: float
    api: str = ""
    token: str = ""
    phones: str = ""


class LatencyProbe:
    """The parent's side: `with LatencyProbe(settings) as probe: …`, then `probe.results`."""

    def __init__(self, settings: ProbeSettings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[str] | None = None
        self.results: list[Latency] = []

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "device_sim.runs.latency_probe"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        self._process.stdin.write(json.dumps(asdict(self._settings)) + "\n")
        self._process.stdin.flush()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None  # noqa: S101 - entered
        output, _nothing = self._process.communicate()
        if self._process.returncode == 0:
            self.results = [Latency(**one) for one in json.loads(output)]


@dataclass
class ProbeTimes:
    """Seconds from each press; what never came is endless."""

    acknowledged: list[float] = field(default_factory=list)
    on_a_phone: list[float] = field(default_factory=list)


class NotificationFollower:
    """Follows a press to a phone through the HTTP interfaces, and ends its alarm."""

    def __init__(self, settings: ProbeSettings) -> None:
        self._api = HttpClient(settings.api, settings.token)
        self._phones = HttpClient(settings.phones)

    def seconds_to_a_phone(self, press: Press, over: threading.Event) -> float:
        """From the press to the carrier's taking the first message about it."""
        pressed = press.pressed_at + time() - monotonic()
        path = f"/api/v1/alarms/{press.alarm}"
        code = self._api.get(path)["code"]
        deadline = monotonic() + LAST_S
        took = ENDLESS
        while took == ENDLESS and monotonic() < deadline:
            record = self._phones.get("/phones/record", since=pressed - 1.0)
            found = [m["accepted_at"] for m in record["messages"] if _is_about(m, code)]
            took = min(found) - pressed if found else ENDLESS
            if not found:
                over.wait(LOOKS_S)
        self._api.post(f"{path}/acknowledge")
        self._api.post(f"{path}/close", outcome="test", note="")
        return took


def _is_about(message: dict[str, Any], code: str) -> bool:
    return message["direction"] == "out" and code in alarm_codes_in(message["text"])


def run_probe(settings: ProbeSettings, over: threading.Event) -> list[Latency]:
    """Press until it is over; how long the acknowledgements and the messages took."""
    times = ProbeTimes()
    follower = NotificationFollower(settings) if settings.api and settings.phones else None
    with Hub(
        settings.home,
        settings.password,
        settings.host,
        settings.port,
        backoff=Backoff(5.0, 1.0, 5.0),
    ) as hub:
        while not over.wait(settings.pause):
            _one_press(hub, follower, times, over)
    found = [Latency.of("probe: acknowledged", times.acknowledged, None)]
    if follower is not None:
        found.append(Latency.of("probe: on a phone", times.on_a_phone, None))
    return found


def _one_press(
    hub: Hub, follower: NotificationFollower | None, times: ProbeTimes, over: threading.Event
) -> None:
    press = hub.press(DEVICE)
    try:
        press.wait_acknowledged(LAST_S)
    except TimeoutError:
        times.acknowledged.append(ENDLESS)
        return
    assert press.acknowledged_at is not None  # noqa: S101 - waited for
    times.acknowledged.append(press.acknowledged_at - press.pressed_at)
    if follower is not None:
        times.on_a_phone.append(follower.seconds_to_a_phone(press, over))


def main() -> None:
    """Read the settings, press until stdin ends, say the result."""
    settings = ProbeSettings(**json.loads(sys.stdin.readline()))
    over = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=listen, daemon=True).start()
    print(json.dumps([asdict(one) for one in run_probe(settings, over)]))


if __name__ == "__main__":
    main()
