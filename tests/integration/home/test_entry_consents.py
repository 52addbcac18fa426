"""A resident's signed consent to their door being forced: given, withdrawn, never forgotten."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from store.db import Connection, Pool
from store.home import household
from store.model import Role
from tests.integration.api.api_kit import House, build_house

PATH = "/api/v1/homes/H0001/entry-consents"


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


@pytest.fixture
def desk(house: House) -> TestClient:
    return house.client(Role.OPERATOR)


def signed(house: House, **changes: Any) -> dict[str, Any]:
    whole = {"resident": house.district.home.resident, "given_on": "2026-03-01"}
    return {**whole, "document": "Folder 12, page 3", **changes}


def test_who_gave_it_when_and_who_took_it_back_are_kept(house: House, desk: TestClient) -> None:
    first = desk.post(PATH, json=signed(house)).json()
    assert (first["resident"], first["recorded_by"]) == ("Wang Xiuying 1", "The operator")
    house.clock.move(days=1)
    boss = house.client(Role.SUPERVISOR)
    gone = boss.post(f"{PATH}/{first['id']}/withdraw").json()
    assert (gone["in_force"], gone["withdrawn_by"]) == (False, "The supervisor")
    house.clock.move(days=1)
    assert desk.post(f"{PATH}/{first['id']}/withdraw").json() == gone, "once more changes nothing"
    second = desk.post(PATH, json=signed(house, document="Folder 13")).json()
    kept = desk.get(PATH).json()["items"]
    assert [(c["id"], c["in_force"]) for c in kept] == [(second["id"], True), (first["id"], False)]
    assert kept[1]["recorded_at"] == "2026-11-21T04:00:00Z"
    assert kept[1]["withdrawn_at"] == "2026-11-22T04:00:00Z"


def test_what_cannot_be_is_refused(house: House, desk: TestClient) -> None:
    assert desk.post(PATH, json=signed(house)).status_code == 201
    assert desk.post(PATH, json=signed(house)).status_code == 409, "one in force a resident"
    other = house.district.homes[1].resident
    for wrong in ({"resident": other}, {"given_on": "2026-11-22"}, {"document": " "}):
        assert desk.post(PATH, json=signed(house, **wrong)).status_code == 422, wrong
    assert desk.post("/api/v1/homes/H9999/entry-consents", json=signed(house)).status_code == 404
    (kept,) = desk.get(PATH).json()["items"]
    other_home = f"/api/v1/homes/H0002/entry-consents/{kept['id']}/withdraw"
    assert desk.post(other_home).status_code == 404, "another home's"
    assert desk.get(PATH).json()["items"][0]["in_force"]


def test_who_has_moved_out_has_consented_to_nothing(house: House, desk: TestClient) -> None:
    desk.post(PATH, json=signed(house))
    (resident,) = household.residents(house.conn, house.district.home.id)
    assert household.remove_resident(house.conn, house.district.home.id, resident.id)
    assert [c["in_force"] for c in desk.get(PATH).json()["items"]] == [False]


def test_it_is_entered_and_withdrawn_on_the_homes_page(house: House, desk: TestClient) -> None:
    browser = house.browser()
    page = browser.get("/console/homes/H0001").text
    assert f'data-api="{PATH}"' in page
    number = desk.post(PATH, json=signed(house)).json()["id"]
    page = browser.get("/console/homes/H0001").text
    assert 'data-consent="in-force"' in page
    assert f'data-api="{PATH}/{number}/withdraw"' in page
    desk.post(f"{PATH}/{number}/withdraw")
    assert 'data-consent="over"' in browser.get("/console/homes/H0001").text


def test_the_pane_says_at_once_whether_there_is_one(house: House, desk: TestClient) -> None:
    browser, alarm = house.browser(), house.press()
    pane = browser.get(f"/console/alarms/{alarm}").text
    assert "data-no-consent" in pane
    desk.post(PATH, json=signed(house))
    pane = browser.get(f"/console/alarms/{alarm}").text
    assert "data-no-consent" not in pane
    assert "Folder 12, page 3" in pane
