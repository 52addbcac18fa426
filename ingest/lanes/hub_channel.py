"""Sends notifications to the hubs over MQTT (the outbox's channel `hub`); run by a lane."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from alerts.engine.sender import Sender
from alerts.engine.waking import Listener, Waker, Worker
from alerts.notify.channels.hub import HUB
from alerts.notify.channels.interface import SendError
from alerts.policy import Policy
from ingest.lanes.lane_client import LaneClient
from store.clock import Clock
from store.db import Pool
from store.model import Notification, OutboxLane
from store.notify import outbox

_PUBACK = 5.0
"""Seconds to wait for the broker's acknowledgement."""


class HubChannel:
    """Publishes to the topic that is the notification's address."""

    def __init__(self, lane: LaneClient) -> None:
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
        """A broker keeps no record; a message published twice does no harm."""
        return []


@contextmanager
def sending_to_hubs(
    pool: Pool, database_url: str, lane: LaneClient, clock: Clock, policy: Policy, instance: str
) -> Iterator[None]:
    """Send what the homes are to be told for as long as the block runs."""
    waker, stopping = Waker(clock), threading.Event()

    def on_notification(payload: str | None) -> None:
        if payload is None or payload.endswith(f" {HUB}"):
            waker.ring()

    listener = Listener(database_url, on_notification)
    workers = [
        _worker(
            pool,
            lane,
            clock,
            policy,
            f"{instance}/hub-{urgency.name.lower()}",
            urgency,
            waker,
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
        waker.ring()
        for worker in workers:
            worker.join(timeout=_PUBACK + 1)


def _worker(
    pool: Pool,
    lane: LaneClient,
    clock: Clock,
    policy: Policy,
    name: str,
    urgency: OutboxLane,
    waker: Waker,
    stopping: threading.Event,
) -> Worker:
    sender = Sender(pool, {HUB: HubChannel(lane)}, clock, policy, name)

    def work() -> bool:
        return sender.send_next(urgency) or sender.take_over_abandoned()

    return Worker(
        name, work, lambda conn: outbox.next_due(conn, [HUB], urgency), pool, waker, stopping
    )
