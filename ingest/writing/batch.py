"""What one transaction of a lane gathers; made by the batch writer."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ingest.dialects.native.reader import legible_id
from ingest.packets import Message
from store.intake.readings import Row
from store.model import Device, Signal

MOST_OF_REASON = 200
"""Characters that a hub is told; the dead letter has all."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Something to publish after COMMIT. `later`: behind what is more urgent."""

    topic: str
    payload: str
    later: bool = False


@dataclass
class Batch:
    """What one transaction gathers while its messages are handled. `held`: messages to be taken in
    behind the others."""

    publications: list[Publication] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    prefetched: dict[tuple[str, str], Callable[[], Device | None]] = field(default_factory=dict)
    held: list[Message] = field(default_factory=list)


def ack_of(home: str, signal: Signal, alarm: int | None, *, later: bool = False) -> Publication:
    """Tells a hub that its signal is stored, and the alarm it belongs to, if there is one."""
    answer = {
        "id": signal.signal_id,
        "device": signal.device,
        "kind": signal.kind,
        "alarm": alarm,
        "at": signal.received_at.isoformat(),
    }
    return Publication(f"homes/{home}/ack", json.dumps(answer), later)


def refusal_of(message: Message, reason: str) -> Publication:
    """Tells a hub that a message of our own format was not understood: sending the same again does
    not help. Behind what is more urgent."""
    _, home, device, _ = message.topic.split("/")
    answer = {"id": legible_id(message.payload), "device": device, "error": reason[:MOST_OF_REASON]}
    return Publication(f"homes/{home}/ack", json.dumps(answer, ensure_ascii=False), later=True)


def late_hours(rows: Sequence[Row], now: datetime) -> set[tuple[int, datetime]]:
    """Devices' hours that were over before this reading of them was stored."""
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    return {
        (row.device_id, row.at.replace(minute=0, second=0, microsecond=0))
        for row in rows
        if row.at < this_hour
    }
