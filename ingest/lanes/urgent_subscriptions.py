"""Keeps the urgent lane subscribed to the topics of the life-safety devices; run by its runner.

A change in the registry comes by NOTIFY; everything is looked at after each connect and, should
a notification be lost, once a minute. Joining: row → SUBSCRIBE → the broker's answer → cutover
marker into the bulk lane's stream. Leaving: marker → UNSUBSCRIBE. Each step is a row first, so that
whoever holds the lane next goes on where this one was killed.
"""

import secrets
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic

import psycopg
import psycopg_pool
import structlog

from alerts.engine.waking import Listener
from ingest.lanes.lane_client import LaneClient
from ingest.lanes.urgent_topics import UrgentTopics
from ingest.topics import cutover_topic
from ingest.writing.lane_ownership import CutoverMarker
from store.alarm.kinds import URGENT_KINDS
from store.clock import Clock
from store.db import Connection, Pool
from store.intake import dialect_state, urgent_devices
from store.intake.urgent_devices import UrgentDevice

log = structlog.get_logger(__name__)

FULL_CHECK_EVERY = 60.0
"""Seconds between two looks at all devices."""
DEVICES_PER_PACKET = 50
"""Devices asked for in one packet: at most some 400 topics of 300 bytes."""
PUBACK_TIMEOUT = 10.0
UNUSED_TOPIC = "anxin/nothing"
"""A topic that was never subscribed to: where no filter is to go, the answer still says that the
broker has come so far."""
AFTER_LEAVING = timedelta(minutes=10)
"""After leaving, for what the broker had queued for us until then."""

Wanted = tuple[UrgentDevice, list[str]]
"""A device and the filters it is to have."""


class UrgentSubscriptions(threading.Thread):
    """Works while its lane is held."""

    def __init__(self, pool: Pool, lane: LaneClient, clock: Clock) -> None:
        super().__init__(name="urgent-subscriptions", daemon=True)
        self._pool, self._lane, self._clock = pool, lane, clock
        self._changed = threading.Condition()
        self._ids: set[int] = set()
        self._connected = self._stopping = False
        self._checked_at = 0.0
        lane.on_connected = self._on_connected
        if lane.connected.is_set():
            self._connected = True

    def on_notification(self, payload: str | None) -> None:
        """A notification; None: some may have been missed."""
        word, _, number = (payload or "").partition(" ")
        with self._changed:
            if payload is None:
                self._checked_at = 0.0
            elif word == "device" and number.isdecimal():
                self._ids.add(int(number))
            self._changed.notify_all()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def run(self) -> None:
        while not self._stopping:
            ids, connected = self._await_work()
            if self._stopping or not self._lane.connected.is_set():
                continue
            try:
                self._work(ids, connected)
            except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
                log.warning("subscriptions not followed: database away", error=str(error).strip())
                self._retry(connected)
            except Exception:
                log.exception("subscriptions not followed, trying again")
                self._retry(connected)

    def _on_connected(self) -> None:
        with self._changed:
            self._connected = True
            self._changed.notify_all()

    def _await_work(self) -> tuple[set[int] | None, bool]:
        """Which devices to look at (None: all), and whether the connection is a new one."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopping or self._connected or self._ids,
                timeout=max(0.0, self._checked_at + FULL_CHECK_EVERY - monotonic()),
            )
            ids, self._ids = self._ids, set()
            connected, self._connected = self._connected, False
        everything = connected or monotonic() - self._checked_at >= FULL_CHECK_EVERY
        return (None if everything else ids), connected

    def _retry(self, connected: bool) -> None:
        with self._changed:
            self._checked_at = 0.0
            self._connected |= connected
            if not self._stopping:
                self._changed.wait_for(lambda: self._stopping, timeout=1.0)

    def _work(self, ids: Collection[int] | None, connected: bool) -> None:
        with self._pool.connection(timeout=5) as conn:
            if connected and self._lane.session_lost:
                _start_again(conn)
            if ids is None:
                _forget_left(conn, self._clock.now() - AFTER_LEAVING)
            topics = UrgentTopics(conn)
            found = [
                (c, topics.of(c)) for c in urgent_devices.list_devices(conn, URGENT_KINDS, ids)
            ]
            self._leave_unwanted(conn, found)
            for packet in _packets([(c, f) for c, f in found if not _is_subscribed(c) and f]):
                self._join(conn, packet)
            here = [(c, f) for c, f in found if _is_subscribed(c) and f == c.filters]
            for packet in _packets([(c, f) for c, f in here if connected or not c.subscribed]):
                self._rejoin(conn, [c for c, _ in packet])
        if ids is None:
            self._checked_at = monotonic()

    def _leave_unwanted(self, conn: Connection, found: Sequence[Wanted]) -> None:
        for candidate, filters in found:
            if candidate.token is None:
                continue  # it has no row
            left = candidate.subscribed or candidate.token  # not all of it is done
            if left if candidate.left_at else filters != candidate.filters:
                self._leave(conn, candidate)

    def _join(self, conn: Connection, new: Sequence[Wanted]) -> None:
        """Passed over: devices whose earlier subscription has not ended in the bulk lane yet."""
        made = []
        with conn.transaction():
            for candidate, filters in new:
                token = secrets.token_hex(8)
                if urgent_devices.subscribe(conn, candidate.device_id, filters, token):
                    made.append((candidate, filters, token))
            _bump(conn, {c.home_id for c, _, _ in made})
        if not made or not self._subscribe([f for _, filters, _ in made for f in filters]):
            return  # both lanes decide until the broker agrees
        for candidate, _, token in made:
            urgent_devices.subscribed(conn, candidate.device_id, token)
            self._publish_marker(candidate, token, alone=True)
        log.info("urgent lane listens to devices", devices=len(made))

    def _rejoin(self, conn: Connection, here: Sequence[UrgentDevice]) -> None:
        """After a connect: the broker may have been restored from before a subscription."""
        if not self._subscribe([f for c in here for f in c.filters or ()]):
            return
        for candidate in here:
            if not candidate.alone:
                urgent_devices.subscribed(conn, candidate.device_id, candidate.token or "")
                self._publish_marker(candidate, candidate.token or "", alone=True)

    def _leave(self, conn: Connection, c: UrgentDevice) -> None:
        urgent_devices.unsubscribe(conn, c.device_id, self._clock.now())
        if not self._publish_marker(c, c.token or "", alone=False):
            return  # next time: the bulk lane must know before nothing more comes here
        others = urgent_devices.filters_in_use(conn)
        if self._lane.unsubscribe(
            [f for f in c.filters or () if f not in others] or [UNUSED_TOPIC]
        ):
            urgent_devices.unsubscribed(conn, c.device_id)

    def _publish_marker(self, c: UrgentDevice, token: str, *, alone: bool) -> bool:
        """Whether the broker has it: from then on the bulk lane gets it in line."""
        marker = CutoverMarker(c.device_id, token, alone)
        topic = cutover_topic(c.home, c.dialect, c.network_id)
        info = self._lane.publish(topic, marker.payload())
        info.wait_for_publish(PUBACK_TIMEOUT)
        return info.is_published()

    def _subscribe(self, filters: Sequence[str]) -> bool:
        done = self._lane.subscribe(sorted(set(filters)))
        if not done:
            log.error("broker refuses topics of devices; the bulk lane goes on raising for them")
        return done


@contextmanager
def following_devices(
    pool: Pool, database_url: str, lane: LaneClient, clock: Clock
) -> Iterator[None]:
    """Follow the registry as long as the block runs. Make it before the lane starts."""
    thread = UrgentSubscriptions(pool, lane, clock)
    listener = Listener(database_url, thread.on_notification)
    thread.start()
    listener.start()
    try:
        yield
    finally:
        thread.stop()
        listener.stop()
        thread.join(timeout=PUBACK_TIMEOUT + 1)


def _is_subscribed(c: UrgentDevice) -> bool:
    """Whether its row stands for a subscription, confirmed or asked for."""
    return bool(c.token) and c.left_at is None


def _packets(wanted: Sequence[Wanted]) -> Iterator[Sequence[Wanted]]:
    return (
        wanted[start : start + DEVICES_PER_PACKET]
        for start in range(0, len(wanted), DEVICES_PER_PACKET)
    )


def _start_again(conn: Connection) -> None:
    with conn.transaction():
        _bump(conn, urgent_devices.start_again(conn))


def _forget_left(conn: Connection, before: datetime) -> None:
    with conn.transaction():
        _bump(conn, urgent_devices.forget_unsubscribed(conn, before))


def _bump(conn: Connection, homes: Collection[int]) -> None:
    for number in sorted(homes):
        dialect_state.bump(conn, number)
