"""Whom an operator can send to an alarm, in the order of the dialog; and whom only telephone."""

from typing import Any

import pytest

from store.db import Connection, Pool
from store.duty import areas, rotas
from store.duty.rotas import ExceptionKind
from store.home import people
from store.model import Role
from tests.district import NOON
from tests.integration.api.api_kit import House, build_house


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    built = build_house(pool, conn, database_url)
    areas.add(conn, level="grid", code="G2", name="第二网格", parent="C1")
    return built


def add(conn: Connection, name: str, area: str, phone: str | None = "+8613900000055") -> int:
    made = people.add_person(conn, name=name, phone=phone)
    people.add_responder(conn, person_id=made, kind="volunteer", area=area)
    return made


def detail(house: House, alarm: int) -> dict[str, Any]:
    found: dict[str, Any] = house.client(Role.OPERATOR).get(f"/api/v1/alarms/{alarm}").json()
    return found


def names(items: list[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in items]


def test_the_homes_own_stand_before_their_neighbours(house: House, conn: Connection) -> None:
    add(conn, "Neighbour", "G2")
    add(conn, "Community", "C1")
    shown = detail(house, house.press())
    assert names(shown["responders"]) == ["Chen Gang", "Community", "Neighbour"]
    assert [one["neighbour"] for one in shown["responders"]] == [False, False, True]
    assert all(one["on_duty"] and one["passed"] is None for one in shown["responders"])
    assert shown["off_duty"] == []


def test_who_has_just_not_gone_to_this_home_stands_last_with_when(
    house: House, conn: Connection
) -> None:
    """Also when it was for another alarm of the home; for another home it does not count."""
    add(conn, "Neighbour", "G2")
    desk, own = house.client(Role.OPERATOR), house.district.responder
    first, other = house.press(), house.press("H0002")
    for alarm in (first, other):
        desk.post(f"/api/v1/alarms/{alarm}/acknowledge")
    sent = desk.post(f"/api/v1/alarms/{first}/dispatch", json={"responder": own}).json()
    desk.post(f"/api/v1/dispatches/{sent['dispatches'][0]['id']}/decline")
    shown = detail(house, first)["responders"]
    assert names(shown) == ["Neighbour", "Chen Gang"]
    assert shown[1]["passed"] == {"state": "DECLINED", "at": "2026-11-21T04:00:00Z"}
    assert detail(house, other)["responders"][0]["passed"] is None
    again = desk.post(f"/api/v1/alarms/{first}/dispatch", json={"responder": own})
    assert again.status_code == 200, "who said no may be asked again"
    assert [one["passed"] for one in detail(house, first)["responders"]] == [None, None]
    desk.post(f"/api/v1/dispatches/{again.json()['dispatches'][-1]['id']}/decline")
    house.clock.move(hours=2, seconds=1)
    assert [one["passed"] for one in detail(house, first)["responders"]] == [None, None]


def test_who_is_off_duty_can_only_be_telephoned(house: House, conn: Connection) -> None:
    until = NOON.replace(day=30)
    rotas.add_exception(conn, house.district.responder, ExceptionKind.ABSENT, NOON, until)
    add(conn, "Silent", "G1", phone=None)
    conn.execute("UPDATE responders SET on_duty = false WHERE kind = 'volunteer'")
    shown = detail(house, house.press())
    assert shown["responders"] == []
    assert names(shown["off_duty"]) == ["Chen Gang"], "somebody without a telephone is no use"
    assert shown["off_duty"][0]["phone"] == house.district.responder_phone
    assert shown["off_duty"][0]["on_duty"] is False


@pytest.mark.parametrize("role", [Role.FAMILY, Role.RESPONDER])
def test_nobody_but_the_desk_reads_the_telephones_of_responders(house: House, role: Role) -> None:
    alarm = house.press()
    desk = house.client(Role.OPERATOR)
    desk.post(f"/api/v1/alarms/{alarm}/acknowledge")
    desk.post(f"/api/v1/alarms/{alarm}/dispatch", json={"responder": house.district.responder})
    shown = house.client(role).get(f"/api/v1/alarms/{alarm}").json()
    assert (shown["responders"], shown["off_duty"]) == ([], [])
