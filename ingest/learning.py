"""What a home teaches about its devices is kept, if it is new. In the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime

from ingest.dialects.base import Finding, Learned
from ingest.errors import UnreadableError
from ingest.home_cache import KnownHome, digest
from store import dialects
from store.db import Connection


def learn(
    conn: Connection, home: KnownHome, findings: Iterable[Finding], now: datetime
) -> tuple[list[str], bool]:
    """What could not be kept and why, and whether anything was new. The home knows it from now on;
    its version is the caller's to count."""
    complaints, changed = [], False
    for finding in findings:
        if isinstance(finding, Learned):
            try:
                changed |= _kept(conn, home, finding, now)
            except UnreadableError as error:
                complaints.append(str(error))
    return complaints, changed


def _kept(conn: Connection, home: KnownHome, learned: Learned, at: datetime) -> bool:
    """False: known already. Raises UnreadableError for what cannot be kept."""
    key = (learned.dialect, learned.key)
    if learned.doc is None:
        if key not in home.digests:
            return False
    elif home.digests.get(key) == (now := digest(learned.doc)):
        return False
    if len(learned.key) > dialects.MAX_KEY or "\x00" in learned.key:
        raise UnreadableError(f"{learned.dialect}: a name is longer than {dialects.MAX_KEY}")
    if _holds_null(learned.doc):
        raise UnreadableError(f"{learned.dialect}: a description holds U+0000")
    home.knowledge = home.knowledge.with_(learned)
    dialects.learn(conn, home.id, learned.dialect, learned.key, learned.doc, at)
    if learned.doc is None:
        del home.digests[key]
    else:
        home.digests[key] = now
    return True


def _holds_null(value: object) -> bool:
    """PostgreSQL keeps no U+0000 in JSON."""
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_null(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_holds_null, value))
