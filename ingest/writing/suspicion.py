"""Sets messages aside that have ended the process which took them in; used by the batch writer."""

from hashlib import blake2b

import structlog

from ingest.packets import Message
from ingest.topics import source_of
from store.db import Connection
from store.intake import dead_letters, suspects

log = structlog.get_logger(__name__)

SET_ASIDE = "set aside: two processes ended while they were at it; it is tried alone"


def digest_of(message: Message) -> bytes:
    """The same for each delivery of a message."""
    digest = blake2b(message.payload, digest_size=16)
    digest.update(b"\0retained\0" if message.retain else b"\0")
    digest.update(message.topic.encode(errors="replace"))
    return digest.digest()


class Suspicion:
    """Costs nothing while nobody is suspected. One a writer; not thread-safe."""

    def __init__(self) -> None:
        self._digests: set[bytes] = set()

    def begin(self, digests: set[bytes]) -> None:
        """Those known when the lane was taken."""
        self._digests = digests

    def falls_on(self, message: Message) -> bool:
        return bool(self._digests) and digest_of(message) in self._digests

    def set_aside(self, conn: Connection, message: Message) -> bool:
        """Keep it as a dead letter, once. False: it has been tried meanwhile, and does no harm."""
        digest = digest_of(message)
        suspect = suspects.find(conn, digest)
        if suspect is None:
            self._digests.discard(digest)
            return False
        if suspect.letter_id is None:
            home, device = source_of(message.topic)
            letter = dead_letters.add(
                conn,
                topic=message.topic,
                payload=message.payload,
                reason=SET_ASIDE,
                now=message.received_at,
                home=home,
                device=device,
                retained=message.retain,
            )
            suspects.set_aside(conn, digest, letter)
            log.error("a message is set aside: processes ended at it", home=home, letter=letter)
        return True
