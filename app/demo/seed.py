"""Writes a made-up district into the database, once; for `anxin seed` and the bench."""

from datetime import datetime

from api.access.accounts import add_user, set_password
from app.demo.district import OPERATORS, DemoDistrict, DemoHome
from store.access import sessions
from store.db import Connection
from store.duty import areas
from store.home import people, registry
from store.model import Role


def seed_district(
    conn: Connection, district: DemoDistrict, language: str, password: str, now: datetime
) -> int:
    """Add what is not there yet and give the operators this password; how many homes were added."""
    with conn.transaction():
        areas.add(conn, level="district", code="D1", name="岳麓区", parent=None)
        areas.add(conn, level="community", code="C1", name="望月社区", parent="D1")
        for code, name in district.grids:
            areas.add(conn, level="grid", code=code, name=name, parent="C1")
        for grid, person in district.responders:
            if not people.find_by_phone(conn, person.phone):
                number = people.add_person(
                    conn, name=person.name, phone=person.phone, language=language
                )
                people.add_responder(conn, person_id=number, kind="grid_worker", area=grid)
        _seed_operators(conn, language, password, now)
        return sum(_seed_home(conn, home, language, now) for home in district.homes)


def _seed_operators(conn: Connection, language: str, password: str, now: datetime) -> None:
    for operator in OPERATORS:
        username = operator.username
        if sessions.find_username(conn, username) is None:
            add_user(
                conn,
                username=username,
                role=Role.OPERATOR,
                password=password,
                now=now,
                name=operator.name if language == "zh" else operator.english,
                phone=operator.phone,
                language=language,
            )
        else:
            set_password(conn, username, password)


def _seed_home(conn: Connection, home: DemoHome, language: str, now: datetime) -> bool:
    if registry.home_exists(conn, home.code):
        return False
    home_id = registry.add_home(
        conn,
        code=home.code,
        area=home.grid,
        address=home.address,
        now=now,
        access_notes=home.access_notes,
        latitude=home.latitude,
        longitude=home.longitude,
    )
    assert home_id is not None  # noqa: S101  its grid was added above
    registry.add_hub(conn, home.code, now)
    resident = people.add_person(conn, name=home.resident, phone=None, language=language)
    people.add_resident(
        conn, home_id=home_id, person_id=resident, birth_year=home.birth_year, risks=home.risks
    )
    for position, contact in enumerate(home.contacts, start=1):
        number = people.add_person(conn, name=contact.name, phone=contact.phone, language=language)
        people.add_contact(
            conn, home_id=home_id, person_id=number, position=position, relation=contact.relation
        )
        if contact.relation == "邻居":
            people.add_key_holder(conn, home_id=home_id, person_id=number, note="有备用钥匙")
    for device in home.devices:
        registry.add_device(
            conn, home_id=home_id, code=device.code, role=device.kind, room=device.room, now=now
        )
    return True
