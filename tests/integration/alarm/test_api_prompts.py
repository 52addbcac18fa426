"""Prompts and the resident's voice by the JSON API and on the page."""

import pytest
from fastapi.testclient import TestClient

from store.db import Connection, Pool
from store.model import Kind, Role
from tests.integration.api.api_kit import House, build_house


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


@pytest.fixture
def desk(house: House) -> TestClient:
    return house.client(Role.OPERATOR)


def test_a_prompt_is_in_the_alarm_and_ends_with_its_hand_over(
    house: House, desk: TestClient
) -> None:
    alarm = house.press("H0001", Kind.SMOKE)
    (prompt,) = desk.get(f"/api/v1/alarms/{alarm}").json()["prompts"]
    assert (prompt["service"], prompt["why"]) == ("119", "danger")
    assert desk.get("/api/v1/alarms").json()["items"][0]["prompts"] == [prompt]
    desk.post(f"/api/v1/alarms/{alarm}/acknowledge")
    given = {"service": "119", "said": "Smoke at flat 201"}
    assert desk.post(f"/api/v1/alarms/{alarm}/hand-over", json=given).status_code == 200
    assert desk.get(f"/api/v1/alarms/{alarm}").json()["prompts"] == []


def test_whether_the_resident_was_reached(house: House, desk: TestClient) -> None:
    alarm = house.press()
    said = desk.post(f"/api/v1/alarms/{alarm}/contact", json={"reached": True})
    assert said.status_code == 200, said.text
    assert said.json()["resident_reached_at"] is not None
    house.clock.move(minutes=2)
    again = desk.post(f"/api/v1/alarms/{alarm}/contact", json={"reached": False}).json()
    assert again["resident_reached_at"] is None
    assert [p["service"] for p in again["prompts"]] == ["120", "110"]
    for wrong in ({}, {"reached": "perhaps"}, {"reached": True, "who": "me"}):
        assert desk.post(f"/api/v1/alarms/{alarm}/contact", json=wrong).status_code == 422
    desk.post(f"/api/v1/alarms/{alarm}/acknowledge")
    desk.post(f"/api/v1/alarms/{alarm}/close", json={"outcome": "assistance"})
    closed = desk.post(f"/api/v1/alarms/{alarm}/contact", json={"reached": True})
    assert closed.status_code == 409


def test_a_plan_takes_the_new_rungs_and_no_12345(house: House) -> None:
    boss = house.client(Role.SUPERVISOR)
    steps = [
        {"after_seconds": 0, "target": "home"},
        {"after_seconds": 0, "target": "contact", "position": 1, "by": "voice"},
        {"after_seconds": 60, "target": "neighbours", "kind": "grid_worker"},
        {"after_seconds": 60, "target": "supervisor", "by": "voice"},
    ]
    made = boss.post("/api/v1/plans", json={"code": "own", "kind": "fall", "steps": steps})
    assert made.status_code == 201, made.text
    for wrong, why in (
        ({"target": "outside", "service": "12345"}, "12345 passes on what is not urgent"),
        ({"target": "supervisor", "by": "letter"}, "by must be voice"),
        ({"target": "station", "by": "voice"}, "there is no field by"),
        ({"target": "station", "guards": "life"}, "guards is for faults"),
        ({"target": "neighbours", "area": "G1"}, "there is no field area"),
    ):
        body = {"code": "own", "kind": "fall", "steps": [*steps, {"after_seconds": 9, **wrong}]}
        refused = boss.post("/api/v1/plans", json=body)
        assert (refused.status_code, why in refused.text) == (422, True), refused.text


@pytest.mark.parametrize(("language", "words"), [("en", "Stay outside"), ("zh", "不要按门铃")])
def test_a_responders_page_says_what_to_heed(
    house: House, conn: Connection, language: str, words: str
) -> None:
    conn.execute("UPDATE people SET language = %s", [language])
    alarm = house.press("H0001", Kind.GAS_LEAK)
    desk = house.client(Role.OPERATOR)
    desk.post(f"/api/v1/alarms/{alarm}/acknowledge")
    sent = desk.post(
        f"/api/v1/alarms/{alarm}/dispatch", json={"responder": house.district.responder}
    ).json()["dispatches"][0]["id"]
    page = house.browser(Role.RESPONDER).get(f"/dispatches/{sent}")
    assert "data-heed" in page.text
    assert words in page.text
