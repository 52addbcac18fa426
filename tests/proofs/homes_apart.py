"""One home does its worst, and the presses of the others are timed.

    python -m tests.proofs.homes_apart bomb [--standby]   templates that cost 86 ms each
    python -m tests.proofs.homes_apart garbage            10,000 messages that nobody can read
    python -m tests.proofs.homes_apart presses            10,000 presses of one hub

The deployment's Mosquitto, a PostgreSQL of its own, our ingest as a process. A press is timed from
its publication to the centre's acknowledgement, which comes after COMMIT; one in a foreign format,
which the bulk lane takes in, until its signal is in the database.
"""

import argparse
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any

import orjson
import psycopg

from tests.proofs.rig import Rig, rig

BAD = "H0001"
NATIVE = [f"H{number:04}" for number in range(2, 11)]
FOREIGN = [f"H{number:04}" for number in range(11, 21)]
CONFIGS = 100
BOMB = "{{ [" + ",".join(["value_json"] * 220) + "]|string }}"
"""86 to 95 ms for a payload of 32 kB: what a home's text may cost before it is refused."""
PAYLOAD = b"[" + b",".join([b"[]"] * 10_600) + b"]"
EVERY = 0.1
SIGNALS = b"""
    SELECT count(*) FROM signals s JOIN homes h ON h.id = s.home_id WHERE h.code = ANY (%s)
"""
SIGNALS_NOW = (
    "SELECT count(*) FROM signals s JOIN homes h ON h.id = s.home_id"
    f" WHERE h.code BETWEEN '{FOREIGN[0]}' AND '{FOREIGN[-1]}'"
)


@dataclass
class Presses:
    """Seconds of each press by the way it took; those that never came count as the whole time."""

    native: list[float] = field(default_factory=list)
    foreign: list[float] = field(default_factory=list)
    waiting: dict[str, float] = field(default_factory=dict)
    last_slow: float = 0.0

    def note(self, times: list[float], took: float) -> None:
        times.append(took)
        if took > 1.0:
            self.last_slow = monotonic()

    def figures(self) -> dict[str, Any]:
        lost = [monotonic() - sent for sent in self.waiting.values()]
        return {
            "native": _figures([*self.native, *lost]),
            "never acknowledged": len(lost),
            "foreign": _figures(self.foreign),
        }


@contextmanager
def pressing(made: Rig, presses: Presses) -> Iterator[None]:
    """Press in two other homes ten times a second as long as the block runs."""
    stop = threading.Event()
    client = made.client("drill-presses")
    lock = threading.Lock()

    def acknowledged(_client: object, _data: object, message: Any) -> None:
        known = orjson.loads(message.payload).get("id")
        with lock:
            sent = presses.waiting.pop(known, None)
            if sent is not None:
                presses.note(presses.native, monotonic() - sent)

    client.on_message = acknowledged
    for home in NATIVE:
        client.subscribe(f"homes/{home}/ack", qos=1)
    client.loop_start()

    def native() -> None:
        number = 0
        while not stop.wait(EVERY):
            number += 1
            with lock:
                presses.waiting[str(number)] = monotonic()
            body = orjson.dumps({"kind": "help_call", "id": str(number)})
            home = NATIVE[number % len(NATIVE)]
            client.publish(f"homes/{home}/button-1/signal", body, qos=1)

    def foreign() -> None:
        number = made.count(SIGNALS_NOW)
        with psycopg.connect(made.database_url, autocommit=True) as conn:
            while not stop.wait(EVERY):
                number += 1
                began = monotonic()
                body = orjson.dumps({"action": "emergency", "n": number})
                home = FOREIGN[number % len(FOREIGN)]
                client.publish(f"homes/{home}/zigbee2mqtt/sos-{number % 100}", body, qos=1)
                while not stop.is_set():
                    row = conn.execute(SIGNALS, [FOREIGN]).fetchone()
                    if row is not None and row[0] >= number:
                        break
                    sleep(0.005)
                presses.note(presses.foreign, monotonic() - began)

    threads = [threading.Thread(target=work, daemon=True) for work in (native, foreign)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        client.loop_stop()
        client.disconnect()


def bomb(*, standby: bool, seconds: float, messages: int = 40) -> dict[str, Any]:
    """A hundred configs on one topic, then messages of 32 kB on it."""
    with ExitStack() as stack:
        made = _centre(stack, standby=standby)
        hub = made.client("drill-hub")
        hub.loop_start()
        for number in range(CONFIGS):
            config = {
                "name": f"s{number}",
                "state_topic": f"homes/{BAD}/x/state",
                "value_template": BOMB,
                "device": {"identifiers": ["bad"]},
            }
            topic = f"homes/{BAD}/homeassistant/sensor/s{number}/config"
            hub.publish(topic, orjson.dumps(config), qos=1).wait_for_publish(30)
        made.wait(lambda: made.count("SELECT count(*) FROM learned") >= 1, "configs")
        sleep(2.0)
        quiet, presses = Presses(), Presses()
        with pressing(made, quiet):
            sleep(5.0)
        began = monotonic()
        with pressing(made, presses):
            for _ in range(messages):
                hub.publish(f"homes/{BAD}/x/state", PAYLOAD, qos=1)
            sleep(seconds)
        hub.loop_stop()
        hub.disconnect()
        return {
            "quiet": quiet.figures(),
            "during": presses.figures(),
            "recovered after": round(max(0.0, presses.last_slow - began), 2),
            "dead letters": made.count("SELECT count(*) FROM dead_letters"),
            "alarms": made.count("SELECT count(*) FROM alarms"),
        }


def presses(*, seconds: float, messages: int = 10_000) -> dict[str, Any]:
    """A hub that presses ten thousand times, each as a press of its own."""
    with ExitStack() as stack:
        made = _centre(stack, standby=False)
        hub = made.client("drill-hub")
        hub.loop_start()
        others = Presses()
        with pressing(made, others):
            for _ in range(messages):
                hub.publish(f"homes/{BAD}/button-1/signal", b'{"kind": "help_call"}', qos=1)
            sleep(seconds)
        hub.loop_stop()
        hub.disconnect()
        return {
            "during": others.figures(),
            "taken in": made.count(
                "SELECT count(*) FROM signals s JOIN homes h ON h.id = s.home_id"
                f" WHERE h.code = '{BAD}'"
            ),
            "held": made.count(
                "SELECT count(*) FROM dead_letters WHERE replay_asked_at > '-infinity'"
            ),
        }


def garbage(*, seconds: float, messages: int = 10_000) -> dict[str, Any]:
    """What a broken hub sends: unknown devices, no JSON, topics outside the grammar."""
    with ExitStack() as stack:
        made = _centre(stack, standby=False)
        hub = made.client("drill-hub")
        hub.loop_start()
        quiet, presses = Presses(), Presses()
        with pressing(made, quiet):
            sleep(5.0)
        began = monotonic()
        with pressing(made, presses):
            for number in range(messages):
                topic, payload = GARBAGE[number % len(GARBAGE)]
                hub.publish(f"homes/{BAD}/" + topic.format(n=number), payload, qos=1)
            sleep(seconds)
        hub.loop_stop()
        hub.disconnect()
        return {
            "quiet": quiet.figures(),
            "during": presses.figures(),
            "recovered after": round(max(0.0, presses.last_slow - began), 2),
            "devices": made.count(
                "SELECT count(*) FROM devices d JOIN homes h ON h.id = d.home_id"
                f" WHERE h.code = '{BAD}'"
            ),
            "dead letters": made.count("SELECT count(*) FROM dead_letters"),
        }


GARBAGE = (
    ("device-{n}/reading", b'{"temperature": 20}'),
    ("device-{n}/reading", b"not json"),
    ("zigbee2mqtt/thing-{n}", b'{"occupancy": true}'),
    ("zigbee2mqtt/thing-{n}", b"\xff\xfe\x00garbage"),
    ("a/b/c/{n}", b"whatever"),
    ("device-{n}/nonsense", b"{}"),
    ("homeassistant/sensor/g{n}/config", b"{"),
    ("device-{n}/status", b"perhaps"),
)


def _centre(stack: ExitStack, *, standby: bool) -> Rig:
    made = stack.enter_context(rig(own=True))
    stack.enter_context(made.ingest("one"))
    made.wait(made.connected, "ingest", 60)
    if standby:
        stack.enter_context(made.ingest("two"))
        made.wait(made.stands_by, "standby", 60)
    return made


def _figures(times: list[float]) -> dict[str, Any]:
    ordered = sorted(times)
    if not ordered:
        return {"presses": 0}
    return {
        "presses": len(ordered),
        "p50": round(ordered[len(ordered) // 2], 4),
        "p99": round(ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)], 4),
        "max": round(ordered[-1], 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("drill", choices=["bomb", "garbage", "presses"])
    parser.add_argument("--standby", action="store_true")
    parser.add_argument("--seconds", type=float, default=30.0)
    given = parser.parse_args()
    if given.drill == "bomb":
        found = bomb(standby=given.standby, seconds=given.seconds)
    elif given.drill == "presses":
        found = presses(seconds=given.seconds)
    else:
        found = garbage(seconds=given.seconds)
    print(json.dumps({given.drill: found}, indent=2))


if __name__ == "__main__":
    main()
