"""Follows devices that get another name on their hub, by their maker's address."""

from collections.abc import Iterable

import structlog

from ingest.dialects.vocabulary.events import DeviceAnnounced, DialectEvent
from ingest.writing.home_cache import KnownDevice, KnownHome
from store.alarm import alarms
from store.db import Connection
from store.intake import dialect_state

log = structlog.get_logger(__name__)


def follow_names(
    conn: Connection, home: KnownHome, dialect: str, events: Iterable[DialectEvent]
) -> bool:
    """Give each announced device that was known under another name the new one, before anything
    else of the message is taken in: its role, room and history follow, and the old name is free
    for another device. Whether there was one: other processes must read the home again."""
    announced = {e.device: e.uid for e in events if isinstance(e, DeviceAnnounced) and e.uid}
    followed = [name for name in announced if _follow(conn, home, dialect, name, announced)]
    return bool(followed)


def _follow(
    conn: Connection, home: KnownHome, dialect: str, name: str, announced: dict[str, str]
) -> bool:
    address = announced[name]
    known = home.devices.get(name)
    if known is not None and known.uid == address:
        return False
    found = dialect_state.renamed(conn, home.id, dialect, address, name)
    if found is None or announced.get(found.old_name) == address:
        return False  # not known, or two devices of one address
    dialect_state.rename(conn, home.id, found.id, name)
    home.devices[name] = home.devices.pop(found.old_name, KnownDevice(found.id))
    home.devices[name].uid = address
    log.info("device has another name", home=home.code, device=found.id)
    alarms.notify(conn, "device", found.id)
    return True
