"""Decides which lane handles a message that both lanes receive. Pure.

The bulk lane gets everything; the urgent lane gets the topics of devices that are there for
life-safety as well. Where the one takes over from the other is a marker in the stream itself: a
message that the urgent lane publishes after the broker has confirmed its subscription. What comes
to the bulk lane before the marker is the bulk lane's, what comes after it the urgent lane's.

What the broker sent in between comes to both, and both decide: the urgent lane leaves a note of
each of its decisions, which the bulk lane uses up instead of deciding again.
"""

from dataclasses import dataclass
from enum import Enum, auto
from hashlib import blake2b

import orjson
from paho.mqtt.client import topic_matches_sub

from ingest.errors import UnreadableError


class Ownership(Enum):
    """What a lane does with a message that states something."""

    OWN = auto()
    SHARED = auto()
    """Decide, knowing that the other lane does so as well."""
    OTHER_LANE = auto()
    """It is the other lane's."""


@dataclass(frozen=True, slots=True)
class UrgentSubscription:
    """A device's topics in the urgent lane. `alone`: the bulk lane has passed the marker."""

    filters: tuple[str, ...]
    token: str
    alone: bool

    @classmethod
    def of(
        cls, filters: list[str] | None, token: str | None, alone: bool | None
    ) -> "UrgentSubscription | None":
        return None if filters is None else cls(tuple(filters), token or "", bool(alone))

    def covers(self, topic: str) -> bool:
        return any(topic_matches_sub(pattern, topic) for pattern in self.filters)


def ownership_of(subscription: UrgentSubscription | None, topic: str, *, urgent: bool) -> Ownership:
    """Of the urgent or the bulk lane in a message that came under `topic`. A topic that the urgent
    lane did not ask for by this device's own filters (several share a bridge) is not its own."""
    covered = subscription is not None and subscription.covers(topic)
    if subscription is None or not covered:
        return Ownership.OTHER_LANE if urgent else Ownership.OWN
    if subscription.alone:
        return Ownership.OWN if urgent else Ownership.OTHER_LANE
    return Ownership.SHARED


def statement_digest(topic: str, payload: bytes, kind: str, part: str) -> bytes:
    """Tells one statement of one message, the same in both lanes."""
    digest = blake2b(payload, digest_size=16)
    for text in (topic, kind, part):
        digest.update(b"\0" + text.encode(errors="replace"))
    return digest.digest()


@dataclass(frozen=True, slots=True)
class CutoverMarker:
    """A marker in the stream. `alone`: from here on the urgent lane decides; else both do."""

    device_id: int
    token: str
    alone: bool

    def payload(self) -> bytes:
        return orjson.dumps({"device": self.device_id, "token": self.token, "alone": self.alone})


def read_cutover_marker(payload: bytes) -> CutoverMarker:
    """Raises UnreadableError for what is no marker."""
    try:
        message = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise UnreadableError(f"payload: expected JSON: {error}") from error
    fields = message if isinstance(message, dict) else {}
    device, token, alone = fields.get("device"), fields.get("token"), fields.get("alone")
    if not isinstance(device, int) or isinstance(device, bool) or not 0 < device < 2**31:
        raise UnreadableError("mark: expected a device")
    if not isinstance(token, str) or "\0" in token or not isinstance(alone, bool):
        raise UnreadableError("mark: expected a token and whether the lane is alone")
    return CutoverMarker(device, token, alone)
