"""An alarm whose detector still reports the danger is closed only by who knows that."""

import pytest
from fastapi.testclient import TestClient

from alerts.alarm.closing import STILL_REPORTED, WAY_IN
from store.db import Connection, Pool
from store.model import Kind, Role
from tests.integration.api.api_kit import House, build_house


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


@pytest.fixture
def desk(house: House) -> TestClient:
    return house.client(Role.OPERATOR)


def taken(house: House, desk: TestClient, kind: Kind) -> str:
    path = f"/api/v1/alarms/{house.press(kind=kind)}"
    desk.post(f"{path}/acknowledge")
    return path


@pytest.mark.parametrize("kind", [Kind.SMOKE, Kind.GAS_LEAK, Kind.WATER_LEAK])
def test_what_is_still_reported_is_asked_about_first(
    house: House, desk: TestClient, kind: Kind
) -> None:
    path = taken(house, desk, kind)
    refused = desk.post(f"{path}/close", json={"outcome": "genuine_fire"})
    assert (refused.status_code, refused.json()["detail"]) == (409, STILL_REPORTED)
    number = path.rpartition("/")[2]
    pane = house.browser().get(f"/console/alarms/{number}").text
    assert 'name="still_reported"' in pane
    sure = {"outcome": "genuine_fire", "still_reported": True}
    assert desk.post(f"{path}/close", json=sure).status_code == 200


def test_what_has_cleared_and_a_call_are_closed_at_once(
    house: House, desk: TestClient, conn: Connection
) -> None:
    path = taken(house, desk, Kind.SMOKE)
    conn.execute("UPDATE alarms SET cleared_at = raised_at")
    assert desk.post(f"{path}/close", json={"outcome": "test"}).status_code == 200
    path = taken(house, desk, Kind.HELP_CALL)
    assert desk.post(f"{path}/close", json={"outcome": "test"}).status_code == 200


def test_the_hospital_is_written_down_shown_and_erasable(
    house: House, desk: TestClient, conn: Connection
) -> None:
    """Break: put it into the journal, which nobody can erase."""
    path = taken(house, desk, Kind.FALL)
    number = path.rpartition("/")[2]
    pane = house.browser().get(f"/console/alarms/{number}").text
    assert 'name="hospital"' in pane
    assert "referred_120" in pane.partition('name="hospital"')[0].rpartition("data-for=")[2]
    ended = {"outcome": "referred_120", "hospital": "第一医院"}
    assert desk.post(f"{path}/close", json=ended).status_code == 200
    assert desk.get(path).json()["hospital"] == "第一医院"
    assert "第一医院" in house.browser().get(f"/console/alarms/{number}").text
    lines = conn.execute("SELECT data::text FROM alarm_events").fetchall()
    assert not any("第一医院" in line for (line,) in lines)


def test_a_code_of_the_door_is_no_hospital(house: House, desk: TestClient) -> None:
    path = taken(house, desk, Kind.FALL)
    ended = {"outcome": "referred_120", "hospital": "First, key box 4711"}
    refused = desk.post(f"{path}/close", json=ended)
    assert (refused.status_code, refused.json()["detail"]) == (409, WAY_IN)
    long = {"outcome": "referred_120", "hospital": "x" * 61}
    assert desk.post(f"{path}/close", json=long).status_code == 422
