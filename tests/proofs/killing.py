"""Readings and presses while ingest, the database or the broker are killed (-9).

`ingest`: every reading with a seq is stored once, every press is one alarm. `broker`: hubs repeat
presses until they are acknowledged, and readings from the last `upto`. Ingest is away while each
kill is prepared, so that what the broker loses was in nobody else's hands; that is counted, and how
long before the kill the broker had acknowledged the oldest of it: the flush window.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from time import monotonic

import paho.mqtt.client as mqtt

from tests.proofs.rig import HOMES, PATIENCE, Rig, end, reading, rig, stored_numbers

RATE = 2000
"""Messages a second, so that there is something under way whenever somebody dies."""
PRESS_EVERY = 300
HELD = 2000
"""Messages that the broker has to itself when it is killed."""
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


@dataclass(frozen=True)
class Lost:
    """What the broker had acknowledged and has not delivered; `oldest`: seconds from its
    acknowledgement to the kill."""

    acknowledged: int
    readings: int
    presses: int
    oldest: float

    def __str__(self) -> str:
        return (
            f"acknowledged by the broker and lost: {self.readings:,} readings and"
            f" {self.presses} presses of {self.acknowledged:,} messages, the oldest"
            f" {self.oldest:.2f} s before a kill"
        )


class Acks:
    """When the broker acknowledged which message. A deque, because paho calls with its locks
    held."""

    def __init__(self, client: mqtt.Client) -> None:
        self.at: dict[str, float] = {}
        self._client = client
        self._names: dict[int, str] = {}
        self._heard: deque[tuple[int, float]] = deque()
        client.on_publish = lambda _c, _d, mid, *_: self._heard.append((mid, monotonic()))

    def publish(self, name: str, topic: str, payload: bytes | str) -> None:
        self._names[self._client.publish(topic, payload, qos=1).mid] = name
        self.note()

    def note(self) -> None:
        """Only by the thread that publishes."""
        while self._heard and self._heard[0][0] in self._names:
            mid, at = self._heard.popleft()
            self.at[self._names.pop(mid)] = at


class Mill:
    """Sends readings and presses at a steady rate, as hubs that keep them until acknowledged."""

    def __init__(self, system: Rig, messages: int) -> None:
        self.presses = -(-messages // PRESS_EVERY)
        self.resent = 0
        self._system, self._messages = system, messages
        self._acked: set[str] = set()
        self._upto: dict[tuple[str, str], int] = {}
        self._client = system.client("proof-hubs")
        self._client.reconnect_delay_set(1, 1)
        self._sent = 0
        self._cut: list[tuple[int, dict[tuple[str, str], int]]] = []
        self.acks = Acks(self._client)
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
            self.acks.publish(str(number), *reading(number, timed=True))
            self._sent = number + 1
            if number % 50 == 0:
                pause.wait(max(0.0, began + number / RATE - monotonic()))
        self.done.set()

    def _press(self, number: int) -> None:
        topic = f"homes/H{number % HOMES + 1:04}/button-1/signal"
        said = {"kind": "help_call", "id": f"p{number}"}
        self.acks.publish(f"p{number}", topic, json.dumps(said))

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
            if any(
                number < sent + 2000 and seq > upto.get((home, device), -1) for sent, upto in ends
            ):
                self.acks.publish(str(number), topic, payload)
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
        self.may_start = threading.Event()
        self.may_start.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            self.process.wait()
            self.may_start.wait()
            if not self._stopping.is_set():
                self.process = self._system.start_ingest()

    def stop(self) -> None:
        self._stopping.set()
        self.may_start.set()
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
    """`database` times the database is killed instead: its first process, and every other time one
    of those that serve us. It recovers from its log."""
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
                _crash(system, first=left[False] % 2 == 0)
        mill.done.wait(PATIENCE)
        _settle(system, messages, mill.presses)
        return _tally(system, mill, messages, ingest + database)


def kill_broker(messages: int, times: int) -> tuple[Tally, Lost, Tally]:
    """What is there and what is not before anybody repeats, and when the hubs have repeated."""
    kills = []
    with at_work(messages) as (system, mill, keeper):
        for step in _spread(times):
            _wait_for(system, mill, step * messages)
            kills.append(_lose_broker(system, mill, keeper))
        mill.done.wait(PATIENCE)
        _quiet(system)
        mill.acks.note()
        before, lost = _tally(system, mill, messages, times), _lost(system, mill, kills)
        mill.repeat()
        _settle(system, messages, mill.presses)
        return before, lost, _tally(system, mill, messages, times)


def _lose_broker(system: Rig, mill: Mill, keeper: Keeper) -> float:
    """Kill it with a second's messages in its hands; when that was."""
    keeper.may_start.clear()
    keeper.process.send_signal(signal.SIGKILL)
    keeper.process.wait()
    known = len(mill.acks.at)
    system.wait(
        lambda: len(mill.acks.at) >= known + HELD or mill.done.is_set(), "the broker to take some"
    )
    killed = monotonic()
    system.broker.stop(signal.SIGKILL)
    system.broker.start()
    keeper.may_start.set()
    return killed


def _lost(system: Rig, mill: Mill, kills: list[float]) -> Lost:
    there = {str(number) for number in stored_numbers(system.conn)}
    there |= {row[0] for row in system.conn.execute("SELECT signal_id FROM signals")}
    missing = {name: at for name, at in mill.acks.at.items() if name not in there}
    ages = [min((kill - at for kill in kills if kill >= at), default=0) for at in missing.values()]
    presses = sum(name.startswith("p") for name in missing)
    return Lost(len(mill.acks.at), len(missing) - presses, presses, max(ages, default=0.0))


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


def _crash(system: Rig, *, first: bool) -> None:
    ours = 0

    def reached() -> bool:
        nonlocal ours
        ours = system.count("SELECT pg_backend_pid()")
        return ours > 0

    system.wait(reached, "the database to be back")
    database = system.database
    assert database is not None
    os.kill(database.pid or 0 if first else ours, signal.SIGKILL)
    if first:
        database.stop()
        database.start()


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
        print(
            "ingest and database:",
            kill_ingest(given.messages, given.ingest, given.database),
            flush=True,
        )
    if given.broker:
        before, lost, after = kill_broker(given.messages, given.broker)
        print("broker, before the hubs repeat:", before, lost, sep="\n  ")
        print("broker, after the hubs repeat:", after, flush=True)
    sys.exit(0)
