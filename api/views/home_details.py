"""A home's file as alarm, dispatch and home pages show it, cut to what the reader may see."""

from dataclasses import dataclass
from datetime import date, datetime

from store.db import Connection
from store.home import entry_consents, household
from store.home.household import Home
from store.home.registry import DeviceRow


@dataclass(frozen=True, slots=True)
class ResidentView:
    """`age` in years by the calendar year, None if not known."""

    person_id: int
    name: str
    age: int | None
    phone: str | None
    risks: str


@dataclass(frozen=True, slots=True)
class ContactView:
    person_id: int
    name: str
    phone: str | None
    relation: str
    position: int
    opted_out: bool


@dataclass(frozen=True, slots=True)
class KeyHolderView:
    person_id: int
    name: str
    phone: str | None
    note: str


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A signed consent to forcing the door that is in force. `document`, where the paper is, None:
    not shown to who is asking."""

    id: int
    resident: str
    given_on: date
    document: str | None


@dataclass(frozen=True, slots=True)
class HomeDetail:
    """`access_notes` and `entry_consents` None: not shown to who is asking."""

    code: str
    address: str
    phone: str | None
    access_notes: str | None
    latitude: float | None
    longitude: float | None
    residents: list[ResidentView]
    contacts: list[ContactView]
    key_holders: list[KeyHolderView]
    entry_consents: list[ConsentView] | None
    devices: list[DeviceRow]


def home_detail(
    conn: Connection,
    home: Home,
    now: datetime,
    *,
    people: bool,
    access: bool,
    papers: bool = False,
) -> HomeDetail:
    """A home's file. Without `people` only who lives there by name; without `access` not how to
    get in; without `papers` not where a signed consent lies."""
    return HomeDetail(
        code=home.code,
        address=home.address,
        phone=home.phone if people else None,
        access_notes=home.access_notes if access else None,
        latitude=home.latitude,
        longitude=home.longitude,
        residents=[
            ResidentView(
                r.person_id,
                r.name,
                now.year - r.birth_year if people and r.birth_year else None,
                r.phone if people else None,
                r.risks if people else "",
            )
            for r in household.residents(conn, home.id)
        ],
        contacts=[
            ContactView(c.person_id, c.name, c.phone, c.relation, c.position, c.opted_out)
            for c in (household.contacts(conn, home.id) if people else ())
        ],
        key_holders=[
            KeyHolderView(k.person_id, k.name, k.phone, k.note)
            for k in (household.key_holders(conn, home.id) if people else ())
        ],
        entry_consents=[
            ConsentView(c.id, c.resident, c.given_on, c.document if papers else None)
            for c in entry_consents.in_force(conn, home.id)
        ]
        if access
        else None,
        devices=household.devices(conn, home.id) if people else [],
    )
