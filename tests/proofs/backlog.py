"""Readings that waited in Mosquitto while ingest was away, and a press.

How long until the press is an alarm (with a standby that takes over from an ingest that hung and
died; with a process that has to be started first), how long until all is stored, beside a client
that only receives, decodes and acknowledges the same messages.
"""

import argparse
import signal
import sys
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from time import monotonic, process_time

import orjson
import paho.mqtt.client as mqtt

from tests.proofs.rig import PATIENCE, Rig, cpu_of, reading, rig

PRESS = b'{"kind":"help_call","id":"%s"}'


@dataclass(frozen=True)
class Figures:
    """Seconds, and messages a second."""

    standby_press: float
    """From the death of the process that held the lanes to the alarm of a press that waited."""
    queued_press: float
    """From the start of the process to the alarm of a press that waited, too."""
    live_press: float
    """From a press in the middle of the backlog to its alarm."""
    bare: float
    drained: float
    bare_cpu: float
    """Microseconds of processor a message; on a busy machine the better comparison."""
    cpu: float
    stored: int
    alarms: int

    def __str__(self) -> str:
        return (
            f"press that waited: alarm {self.standby_press:.2f} s after a standby could take over\n"
            f"press that waited: alarm {self.queued_press:.2f} s after the process was started\n"
            f"press meanwhile: alarm after {self.live_press * 1000:.0f} ms\n"
            f"stored {self.stored:,}, alarms {self.alarms}\n"
            f"drained {self.drained:,.0f}/s, bare client {self.bare:,.0f}/s"
            f" ({self.drained / self.bare:.0%})\n"
            f"processor: {self.cpu:.0f} us a message, bare client {self.bare_cpu:.0f} us"
        )


def prove(readings: int) -> Figures:
    with rig() as system:
        _bare(system, 0)
        standby = _take_over(system, readings)
        _press(system, 2)
        spent = process_time()
        bare = _bare(system, readings)
        bare_cpu = (process_time() - spent) / readings * 1e6
        began = monotonic()
        with system.ingest() as process:
            system.wait(lambda: _alarms(system) == 2, "the alarm of the press that waited")
            queued = monotonic() - began
            started, first, spent = monotonic(), _stored(system), cpu_of(process.pid)
            _press(system, 3)
            system.wait(lambda: _alarms(system) == 3, "the alarm of a press")
            live = monotonic() - started
            system.wait(lambda: _stored(system) >= readings, "the last reading")
            took = monotonic() - started
            rest = readings - first
            cpu = (cpu_of(process.pid) - spent) / rest * 1e6
            return Figures(
                standby,
                queued,
                live,
                bare,
                rest / took,
                bare_cpu,
                cpu,
                _stored(system),
                _alarms(system),
            )


def _take_over(system: Rig, readings: int) -> float:
    """Seconds from the death of an ingest that hung, with `readings` and a press behind it, to the
    press's alarm."""
    with ExitStack() as processes:
        hung = processes.enter_context(system.ingest())
        system.wait(system.connected, "ingest to connect", 60)
        standby = processes.enter_context(system.ingest("standby"))
        system.wait(system.stands_by, "the standby", 60)
        hung.send_signal(signal.SIGSTOP)
        _queue(system, readings)
        hung.send_signal(signal.SIGKILL)
        died = monotonic()
        system.wait(lambda: _alarms(system) == 1, "the alarm of the press that waited")
        took = monotonic() - died
        standby.send_signal(signal.SIGKILL)
        return took


def _alarms(system: Rig) -> int:
    return system.count("SELECT count(*) FROM alarms")


def _stored(system: Rig) -> int:
    return system.count("SELECT count(*) FROM readings")


def _press(system: Rig, number: int) -> None:
    """Returns when the broker has it."""
    client = system.client("proof-press")
    client.loop_start()
    topic = f"homes/H{number:04}/button-1/signal"
    client.publish(topic, PRESS % (b"%d" % number), qos=1).wait_for_publish(PATIENCE)
    client.disconnect()
    client.loop_stop()


def _queue(system: Rig, readings: int) -> None:
    client = system.client("proof-load")
    client.loop_start()
    room = threading.Semaphore(2000)
    client.on_publish = lambda *_: room.release()
    last = None
    for number in range(readings):
        room.acquire()
        topic, payload = reading(number)
        last = client.publish(topic, payload, qos=1)
    last = client.publish("homes/H0001/button-1/signal", PRESS % b"1", qos=1)
    last.wait_for_publish(PATIENCE)
    client.disconnect()
    client.loop_stop()


def _bare(system: Rig, messages: int) -> float:
    """0: only make the session."""
    ready, done, seen = threading.Event(), threading.Event(), []
    client = system.client("proof-bare", lasting=True)

    def read(_client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        orjson.loads(message.payload)
        seen.append(monotonic())
        if len(seen) == messages:
            done.set()

    client.on_message = read
    client.on_subscribe = lambda *_: ready.set()
    client.loop_start()
    client.subscribe("homes/+/+/reading", qos=1)
    if not ready.wait(30) or (messages and not done.wait(PATIENCE)):
        raise TimeoutError("the bare client did not get its messages")
    client.disconnect()
    client.loop_stop()
    return (messages - 1) / (seen[-1] - seen[0]) if messages > 1 else 0.0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--readings", type=int, default=20_000)
    print(prove(parser.parse_args().readings))
    sys.exit(0)
