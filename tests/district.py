"""A small district to test in: one grid, homes with family, a responder, operators."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from store.access import users
from store.db import Connection
from store.duty import areas
from store.home import people, registry
from store.model import Role, User

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in Shanghai: the moment most tests begin at."""


@dataclass
class TestHome:
    """A home and everybody around it; ids are those of the tables."""

    __test__ = False
    id: int
    code: str
    button: str
    resident: int
    contacts: list[int]
    phones: list[str]


@dataclass
class District:
    homes: list[TestHome] = field(default_factory=list)
    responder: int = 0
    responder_phone: str = "+8613900000001"
    operators: list[User] = field(default_factory=list)

    @property
    def home(self) -> TestHome:
        return self.homes[0]

    @property
    def operator(self) -> User:
        return self.operators[0]


def build_district(
    conn: Connection, homes: int = 1, contacts: int = 3, now: datetime = NOON
) -> District:
    """Homes H0001…, each with a button, a smoke alarm and contacts in English. `now`: when it was
    all installed; where an engine runs by the real clock, what is silent since NOON is flagged."""
    district = District()
    areas.add(conn, level="district", code="D1", name="岳麓区", parent=None)
    areas.add(conn, level="community", code="C1", name="望月社区", parent="D1")
    areas.add(conn, level="grid", code="G1", name="第一网格", parent="C1")
    district.responder = people.add_person(
        conn, name="Chen Gang", phone=district.responder_phone, language="en"
    )
    people.add_responder(conn, person_id=district.responder, kind="grid_worker", area="G1")
    for number in range(1, homes + 1):
        district.homes.append(_build_home(conn, number, contacts, now))
    for name in ("Li Na", "Zhao Lei"):
        district.operators.append(add_user(conn, name, Role.OPERATOR))
    return district


def add_user(conn: Connection, name: str, role: Role) -> User:
    person = people.add_person(conn, name=name, phone=None, language="en")
    number = users.add(
        conn,
        person_id=person,
        username=name.lower().replace(" ", "."),
        password_hash="!",
        role=role,
        now=NOON,
    )
    user = users.find(conn, number)
    assert user is not None
    return user


def _build_home(conn: Connection, number: int, contacts: int, now: datetime) -> TestHome:
    code = f"H{number:04}"
    home_id = registry.add_home(
        conn,
        code=code,
        area="G1",
        address=f"Yuelu Road {number}, flat 201",
        access_notes="Key box 4711 left of the door.",
        now=now,
    )
    assert home_id is not None
    registry.add_hub(conn, code, now)
    registry.add_device(
        conn, home_id=home_id, code="button-1", role="help_call", room="bathroom", now=now
    )
    registry.add_device(
        conn, home_id=home_id, code="smoke-1", role="smoke", room="kitchen", now=now
    )
    resident = people.add_person(conn, name=f"Wang Xiuying {number}", phone=None)
    people.add_resident(
        conn,
        home_id=home_id,
        person_id=resident,
        birth_year=1941,
        risks="Diabetes; hard of hearing",
    )
    home = TestHome(home_id, code, "button-1", resident, [], [])
    for position in range(1, contacts + 1):
        phone = f"+86138{number:05}{position:03}"
        person = people.add_person(
            conn, name=f"Wang Child {number}-{position}", phone=phone, language="en"
        )
        people.add_contact(
            conn,
            home_id=home_id,
            person_id=person,
            position=position,
            relation="daughter" if position == 1 else "son",
        )
        home.contacts.append(person)
        home.phones.append(phone)
    return home
