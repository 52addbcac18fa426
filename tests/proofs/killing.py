"""Readings and presses while ingest, the database or the broker are killed (-9).

`ingest`: every reading with a seq is stored once, every press is one alarm. `broker`: hubs repeat
presses until they are acknowledged, and readings from the last `upto`; what cannot repeat may be
lost within the broker's flush window, and is counted.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from time import monotonic

import paho.mqtt.client as mqtt

from tests.proofs.rig import HOMES, PATIENCE, Rig, end, reading, rig

RATE = 2000
"""Messages a second, so that there is something under way whenever somebody dies."""
PRESS_EVERY = 300
QUIET = 12.0


@dataclass(frozen=True)
class Tally:
    sent: int
    stored: int
    presses: int
    alarms: int
    counted: int
    kills: int
    resent: int = 0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills; readings sent {self.sent:,} (again {self.resent:,}),"
            f" stored {self.stored:,}; presses {self.presses}, signals {self.counted},"
            f" homes in alarm {self.alarms}"
        )


class Mill:
    """Sends readings and presses at a steady rate, as hubs that keep them until acknowledged."""

    def __init__(self, system: Rig, messages: int) -> None:
        self.presses = messages // PRESS_EVERY
        self.resent = 0
        self._system, self._messages = system, messages
        self._acked: set[str] = set()
        self._upto: dict[tuple[str, str], int] = {}
        self._client = system.client("proof-hubs")
        self._client.reconnect_delay_set(1, 1)
        self._sent = 0
        self._cut: list[tuple[int, dict[tuple[str, str], int]]] = []
        self._client.on_connect = self._listen
        self._client.on_disconnect = self._note_cut
        self._client.on_message = self._heard
        self._client.loop_start()
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _listen(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe("homes/+/ack", qos=1)

    def _note_cut(self, *_: object) -> None:
        """What the centre had by then is all that the hubs know to be safe."""
        self._cut.append((self._sent, dict(self._upto)))

    def _heard(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        said, home = json.loads(message.payload), message.topic.split("/")[1]
        if "id" in said:
            self._acked.add(said["id"])
        elif "upto" in said:
            self._upto[home, said["device"]] = said["upto"]

    def _run(self) -> None:
        began, pause = monotonic(), threading.Event()
        for number in range(self._messages):
            if number % PRESS_EVERY == 0:
                self._press(number // PRESS_EVERY)
            self._client.publish(*reading(number, timed=True), qos=1)
            self._sent = number + 1
            if number % 50 == 0:
                pause.wait(max(0.0, began + number / RATE - monotonic()))
        self.done.set()

    def _press(self, number: int) -> None:
        topic = f"homes/H{number % HOMES + 1:04}/button-1/signal"
        said = {"kind": "help_call", "id": f"p{number}"}
        self._client.publish(topic, json.dumps(said), qos=1)

    def repeat(self) -> None:
        """As hubs after a reconnect: presses without an answer, and readings beyond the `upto` they
        had when the line was cut."""
        for number in range(self.presses):
            if f"p{number}" not in self._acked:
                self._press(number)
        ends = [*self._cut, (self._messages, dict(self._upto))]
        for number in range(self._messages):
            topic, payload = reading(number, timed=True)
            _, home, device, _ = topic.split("/")
            seq = json.loads(payload)["seq"]
            if any(number < sent + 2000 and seq > upto.get((home, device), -1)
                   for sent, upto in ends):  # fmt: skip
                self._client.publish(topic, payload, qos=1)
                self.resent += 1

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Keeper(threading.Thread):
    """Starts ingest again whenever it has died, as a supervisor does."""

    def __init__(self, system: Rig) -> None:
        super().__init__(daemon=True)
        self.process: subprocess.Popen[bytes] = system.start_ingest()
        self._system, self._stopping = system, threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            self.process.wait()
            if not self._stopping.is_set():
                self.process = self._system.start_ingest()

    def stop(self) -> None:
        self._stopping.set()
        end(self.process)
        if self.is_alive():
            self.join(30)


@contextmanager
def at_work(messages: int) -> Iterator[tuple[Rig, Mill, Keeper]]:
    with rig(own=True) as system:
        keeper = Keeper(system)
        try:
            system.wait(system.connected, "ingest to connect", 60)
            keeper.start()
            mill = Mill(system, messages)
            try:
                mill.thread.start()
                yield system, mill, keeper
            finally:
                mill.stop()
        finally:
            keeper.stop()


def kill_ingest(messages: int, ingest: int, database: int) -> Tally:
    """`database` times a process of the database is killed instead: PostgreSQL then ends all the
    others and recovers from its log."""
    with at_work(messages) as (system, mill, keeper):
        steps = _spread(ingest + database)
        turns = cycle([True] * max(1, ingest // max(1, database)) + [False] * bool(database))
        left = {True: ingest, False: database}
        for step, turn in zip(steps, turns, strict=False):
            turn = turn if left[turn] else not turn
            left[turn] -= 1
            _wait_for(system, mill, step * messages)
            if turn:
                keeper.process.send_signal(signal.SIGKILL)
            else:
                _crash(system)
        mill.done.wait(PATIENCE)
        _settle(system, messages, mill.presses)
        return _tally(system, mill, messages, ingest + database)


def kill_broker(messages: int, times: int) -> tuple[Tally, Tally]:
    """What is there before anybody repeats, and when the hubs have repeated."""
    with at_work(messages) as (system, mill, _):
        for step in _spread(times):
            _wait_for(system, mill, step * messages)
            system.broker.stop(signal.SIGKILL)
            system.broker.start()
        mill.done.wait(PATIENCE)
        _quiet(system)
        before = _tally(system, mill, messages, times)
        mill.repeat()
        _settle(system, messages, mill.presses)
        return before, _tally(system, mill, messages, times)


def _spread(times: int) -> list[float]:
    """Shares of the way at which somebody dies."""
    return [(n + 1) / (times + 2) for n in range(times)]


def _wait_for(system: Rig, mill: Mill, stored: float) -> None:
    """Until so many are stored, or nothing more comes."""
    system.wait(
        lambda: _stored(system) >= stored * 0.9 or mill.done.is_set(), "readings to be stored"
    )


def _settle(system: Rig, messages: int, presses: int) -> None:
    system.wait(
        lambda: _stored(system) >= messages and _signals(system) >= presses, "all to be stored"
    )
    _quiet(system)


def _quiet(system: Rig) -> None:
    """Ingest is connected, and nothing has come for a while: longer than it waits to reconnect."""
    last, since = -1, monotonic()

    def still() -> bool:
        nonlocal last, since
        now = _stored(system) + _signals(system)
        if now != last:
            last, since = now, monotonic()
        return monotonic() - since > QUIET and system.connected()

    system.wait(still, "silence")


def _crash(system: Rig) -> None:
    ours = 0

    def reached() -> bool:
        nonlocal ours
        ours = system.count("SELECT pg_backend_pid()")
        return ours > 0

    system.wait(reached, "the database to be back")
    os.kill(ours, signal.SIGKILL)


def _stored(system: Rig) -> int:
    return system.count("SELECT count(*) FROM readings")


def _signals(system: Rig) -> int:
    return system.count("SELECT count(*) FROM signals")


def _tally(system: Rig, mill: Mill, sent: int, kills: int) -> Tally:
    alarms = system.count("SELECT count(*) FROM alarms")
    counted = system.count("SELECT sum(count) FROM alarms")
    return Tally(sent, _stored(system), mill.presses, alarms, counted, kills, mill.resent)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=6000)
    parser.add_argument("--ingest", type=int, default=15)
    parser.add_argument("--database", type=int, default=5)
    parser.add_argument("--broker", type=int, default=5)
    given = parser.parse_args()
    if given.ingest or given.database:
        print("ingest and database:", kill_ingest(given.messages, given.ingest, given.database),
              flush=True)  # fmt: skip
    if given.broker:
        for when, tally in zip(
            ("before", "after"), kill_broker(given.messages, given.broker), strict=True
        ):
            print(f"broker, {when} the hubs repeat:", tally, flush=True)
    sys.exit(0)
