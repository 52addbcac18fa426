"""People as residents, contacts, key holders, responders and supervisors."""

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Hears, Person

SQL = Queries("home/people")


def contacts_of(conn: Connection, home_id: int) -> list[Person]:
    """In the order in which they are to be asked."""
    return fetch_all(conn, Person, SQL["contacts_of"], {"home_id": home_id})


def supervisors_for(conn: Connection, area_id: int | None) -> list[Person]:
    """Who supervises the area: the district's own supervisor, else everybody with that role, as for
    None: no area."""
    return fetch_all(conn, Person, SQL["supervisors_for"], {"area_id": area_id})


def authorities_for(conn: Connection, area_id: int | None) -> list[Person]:
    """Who may decide about the area's alarms and has a telephone, the nearest first: those who
    supervise it or an area above it, then other supervisors, then admins."""
    return fetch_all(conn, Person, SQL["authorities_for"], {"area_id": area_id})


def is_responder(conn: Connection, person_id: int) -> bool:
    return conn.execute(SQL["is_responder"], {"person_id": person_id}).fetchone() is not None


def find_person(conn: Connection, person_id: int) -> Person | None:
    return fetch_one(conn, Person, SQL["find_person"], {"id": person_id})


def find_by_phone(conn: Connection, phone: str) -> list[Person]:
    """Everybody with this number (E.164): a couple may share one."""
    return fetch_all(conn, Person, SQL["find_by_phone"], {"phone": phone})


def add_person(conn: Connection, *, name: str, phone: str | None, language: str = "zh") -> int:
    return _add(conn, "add_person", name=name, phone=phone, language=language)


def add_resident(
    conn: Connection,
    *,
    home_id: int,
    person_id: int,
    birth_year: int | None = None,
    risks: str = "",
) -> int:
    return _add(
        conn,
        "add_resident",
        home_id=home_id,
        person_id=person_id,
        birth_year=birth_year,
        risks=risks,
    )


def add_contact(
    conn: Connection,
    *,
    home_id: int,
    person_id: int,
    position: int,
    relation: str = "",
    hears: Hears = Hears.ALL,
) -> int:
    """`position` 1 is asked first."""
    return _add(
        conn,
        "add_contact",
        home_id=home_id,
        person_id=person_id,
        position=position,
        relation=relation,
        hears=hears,
    )


def add_key_holder(conn: Connection, *, home_id: int, person_id: int, note: str = "") -> int:
    return _add(conn, "add_key_holder", home_id=home_id, person_id=person_id, note=note)


def add_responder(conn: Connection, *, person_id: int, kind: str, area: str) -> int:
    """Make a person a responder of the area with that code. LookupError: no such area."""
    return _add(conn, "add_responder", person_id=person_id, kind=kind, area=area)


def _add(conn: Connection, statement: str, **values: object) -> int:
    row = conn.execute(SQL[statement], values).fetchone()
    if row is None:
        raise LookupError(f"nothing to add to: {statement} found no such home or area")
    return int(row[0])


def count_mainland(conn: Connection) -> int:
    """How many people have a number of mainland China."""
    row = conn.execute(SQL["count_mainland"]).fetchone()
    return int(row[0]) if row else 0


def resident_in_mainland(conn: Connection, alarm_id: int) -> bool:
    """Whether the alarm is about somebody with a number of mainland China."""
    row = conn.execute(SQL["resident_in_mainland"], {"alarm_id": alarm_id}).fetchone()
    return bool(row and row[0])
