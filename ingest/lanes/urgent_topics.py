"""The full MQTT topic filters of one device, for the urgent lane's subscriptions."""

import orjson

from ingest.dialects.readers import DIALECTS, HomeKnowledge
from ingest.dialects.topic_filters import NAMED_ANYWHERE, topic_filters_of
from ingest.dialects.vocabulary.events import LearnedDescription
from ingest.topics import LORAWAN_SERVERS
from store.db import Connection
from store.intake import dialect_state
from store.intake.urgent_devices import UrgentDevice

NETWORK_SERVERS = frozenset(LORAWAN_SERVERS.values())


class UrgentTopics:
    """Reads what the homes' configs name, each home once."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._known: dict[int, HomeKnowledge] = {}

    def of(self, device: UrgentDevice) -> list[str]:
        """Sorted; empty when the device is not wanted or cannot be told from others by topic."""
        if not device.wanted or device.dialect not in DIALECTS:
            return []
        if device.dialect in NETWORK_SERVERS:
            return list(topic_filters_of(device.dialect, device.network_id or "", None))
        home = f"homes/{device.home}"
        if device.dialect not in NAMED_ANYWHERE:
            own = topic_filters_of(device.dialect, device.code, None)
            return sorted(f"{home}/{device.dialect}/{pattern}" for pattern in own)
        known = self._knowledge(device.home_id).known.get(device.dialect)
        named = topic_filters_of(device.dialect, device.code, known)
        # a config may name any topic of the home, also one below the dialect's own
        return sorted(
            f"{prefix}/{n}" for n in named for prefix in (home, f"{home}/{device.dialect}")
        )

    def _knowledge(self, home_id: int) -> HomeKnowledge:
        if home_id not in self._known:
            self._known[home_id] = HomeKnowledge.of(
                LearnedDescription(row.dialect, row.key, orjson.loads(row.doc))
                for row in dialect_state.learned(self._conn, [home_id])
                if row.dialect in NAMED_ANYWHERE
            )
        return self._known[home_id]
