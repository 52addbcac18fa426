"""The rules of a home by the API and on its page."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from store.db import Connection, Pool
from store.model import Role
from store.watch import activity
from tests.integration.api.api_kit import House, build_house

PATH = "/api/v1/homes/H0001/rules"


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


@pytest.fixture
def desk(house: House) -> TestClient:
    return house.client(Role.OPERATOR)


def test_a_home_begins_with_the_defaults(desk: TestClient) -> None:
    found = desk.get(PATH).json()
    assert found["changed_at"] is None
    assert found["rules"]["inactivity"] == {
        "on": True,
        "day_hours": 5.0,
        "night_hours": 8.0,
        "day_from": "09:00:00",
        "day_to": "22:00:00",
        "out_hours": 12.0,
        "in_bed_hours": 12.0,
    }
    assert found["rules"]["bathroom_long"] == {"on": True, "minutes": 45.0}
    assert found["signs"]["last_sign_at"] is None
    assert found["raised"] == {}


def test_what_is_set_holds_and_what_is_left_away_is_the_default_again(
    house: House, desk: TestClient, conn: Connection
) -> None:
    wanted = {"inactivity": {"day_hours": 3, "day_to": "21:30"}, "door_open": {"on": False}}
    done = desk.put(PATH, json=wanted)
    assert done.status_code == 200, done.text
    assert done.json()["changed_by"] == house.users[Role.OPERATOR].id
    rules = desk.get(PATH).json()["rules"]
    assert rules["inactivity"]["day_hours"] == 3
    assert rules["inactivity"]["day_to"] == "21:30:00"
    assert rules["inactivity"]["night_hours"] == 8
    assert rules["door_open"]["on"] is False
    desk.put(PATH, json={})
    assert desk.get(PATH).json()["rules"]["door_open"]["on"] is True
    kept = activity.rules_of(conn, house.district.homes[0].id)
    assert kept is not None


@pytest.mark.parametrize(
    ("wanted", "status", "said"),
    [
        ({"inactivity": {"day_hours": 9}}, 409, "night_hours must not be less than day_hours"),
        ({"inactivity": {"day_from": "22:00"}}, 409, "day_from must be earlier than day_to"),
        ({"inactivity": {"in_bed_hours": 4}}, 409, "in_bed_hours must not be less than"),
        ({"cold": {"below": 8}}, 409, "frost must be below the other limit"),
        ({"cold": {"below": 15.3}}, 422, "multiple of 0.5"),
        ({"inactivity": {"day_hours": 0}}, 422, "greater than or equal to"),
        ({"inactivity": {"day_hours": "soon"}}, 422, "number"),
        ({"bed_absence": {"night_from": "late"}}, 422, "time"),
        ({"silence": {}}, 422, "silence"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_with_the_reason(
    desk: TestClient, wanted: dict[str, Any], status: int, said: str
) -> None:
    refused = desk.put(PATH, json=wanted)
    assert refused.status_code == status, refused.text
    assert said in refused.text
    assert desk.get(PATH).json()["changed_at"] is None


def test_an_installer_sets_limits_and_sees_no_life(house: House) -> None:
    installer = house.client(Role.INSTALLER)
    assert installer.put(PATH, json={"heat": {"on": False}}).status_code == 200
    found = installer.get(PATH).json()
    assert found["rules"]["heat"]["on"] is False
    assert "signs" not in found
    assert installer.get("/api/v1/homes/H9999/rules").status_code == 404


def test_the_page_of_a_home_shows_its_rules(house: House, desk: TestClient) -> None:
    desk.put(PATH, json={"inactivity": {"day_hours": 3.5}})
    page = house.browser().get("/console/homes/H0001")
    assert page.status_code == 200, page.text
    assert 'name="inactivity.day_hours" value="3.5"' in page.text
    assert 'name="wandering.night_from" value="23:00"' in page.text
    assert page.text.count("<fieldset") >= 7
