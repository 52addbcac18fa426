"""Picks what is asked for from the carrier's lists of messages and calls. Pure but for `fetch`."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

MOST_SINGLE = 200
"""Records asked for one by one in a round: at a tenth of a second each, well below its length."""
LARGEST_PAGE = 1000
"""Records that the carrier lists in one answer at most."""


def created_since(records: Iterable[Any], since: datetime) -> list[Any]:
    """The records of a list that the carrier has taken since then, oldest first. All are looked at:
    the list is in the order of sending, and what was not sent yet may stand anywhere in it."""
    found = [r for r in records if r.date_created is None or r.date_created >= since]
    found.reverse()
    return sorted(found, key=lambda r: r.date_created or since)


def listed_or_single(
    ids: Mapping[str, datetime], listed: Mapping[str, Any], fetch: Callable[[str], Any]
) -> list[Any]:
    """The records with these ids: from a list by date, and those that are in none, since they were
    never sent, one by one, the oldest first and not too many at once."""
    single = sorted((sid for sid in ids if sid not in listed), key=lambda sid: ids[sid])
    found = [listed[sid] for sid in ids if sid in listed]
    return found + [r for r in map(fetch, single[:MOST_SINGLE]) if r is not None]
