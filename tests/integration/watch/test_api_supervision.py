"""Modes, shelving, linking and supervision by the API."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from alerts.alarm.receiving import receive_signal
from alerts.policy import Policy
from store.db import Connection, Pool
from store.home import registry
from store.model import Kind, Role, Signal
from tests.district import NOON
from tests.integration.api.api_kit import House, build_house

HOME = "/api/v1/homes/H0001"


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


@pytest.fixture
def desk(house: House) -> TestClient:
    return house.client(Role.OPERATOR)


@pytest.fixture
def second(house: House) -> TestClient:
    return house.client(Role.SUPERVISOR)


def later(**by: float) -> str:
    return (NOON + timedelta(**by)).isoformat()


def done(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_hiding_a_life_safety_alarm_takes_two(
    house: House, desk: TestClient, second: TestClient
) -> None:
    path = f"/api/v1/alarms/{house.press()}"
    body = {"until": later(minutes=30), "reason": "being tested"}
    asked = done(desk.post(f"{path}/shelve", json=body))
    assert asked["shelved_until"] is None
    assert asked["shelving_asked"]["by"] == house.users[Role.OPERATOR].id
    assert desk.post(f"{path}/shelve/confirm").status_code == 409
    assert done(second.post(f"{path}/shelve/confirm"))["shelved_until"] is not None
    assert done(desk.post(f"{path}/unshelve"))["shelved_until"] is None
    assert desk.post(f"{path}/unshelve").status_code == 409
    assert [n["text"] for n in done(desk.get(path))["notes"]] == ["being tested"]


@pytest.mark.parametrize(
    "body",
    [
        {"until": "2026-11-21T04:30:00", "reason": "no time zone"},
        {"until": "soon", "reason": "no time"},
        {"reason": "no end"},
        {"until": "2026-11-21T04:30:00Z"},
    ],
)
def test_a_shelf_without_end_or_reason_is_refused(
    house: House, desk: TestClient, body: dict[str, str]
) -> None:
    assert desk.post(f"/api/v1/alarms/{house.press()}/shelve", json=body).status_code == 422


def test_linked_alarms_are_shown_together_and_closing_one_names_the_others(
    house: House, desk: TestClient
) -> None:
    call, smoke = house.press(), house.press(kind=Kind.SMOKE)
    other = house.press("H0002")
    linked = done(desk.post(f"/api/v1/alarms/{smoke}/link", json={"alarm": call}))
    assert linked["linked"] == [call]
    assert desk.post(f"/api/v1/alarms/{smoke}/link", json={"alarm": other}).status_code == 409
    desk.post(f"/api/v1/alarms/{call}/acknowledge")
    closed = done(desk.post(f"/api/v1/alarms/{call}/close", json={"outcome": "assistance"}))
    assert (closed["state"], closed["linked"]) == ("CLOSED", [smoke])
    assert done(desk.get(f"/api/v1/alarms/{smoke}"))["state"] == "RAISED"


def test_a_family_goes_away_and_comes_back(house: House) -> None:
    family = house.client(Role.FAMILY)
    made = done(family.post(f"{HOME}/modes", json={"mode": "away", "ends_at": later(days=9)}), 201)
    assert [e["event"] for e in made["history"]] == ["set"]
    twice = family.post(f"{HOME}/modes", json={"mode": "away", "ends_at": later(days=9)})
    assert twice.status_code == 409
    silent = Signal("button-1", Kind.INACTIVITY, True, False, None, NOON, NOON, True, False)
    button = registry.find_device(house.conn, "H0001", "button-1")
    assert button is not None
    receive_signal(house.conn, button, silent, NOON, Policy())
    assert done(family.get("/api/v1/alarms"))["items"] == []
    ended = done(family.delete(f"{HOME}/modes/{made['id']}"))
    assert [e["event"] for e in ended["history"]] == ["set", "ended"]
    raised = done(family.get("/api/v1/alarms"))["items"]
    assert [a["kind"] for a in raised] == ["inactivity"]


@pytest.mark.parametrize(
    ("role", "mode", "status"),
    [
        (Role.FAMILY, "maintenance", 403),
        (Role.INSTALLER, "out_of_service", 403),
        (Role.INSTALLER, "test", 201),
        (Role.OPERATOR, "out_of_service", 201),
    ],
)
def test_who_may_set_what(house: House, role: Role, mode: str, status: int) -> None:
    body = {"mode": mode, "ends_at": later(minutes=10)}
    assert house.client(role).post(f"{HOME}/modes", json=body).status_code == status


def test_a_mode_of_another_home_is_not_there(house: House, desk: TestClient) -> None:
    body = {"mode": "away", "ends_at": later(days=1)}
    made = done(desk.post("/api/v1/homes/H0002/modes", json=body), 201)
    assert desk.delete(f"{HOME}/modes/{made['id']}").status_code == 404
    family = house.client(Role.FAMILY)
    assert family.get("/api/v1/homes/H0002/modes").status_code == 404


def test_a_walk_test_is_consented_by_nobody_and_ends_in_time(
    house: House, desk: TestClient, second: TestClient
) -> None:
    installer = house.client(Role.INSTALLER)
    body = {"mode": "test", "ends_at": later(minutes=10), "devices": ["button-1"]}
    made = done(installer.post(f"{HOME}/modes", json=body), 201)
    assert second.post(f"{HOME}/modes/{made['id']}/consent").status_code == 409
    too_long = {**body, "ends_at": later(minutes=20)}
    assert installer.post(f"{HOME}/modes", json=too_long).status_code == 409


def test_maintenance_hides_life_safety_with_a_second_person(
    house: House, desk: TestClient, second: TestClient
) -> None:
    body = {"mode": "maintenance", "ends_at": later(hours=1), "hides_life": True}
    made = done(desk.post(f"{HOME}/modes", json=body), 201)
    assert desk.post(f"{HOME}/modes/{made['id']}/consent").status_code == 409
    agreed = done(second.post(f"{HOME}/modes/{made['id']}/consent"))
    assert agreed["consented_by"] == house.users[Role.SUPERVISOR].id


def test_intervals_and_thresholds_are_set_per_hub_and_device(
    house: House, desk: TestClient
) -> None:
    wanted = {
        "hub": {"report_seconds": 60},
        "devices": {"button-1": {"report_seconds": 0, "battery_low": 25}},
    }
    shown = done(desk.patch(f"{HOME}/supervision", json=wanted))
    assert shown["hub"]["report_seconds"] == 60
    button = next(d for d in shown["devices"] if d["code"] == "button-1")
    assert (button["report_seconds"], button["battery_low"]) == (0, 25)
    unknown = {"devices": {"nothing": {"battery_low": 25}}}
    assert desk.patch(f"{HOME}/supervision", json=unknown).status_code == 422
    assert desk.patch(f"{HOME}/supervision", json={"hub": {"report_seconds": 1}}).status_code == 422


def test_what_an_outage_explains_is_listed_below_it(
    house: House, desk: TestClient, conn: Connection
) -> None:
    battery = house.press("H0002", Kind.LOW_BATTERY)
    outage = conn.execute(
        "INSERT INTO alarms (code, area_id, kind, priority, raised_at, occurred_at,"
        " last_signal_at) SELECT '777777', area_id, 'area_outage', 4, raised_at, occurred_at,"
        " last_signal_at FROM alarms RETURNING id"
    ).fetchone()
    assert outage is not None
    conn.execute("UPDATE alarms SET inhibited_by = %s WHERE id = %s", [outage[0], battery])
    items = done(desk.get("/api/v1/alarms"))["items"]
    assert [(a["id"], a["children"], a["home"]) for a in items] == [(outage[0], 1, None)]
    below = done(desk.get(f"/api/v1/alarms?below={outage[0]}"))["items"]
    assert [(a["id"], a["inhibited_by"]) for a in below] == [(battery, outage[0])]
