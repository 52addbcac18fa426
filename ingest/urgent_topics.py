"""The whole MQTT filters of a device that is to be listened to by itself."""

import orjson

from ingest.dialects import DIALECTS, HomeKnowledge
from ingest.dialects.base import Learned
from ingest.dialects.urgent import filters_of
from ingest.topics import LORAWAN
from store import dialects
from store.db import Connection
from store.urgent import Candidate

DISCOVERED = "homeassistant"
"""The dialect whose configs name the topics."""
NETWORKS = frozenset(LORAWAN.values())


class UrgentTopics:
    """Reads what the homes' configs name, each home once."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._known: dict[int, HomeKnowledge] = {}

    def of(self, device: Candidate) -> list[str]:
        """Sorted; empty when the device is not wanted or cannot be told from others by topic."""
        if not device.wanted or device.dialect not in DIALECTS:
            return []
        if device.dialect in NETWORKS:
            return list(filters_of(device.dialect, device.network_id or "", None))
        home = f"homes/{device.home}"
        if device.dialect != DISCOVERED:
            own = filters_of(device.dialect, device.code, None)
            return sorted(f"{home}/{device.dialect}/{pattern}" for pattern in own)
        known = self._knowledge(device.home_id).known.get(DISCOVERED)
        named = filters_of(DISCOVERED, device.code, known)
        # a config may name any topic of the home, also one below the dialect's own
        return sorted(f"{place}/{n}" for n in named for place in (home, f"{home}/{DISCOVERED}"))

    def _knowledge(self, home_id: int) -> HomeKnowledge:
        if home_id not in self._known:
            self._known[home_id] = HomeKnowledge.of(
                Learned(row.dialect, row.key, orjson.loads(row.doc))
                for row in dialects.learned(self._conn, [home_id])
                if row.dialect == DISCOVERED
            )
        return self._known[home_id]
