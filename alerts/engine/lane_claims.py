"""Claims the next message of a lane, at the pace at which the carrier sends for a plain number.

The carrier queues what one sender gets faster than it can send: that queue is kept here, where the
most urgent goes first. Life-safety has its own sender and never waits.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts.notify import bundling
from alerts.notify.channels.registry import BY_PHONE
from alerts.notify.channels.sms import SMS
from alerts.notify.sms_segments import segment_count
from store.db import Connection
from store.model import Notification, OutboxLane
from store.notify import metered_lane, outbox

AHEAD = timedelta(seconds=15)
"""How far persons at risk may run ahead of the meter: more than a bundle of routine texts takes, so
that they never wait for those, and only for each other when there are very many."""


class LaneClaims:
    """The lanes of some channels. `per_second`: segments the metered sender may send; 0: as fast as
    it goes."""

    def __init__(self, channels: Sequence[str], per_second: float) -> None:
        self._channels = list(channels)
        self._per_second = per_second
        self._by_phone = not BY_PHONE.isdisjoint(channels)

    def next_due(self, conn: Connection, lane: OutboxLane) -> datetime | None:
        """When the lane has something to send and may send it; None: nothing waits."""
        due_at = outbox.next_due(conn, self._channels, lane)
        if due_at is None or not self._metered(lane):
            return due_at
        free_at = metered_lane.meter_free_at(conn)
        return max(due_at, free_at - _ahead(lane)) if free_at else due_at

    def claim(
        self, conn: Connection, lane: OutboxLane, by: str, now: datetime
    ) -> Notification | None:
        """One due message, to send it. None: none is due, or its sender is busy."""
        if lane != OutboxLane.ROUTINE and not self._metered(lane):
            return outbox.claim(conn, lane, by, now, self._channels)
        with conn.transaction():
            if self._metered(lane) and not _meter_is_free(conn, lane, now):
                return None
            claimed = self._next_of(conn, lane, by, now)
            if claimed is not None and self._metered(lane):
                metered_lane.run_meter(conn, _weight(claimed) / self._per_second, now)
            return claimed

    def _metered(self, lane: OutboxLane) -> bool:
        return lane != OutboxLane.LIFE and self._per_second > 0 and self._by_phone

    def _next_of(
        self, conn: Connection, lane: OutboxLane, by: str, now: datetime
    ) -> Notification | None:
        if lane != OutboxLane.ROUTINE:
            return outbox.claim(conn, lane, by, now, self._channels)
        claimed = metered_lane.claim_most_urgent(conn, by, now, self._channels)
        if claimed is not None and claimed.bundle:
            claimed = bundling.join_waiting(conn, claimed, now)
        return claimed


def _meter_is_free(conn: Connection, lane: OutboxLane, now: datetime) -> bool:
    """Held until the end of the transaction. Only the routine lane steps back for others."""
    hold = metered_lane.hold_meter if lane == OutboxLane.ROUTINE else metered_lane.await_meter
    free_at = hold(conn)
    return free_at is not None and free_at <= now + _ahead(lane)


def _ahead(lane: OutboxLane) -> timedelta:
    return AHEAD if lane == OutboxLane.AT_RISK else timedelta(0)


def _weight(notification: Notification) -> int:
    """What a message costs of the carrier's rate: its parts; a call as much as one."""
    return segment_count(notification.body) if notification.channel == SMS else 1
