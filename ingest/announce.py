"""Tells the homes how their alarms go on: sends the outbox's channel `hub` over MQTT."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from alerts.channels.base import SendError
from alerts.policy import Policy
from alerts.sending import Sender
from alerts.telling import HUB
from alerts.wake import Listener, Waker, Worker
from ingest.lane import Lane
from store import outbox
from store.clock import Clock
from store.db import Pool
from store.model import Lane as OutboxLane
from store.model import Notification

_PUBACK = 5.0
"""Seconds to wait for the broker's acknowledgement."""


class HubChannel:
    """Publishes to the topic that is the notification's address."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def send(self, notification: Notification) -> str:
        if not self._lane.connected.is_set():
            raise SendError("no_broker")
        info = self._lane.publish(notification.address, notification.body)
        info.wait_for_publish(timeout=_PUBACK)
        if not info.is_published():
            raise SendError("no_puback", ambiguous=True)
        return f"hub:{notification.id}"

    def find(self, notification: Notification, since: datetime) -> list[str]:  # noqa: ARG002
        """A broker keeps no record; a progress said twice does no harm."""
        return []


@contextmanager
def announcing(
    pool: Pool, database_url: str, lane: Lane, clock: Clock, policy: Policy, instance: str
) -> Iterator[None]:
    """Send what the homes are to be told for as long as the block runs."""
    bell, stopping = Waker(clock), threading.Event()

    def heard(payload: str | None) -> None:
        if payload is None or payload.endswith(f" {HUB}"):
            bell.ring()

    listener = Listener(database_url, heard)
    workers = [
        _worker(
            pool,
            lane,
            clock,
            policy,
            f"{instance}/hub-{urgency.name.lower()}",
            urgency,
            bell,
            stopping,
        )
        for urgency in OutboxLane
    ]
    for thread in (listener, *workers):
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        listener.stop()
        bell.ring()
        for worker in workers:
            worker.join(timeout=_PUBACK + 1)


def _worker(
    pool: Pool,
    lane: Lane,
    clock: Clock,
    policy: Policy,
    name: str,
    urgency: OutboxLane,
    bell: Waker,
    stopping: threading.Event,
) -> Worker:
    sender = Sender(pool, {HUB: HubChannel(lane)}, clock, policy, name)

    def work() -> bool:
        return sender.send_next(urgency) or sender.take_over_abandoned()

    return Worker(
        name, work, lambda conn: outbox.next_due(conn, [HUB], urgency), pool, bell, stopping
    )
