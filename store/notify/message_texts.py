"""What messages say, in versions: the product's and a centre's own, and which is in force."""

from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all, fetch_one

SQL = Queries("notify/message_texts")


@dataclass(frozen=True, slots=True)
class TextVersion:
    """One version of what a message says in a language. `template_code`: the carrier's number of a
    registered template; `created_by` None: it came with the product; `chosen_at`, `chosen_by`: when
    and by whom (None: the product) it was last put in force."""

    id: int
    name: str
    language: str
    version: int
    body: str
    template_code: str
    created_at: datetime
    created_by: int | None
    chosen_at: datetime | None
    chosen_by: int | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class ChosenText:
    """A text that people have put in force."""

    name: str
    language: str
    body: str
    template_code: str


def one_at_a_time(conn: Connection) -> None:
    """Versions are numbered, and chosen, one after the other until the transaction ends."""
    conn.execute(SQL["one_at_a_time"])


def newest(conn: Connection) -> list[TextVersion]:
    """The version in force of each message and language."""
    return fetch_all(conn, TextVersion, SQL["newest"])


def chosen(conn: Connection) -> list[ChosenText]:
    """What people have put in force, of their own or of the product's."""
    return fetch_all(conn, ChosenText, SQL["chosen"])


def of_product(conn: Connection) -> dict[tuple[str, str], str]:
    """The product's newest words, by message and language, as they were installed last."""
    found = fetch_all(conn, ChosenText, SQL["of_product"])
    return {(one.name, one.language): one.body for one in found}


def chosen_one(conn: Connection, name: str, language: str) -> ChosenText | None:
    """As chosen, of one message. None: the product's words are in force."""
    return fetch_one(conn, ChosenText, SQL["chosen_one"], {"name": name, "language": language})


def versions(conn: Connection, name: str, language: str) -> list[TextVersion]:
    """The newest first."""
    return fetch_all(conn, TextVersion, SQL["versions"], {"name": name, "language": language})


def add(
    conn: Connection,
    name: str,
    language: str,
    body: str,
    *,
    template_code: str = "",
    by: int | None,
    now: datetime,
) -> tuple[int, int]:
    """The next version, not in force: its id and number. `by` None: the product's."""
    row = conn.execute(
        SQL["add"],
        {
            "name": name,
            "language": language,
            "body": body,
            "template_code": template_code,
            "now": now,
            "by": by,
        },
    ).fetchone()
    assert row is not None  # noqa: S101
    return row[0], row[1]


def choose(conn: Connection, text_id: int, *, by: int | None, now: datetime) -> None:
    """Put a version in force. `by` None: the product does."""
    conn.execute(SQL["choose"], {"text_id": text_id, "now": now, "by": by})
