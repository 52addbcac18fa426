"""A simulated hub: the box in a home that speaks MQTT to the centre. Used by all runs."""

import threading
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from time import monotonic
from types import TracebackType
from typing import Self

from device_sim.centre import wire
from device_sim.clock import utc_now
from device_sim.hubs.backlog import CAPACITY, ReadingBacklog
from device_sim.hubs.connection import HubConnection
from device_sim.hubs.press import Backoff, Press
from device_sim.hubs.reactor import Reactor
from device_sim.timeline import ScheduledCallback, Timeline

HEARTBEAT_S = 900.0
"""Hubs report at least every 15 min, so that one that is gone is noticed within 45."""
KEEPALIVE_S = 60


class Hub:
    """Logs in as its home, repeats signals until they are acknowledged, keeps readings until then.

    Without a connection everything is kept, and sent when it is back. `timeline` and `reactor` may
    be shared by many hubs. `now` is the hub's own clock. `first_seq` numbers the readings of each
    device from there: a hub that forgets its last number must start above it, or its readings count
    as known. `on_readings_acknowledged(device, seq)` gets what the centre has; it must be quick.
    """

    def __init__(
        self,
        home: str,
        password: str,
        host: str = "127.0.0.1",
        port: int = 1883,
        *,
        backoff: Backoff | None = None,
        heartbeat_s: float = HEARTBEAT_S,
        keepalive_s: int = KEEPALIVE_S,
        first_seq: int = 1,
        v5: bool = False,
        now: Callable[[], datetime] = utc_now,
        timeline: Timeline | None = None,
        reactor: Reactor | None = None,
        on_readings_acknowledged: Callable[[str, int], None] | None = None,
    ) -> None:
        self.home = wire.check_name("home", home)
        self._login = (home, password, host, port)
        self._v5 = v5
        self._backoff = backoff or Backoff()
        self._heartbeat_s = heartbeat_s
        self._keepalive_s = keepalive_s
        self._now = now
        self._own_timeline = timeline is None
        self._timeline = timeline or Timeline(f"hub {home}")
        self._own_reactor = reactor is None
        self._reactor = reactor or Reactor(f"hub {home}")
        self._heartbeat: ScheduledCallback | None = None
        self._changed = threading.Condition(threading.RLock())
        self._link: HubConnection | None = None
        self._open: dict[str, Press] = {}
        self._backlog = ReadingBacklog(first_seq)
        self.refused: list[wire.Refusal] = []
        """What the centre has said that it did not understand."""
        self._devices: dict[str, bytes] = {}
        self._progress: list[wire.Progress] = []
        self._on_readings_acknowledged = on_readings_acknowledged
        self._waiting: deque[tuple[str, bytes, int, bool]] = deque(maxlen=CAPACITY)

    def start(self, wait_s: float | None = 10.0) -> Self:
        """Connect, again after `drop()` too; wait until the hub can send (None: do not wait).

        HubRefusedError when the log-in is wrong, TimeoutError when no broker answers: it goes on
        trying in both cases until `stop()`.
        """
        if self._link is not None:
            raise RuntimeError(f"hub {self.home} has been started already: stop() or drop() first")
        self._link = HubConnection(
            *self._login,
            reactor=self._reactor,
            v5=self._v5,
            keepalive_s=self._keepalive_s,
            on_ready=self._flush_kept,
            on_message=self._received,
        )
        self._link.open()
        self._schedule_heartbeat()
        if wait_s is not None:
            self._link.wait_ready(wait_s)
        return self

    @property
    def connected(self) -> bool:
        """Can it send right now?"""
        return self._link is not None and self._link.ready

    @property
    def refusal(self) -> str:
        """Why the broker does not let it in; empty if it does, or if there is none."""
        return self._link.refused if self._link is not None else ""

    @property
    def progress(self) -> list[wire.Progress]:
        """What the home was told, oldest first."""
        with self._changed:
            return list(self._progress)

    @property
    def unacknowledged(self) -> list[Press]:
        """Signals that are still being repeated."""
        with self._changed:
            return list(self._open.values())

    @property
    def backlog(self) -> int:
        """Readings kept because the centre has not acknowledged them."""
        with self._changed:
            return len(self._backlog)

    def press(
        self,
        device: str,
        kind: str = "help_call",
        *,
        active: bool = True,
        test: bool = False,
        signal_id: str | None = None,
        at: datetime | None = None,
    ) -> Press:
        """Send a signal, and repeat it until the centre has acknowledged its id.

        The same `signal_id` again is the same press for the centre. `at`: when it happened, now if
        left out.
        """
        wire.check_name("device", device)
        at, signal_id = at or self._now(), signal_id or str(uuid.uuid4())
        payload = wire.signal_payload(signal_id, kind, at, active=active, test=test)
        with self._changed:
            known = self._open.get(signal_id)
            press = known or Press(signal_id, device, kind, at, payload)
            self._open[signal_id] = press
        if known is None:
            self._repeat(press)
        else:
            self._send(press)
        return press

    def send_reading(self, device: str, **values: float | bool) -> int:
        """Send measurements (`temperature=21.5, motion=True`); returns their seq."""
        return self.send_reading_of(self._now(), device, values).seq

    def send_reading_of(
        self, at: datetime, device: str, values: Mapping[str, float | bool]
    ) -> wire.HeldReading:
        """Send what was measured at that moment, and keep it until the centre has it."""
        wire.check_name("device", device)
        with self._changed:
            reading = self._backlog.add(device, at, dict(values))
        link = self._link
        if link is not None:
            link.publish(wire.reading_topic(self.home, device), reading.payload())
        return reading

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        """Send any message; without a connection it is kept (the newest 10,000) until there is
        one. Nobody acknowledges it but the broker."""
        link = self._link
        if link is not None and link.ready:
            link.publish(topic, payload, qos=qos, retain=retain)
        else:
            with self._changed:
                self._waiting.append((topic, payload, qos, retain))

    def device_status(self, device: str, *, online: bool) -> None:
        """Say, retained, that a device is there or not; said again after a reconnect."""
        wire.check_name("device", device)
        payload = wire.ONLINE if online else wire.OFFLINE
        with self._changed:
            self._devices[device] = payload
        if (link := self._link) is not None:
            link.publish(wire.status_topic(self.home, device), payload, retain=True)

    def wait_progress(
        self, state: str | None = None, timeout: float = 10.0, alarm: int | None = None
    ) -> wire.Progress:
        """What the home was told about this state (of this alarm), or will be within `timeout` s.

        AssertionError that lists what it was told instead.
        """
        found: list[wire.Progress] = []

        def arrived() -> bool:
            found[:] = [
                item
                for item in self._progress
                if state in (None, item.state) and alarm in (None, item.alarm)
            ]
            return bool(found)

        with self._changed:
            if not self._changed.wait_for(arrived, timeout):
                raise AssertionError(
                    f"{self.home} was not told {state} in {timeout} s, only {self._progress}"
                )
        return found[-1]

    def drop(self, *, wait: bool = True) -> None:
        """Cut the connection without a goodbye; the last will fires. `start()` brings it back."""
        self._leave(lambda link: link.cut(wait=wait))

    def stop(self) -> None:
        """Say goodbye (`offline`), disconnect, stop repeating; for good. Safe to call twice."""
        with self._changed:
            self._open.clear()
        self._leave(lambda link: link.close())
        if self._own_reactor:
            self._reactor.stop()
        if self._own_timeline:
            self._timeline.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _leave(self, how: Callable[[HubConnection], None]) -> None:
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        link, self._link = self._link, None
        if link is not None:
            how(link)

    def _repeat(self, press: Press) -> None:
        """Send it now if that is possible, and come back to it until it is acknowledged."""
        with self._changed:
            if self._open.get(press.id) is not press:
                return
        self._send(press)
        pause = self._backoff.delay(max(press.attempts, 1))
        self._timeline.after(pause, lambda: self._repeat(press))

    def _send(self, press: Press) -> None:
        link = self._link
        if link is not None and link.ready:
            press.attempts += 1
            press.published_at = press.published_at or monotonic()
            link.publish(wire.signal_topic(self.home, press.device), press.payload)

    def _schedule_heartbeat(self) -> None:
        def heartbeat() -> None:
            link = self._link
            if link is not None:
                link.publish(wire.status_topic(self.home), wire.ONLINE, retain=True)
                self._schedule_heartbeat()

        self._heartbeat = self._timeline.after(self._heartbeat_s, heartbeat)

    def _flush_kept(self) -> None:
        """The connection is there: send what was kept, presses first."""
        link = self._link
        if link is None:
            return
        with self._changed:
            kept = list(self._backlog.messages())
            devices = dict(self._devices)
        for press in self.unacknowledged:
            self._send(press)
        for device, payload in devices.items():
            link.publish(wire.status_topic(self.home, device), payload, retain=True)
        for device, payload in kept:
            link.publish(wire.reading_topic(self.home, device), payload)
        with self._changed:
            waiting = list(self._waiting)
            self._waiting.clear()
        for topic, payload, qos, retain in waiting:
            link.publish(topic, payload, qos=qos, retain=retain)

    def _received(self, topic: str, payload: bytes) -> None:
        if topic == wire.progress_topic(self.home):
            if (progress := wire.read_progress(payload)) is not None:
                with self._changed:
                    self._progress.append(progress)
                    self._changed.notify_all()
            return
        match wire.read_ack(payload):
            case wire.SignalAck(signal_id, alarm):
                with self._changed:
                    press = self._open.pop(signal_id, None)
                if press is not None:
                    press.acknowledge(alarm)
            case wire.Refusal(refused, device, error):
                with self._changed:
                    press = self._open.pop(refused or "", None)
                    self.refused.append(wire.Refusal(refused, device, error))
                    self._changed.notify_all()
                if press is not None:
                    press.refuse(error)
            case wire.ReadingAck(device, last_seq):
                with self._changed:
                    self._backlog.acknowledge(device, last_seq)
                if self._on_readings_acknowledged is not None:
                    self._on_readings_acknowledged(device, last_seq)
