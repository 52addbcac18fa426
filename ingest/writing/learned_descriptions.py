"""Stores descriptions that devices publish of themselves, if they are new."""

from collections.abc import Iterable
from datetime import datetime

from ingest.dialects.vocabulary.events import DialectEvent, LearnedDescription
from ingest.errors import UnreadableError
from ingest.quotas.home_quotas import HomeQuotas, OverQuotaError
from ingest.quotas.overruns import Quota
from ingest.writing.home_cache import KnownHome, doc_digest
from store.db import Connection
from store.intake import dialect_state


def store_learned(
    conn: Connection,
    home: KnownHome,
    events: Iterable[DialectEvent],
    now: datetime,
    quotas: HomeQuotas | None,
    lost: list[Quota],
) -> tuple[list[str], bool]:
    """What could not be kept and why, and whether anything was new. The home knows it from now on;
    its version is the caller's to count. What is more than the home may have is noted in `lost`."""
    complaints, changed = [], False
    for event in events:
        if isinstance(event, LearnedDescription):
            try:
                changed |= _store_if_new(conn, home, event, now, quotas)
            except OverQuotaError as error:
                lost.append(error.what)
            except UnreadableError as error:
                complaints.append(str(error))
    return complaints, changed


def _store_if_new(
    conn: Connection,
    home: KnownHome,
    learned: LearnedDescription,
    at: datetime,
    quotas: HomeQuotas | None,
) -> bool:
    """False: known already. Raises UnreadableError for what cannot be kept."""
    key = (learned.dialect, learned.key)
    if learned.doc is None:
        if key not in home.digests:
            return False
    elif home.digests.get(key) == (now := doc_digest(learned.doc)):
        return False
    if len(learned.key) > dialect_state.MAX_KEY or "\x00" in learned.key:
        raise UnreadableError(f"{learned.dialect}: a name is longer than {dialect_state.MAX_KEY}")
    if _holds_null(learned.doc):
        raise UnreadableError(f"{learned.dialect}: a description holds U+0000")
    if quotas is not None:
        quotas.new_config(home.code)
    home.knowledge = home.knowledge.with_(learned)
    dialect_state.learn(conn, home.id, learned.dialect, learned.key, learned.doc, at)
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
