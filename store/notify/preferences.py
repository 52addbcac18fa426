"""A person's channels in their order, their preferences, and which senders they have stopped."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time

from store.db import Connection, Queries, fetch_all, rows_of

SQL = Queries("notify/preferences")


@dataclass(frozen=True, slots=True)
class Preferences:
    """How somebody wants to be reached. Empty channels: as the installation does by default.

    `channels` are pairs of channel and row id. `kinds` None: all. Quiet hours are wall-clock
    times of the homes. `stopped`: senders they sent STOP to, "" stands for all of ours.
    """

    channels: list[tuple[str, int]] = field(default_factory=list)
    kinds: list[str] | None = None
    quiet_from: time | None = None
    quiet_to: time | None = None
    stopped: list[str] = field(default_factory=list)
    sms_today: int = 0


@dataclass(frozen=True, slots=True)
class PersonChannel:
    """One channel as it was entered. `address` is a secret; empty: it is the telephone."""

    id: int
    channel: str
    address: str = field(repr=False)


def of_person(conn: Connection, person_id: int, count_since: datetime | None) -> Preferences:
    """`count_since`: since when SMS to their number are counted; None: they need not be."""
    return of_people(conn, [person_id], count_since)[person_id]


def of_people(
    conn: Connection, people: Sequence[int], count_since: datetime | None
) -> dict[int, Preferences]:
    """The preferences of several people, by their ids."""
    with conn.cursor() as cursor:
        cursor.execute(SQL["of_people"], {"people": list(people), "since": count_since})
        preferences = rows_of(Preferences)(cursor)
        return {row[0]: preferences(row) for row in cursor}


def channels_of(conn: Connection, person_id: int) -> list[PersonChannel]:
    return fetch_all(conn, PersonChannel, SQL["channels_of"], {"person_id": person_id})


def address(conn: Connection, channel_id: int) -> str | None:
    """What somebody entered, by its row; None: taken away meanwhile."""
    row = conn.execute(SQL["address"], {"id": channel_id}).fetchone()
    return row[0] if row else None


def set_channels(conn: Connection, person_id: int, channels: Sequence[tuple[str, str]]) -> None:
    """Replace a person's channels: pairs of channel and address, the first is tried first."""
    conn.execute(SQL["clear_channels"], {"person_id": person_id})
    for position, (channel, where) in enumerate(channels, start=1):
        conn.execute(
            SQL["add_channel"],
            {"person_id": person_id, "position": position, "channel": channel, "address": where},
        )


def set_preferences(
    conn: Connection,
    person_id: int,
    *,
    kinds: Sequence[str] | None,
    quiet_from: time | None,
    quiet_to: time | None,
) -> None:
    conn.execute(
        SQL["set_preferences"],
        {
            "person_id": person_id,
            "kinds": None if kinds is None else list(kinds),
            "quiet_from": quiet_from,
            "quiet_to": quiet_to,
        },
    )


def stop(conn: Connection, phone: str, sender: str, at: datetime) -> None:
    """No more SMS from this sender (number or service; "": all of ours) to the number."""
    conn.execute(SQL["stop"], {"phone": phone, "sender": sender, "at": at})
    conn.execute(SQL["show_stops"], {"phone": phone})


def is_stopped(conn: Connection, phone: str, sender: str) -> bool:
    """Whether the number wants no SMS of this sender (""; it is not known which: of any)."""
    row = conn.execute(SQL["is_stopped"], {"phone": phone, "sender": sender}).fetchone()
    return bool(row and row[0])


def start(conn: Connection, phone: str, sender: str) -> None:
    """The number wants SMS of this sender ("": all) again."""
    conn.execute(SQL["start"], {"phone": phone, "sender": sender})
    conn.execute(SQL["show_stops"], {"phone": phone})
