"""Topics of a home that nobody reads, with what to do about each; for JSON and pages."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from store.db import Connection
from store.intake import unread_topics
from store.intake.unread_topics import UnreadTopic
from store.records import N_

ADVICE = {
    "place": N_(
        "This looks like a format that is known, in a place where it is not expected: let the"
        " bridge put homes/{home}/ before what the hub publishes, once and with nothing between."
    ),
    "device": N_(
        "A device in our own format says signal, reading or status: correct the last level of the"
        " topic, or name the topic in a discovery config."
    ),
    "binary": N_(
        "The messages are not text: switch the device or its gateway to JSON or plain values."
    ),
    "fields": N_(
        "The format is known, but nothing in its messages: look whether the device is set up to"
        " report, and tell the makers of this software its model and what it sends."
    ),
    "content": N_(
        "The format is known, but its messages cannot be read: the dead letters say what was"
        " expected. Look at the version and the settings of the hub."
    ),
    "unknown": N_(
        "Nothing is known of this topic: announce it by a Home Assistant discovery config, or"
        " have the hub leave it out if it does not matter."
    ),
}
"""By the code that ingest gives (unread_hints.py there)."""


def shown(topic: UnreadTopic, home: str, say: Callable[[str], str] = str) -> dict[str, Any]:
    """As JSON, with `advice` in words; a newer process's code is one that nothing is known of."""
    advice = ADVICE.get(topic.why, ADVICE["unknown"])
    return {**asdict(topic), "advice": say(advice).replace("{home}", home)}


def unread_topics_of(
    conn: Connection, home_id: int, home: str, say: Callable[[str], str] = str
) -> list[dict[str, Any]]:
    """The last heard first."""
    return [shown(topic, home, say) for topic in unread_topics.of_home(conn, home_id)]
