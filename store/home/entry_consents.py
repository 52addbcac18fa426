"""A resident's signed consent to their door being forced. The history is kept."""

from dataclasses import dataclass
from datetime import date, datetime

from store.db import Connection, Queries, fetch_all

SQL = Queries("home/entry_consents")


@dataclass(frozen=True, slots=True)
class EntryConsent:
    """`resident`, `recorded_by`, `withdrawn_by`: names. `document`: where the signed paper is; may
    have been erased. `in_force`: not withdrawn, and the resident lives there still."""

    id: int
    person_id: int
    resident: str
    given_on: date
    document: str
    recorded_by: str
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    in_force: bool


def of_home(conn: Connection, home_id: int) -> list[EntryConsent]:
    """All there ever were; what is in force first, then the newest."""
    return fetch_all(conn, EntryConsent, SQL["of_home"], {"home_id": home_id})


def in_force(conn: Connection, home_id: int) -> list[EntryConsent]:
    return [consent for consent in of_home(conn, home_id) if consent.in_force]


def give(
    conn: Connection,
    home_id: int,
    person_id: int,
    *,
    given_on: date,
    document: str,
    by: int,
    now: datetime,
) -> int | None:
    """Its id. None: the person does not live there, or has given one that is in force."""
    values = {
        "home_id": home_id,
        "person_id": person_id,
        "given_on": given_on,
        "document": document,
        "by": by,
        "now": now,
    }
    row = conn.execute(SQL["give"], values).fetchone()
    return int(row[0]) if row else None


def withdraw(conn: Connection, home_id: int, consent_id: int, *, by: int, now: datetime) -> bool:
    """False: the home has none with this id that is in force."""
    values = {"home_id": home_id, "id": consent_id, "by": by, "now": now}
    return conn.execute(SQL["withdraw"], values).fetchone() is not None
