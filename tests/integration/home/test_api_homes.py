"""Homes, who belongs to them, what hangs there and what it measured."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from store.db import Connection, Pool
from store.home import registry
from store.intake import unread_topics
from store.intake.readings import Row, store_readings
from store.intake.unread_topics import UnreadTopic
from store.model import Role
from tests.district import NOON
from tests.integration.api.api_kit import House, build_house

NEW = {"code": "H0009", "area": "G1", "address": "Lushan Road 9"}


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url, homes=3)


@pytest.fixture
def desk(house: House) -> TestClient:
    return house.client(Role.OPERATOR)


def test_a_home_is_added_found_and_changed(desk: TestClient) -> None:
    made = desk.post("/api/v1/homes", json=NEW)
    assert (made.status_code, made.headers["location"]) == (201, "/api/v1/homes/H0009")
    assert desk.post("/api/v1/homes", json=NEW).status_code == 409
    changed = desk.patch("/api/v1/homes/H0009", json={"phone": "139 1234 5678", "latitude": 28.2})
    assert changed.json()["phone"] == "+8613912345678"
    assert changed.json()["address"] == "Lushan Road 9"
    emptied = desk.patch("/api/v1/homes/H0009", json={"phone": None})
    assert (emptied.json()["phone"], emptied.json()["latitude"]) == (None, 28.2)
    found = desk.get("/api/v1/homes?q=lushan").json()["items"]
    assert [h["code"] for h in found] == ["H0009"]
    assert desk.get("/api/v1/homes?q=%25").json()["items"] == []
    assert desk.get("/api/v1/homes?q=Xiuying 2").json()["items"][0]["code"] == "H0002"


def test_homes_come_a_page_at_a_time(desk: TestClient) -> None:
    page = desk.get("/api/v1/homes?limit=2").json()
    assert ([h["code"] for h in page["items"]], page["next"]) == (["H0001", "H0002"], "H0002")
    rest = desk.get("/api/v1/homes?limit=2&cursor=H0002").json()
    assert ([h["code"] for h in rest["items"]], rest["next"]) == (["H0003"], None)


@pytest.mark.parametrize(
    "wrong",
    [
        {**NEW, "area": "nowhere"},
        {**NEW, "code": "a b"},
        {**NEW, "address": " "},
        {**NEW, "latitude": 91},
        {**NEW, "phone": "12345"},
        {"code": "H0009"},
        {**NEW, "latitude": "NaN"},
    ],
)
def test_a_home_that_cannot_be_is_refused(desk: TestClient, wrong: dict[str, object]) -> None:
    assert desk.post("/api/v1/homes", json=wrong).status_code == 422
    assert desk.get("/api/v1/homes/H0009").status_code == 404


def test_contacts_are_added_in_order_changed_and_removed(desk: TestClient) -> None:
    path = "/api/v1/homes/H0001/contacts"
    made = desk.post(path, json={"name": "Niece", "phone": "13700000000"}).json()
    assert (made["position"], made["phone"]) == (4, "+8613700000000")
    assert desk.post(path, json={"name": "Niece", "phone": "13700000000"}).status_code == 409
    changed = desk.patch(f"{path}/{made['id']}", json={"position": 1, "relation": "niece"}).json()
    assert (changed["position"], changed["relation"], changed["name"]) == (1, "niece", "Niece")
    assert desk.delete(f"{path}/{made['id']}").status_code == 204
    assert desk.delete(f"{path}/{made['id']}").status_code == 404
    assert desk.patch(f"{path}/{made['id']}", json={"position": 1}).status_code == 404
    other = desk.get("/api/v1/homes/H0002/contacts").json()["items"][0]["id"]
    assert desk.delete(f"{path}/{other}").status_code == 404


def test_what_a_contact_hears_of_the_steps_is_set_at_each_home(desk: TestClient) -> None:
    path = "/api/v1/homes/H0001/contacts"
    body = {"name": "Niece", "phone": "13700000000"}
    made = desk.post(path, json=body).json()
    assert made["hears"] == "all"
    other = desk.post("/api/v1/homes/H0002/contacts", json={**body, "hears": "end"}).json()
    assert (other["hears"], other["person_id"]) == ("end", made["person_id"])
    one = f"{path}/{made['id']}"
    assert desk.patch(one, json={"hears": "important"}).json()["hears"] == "important"
    assert desk.patch(one, json={"relation": "niece"}).json()["hears"] == "important"
    assert desk.patch(one, json={"hears": "nothing"}).status_code == 422


def test_the_same_person_at_two_homes_is_one_person(desk: TestClient) -> None:
    body = {"name": "Neighbour", "phone": "+8613700000001"}
    one = desk.post("/api/v1/homes/H0001/key-holders", json={**body, "note": "ground floor"})
    two = desk.post("/api/v1/homes/H0002/contacts", json=body)
    assert one.json()["person_id"] == two.json()["person_id"]
    assert one.json()["note"] == "ground floor"


def test_a_number_that_opted_out_stays_so_whoever_gets_it(
    desk: TestClient, conn: Connection
) -> None:
    conn.execute("UPDATE people SET opted_out_at = %s WHERE phone = '+8613800002001'", [NOON])
    first = desk.get("/api/v1/homes/H0001/contacts").json()["items"][0]
    path = f"/api/v1/homes/H0001/contacts/{first['id']}"
    assert desk.patch(path, json={"phone": "13800002001"}).json()["opted_out"] is True
    assert desk.patch(path, json={"phone": "13800001001"}).json()["opted_out"] is False


def test_residents_carry_what_a_responder_must_know(desk: TestClient) -> None:
    path = "/api/v1/homes/H0001/residents"
    made = desk.post(path, json={"name": "Wang Bo", "birth_year": 1938, "risks": "falls"}).json()
    changed = desk.patch(f"{path}/{made['id']}", json={"risks": "falls, blind"}).json()
    assert (changed["risks"], changed["birth_year"]) == ("falls, blind", 1938)
    assert len(desk.get(path).json()["items"]) == 2
    assert desk.delete(f"{path}/{made['id']}").status_code == 204


def test_an_installer_binds_and_places_devices(house: House, conn: Connection) -> None:
    installer = house.client(Role.INSTALLER)
    path = "/api/v1/homes/H0001/devices"
    body = {"code": "hall/motion 1", "role": "motion", "room": "hall"}
    assert installer.post(path, json=body).status_code == 201
    assert installer.post(path, json=body).status_code == 409
    placed = installer.patch(f"{path}/hall/motion 1", json={"room": "stairs"}).json()
    assert (placed["room"], placed["role"]) == ("stairs", "motion")
    registry.find_or_add_device(conn, "H0001", "found-1", now=NOON)
    assert installer.get(f"{path}/found-1").json()["bound_at"] is None
    assert installer.patch(f"{path}/found-1", json={"room": "hall"}).json()["bound_at"]
    assert installer.delete(f"{path}/found-1").status_code == 204
    house.press("H0001")
    assert installer.delete(f"{path}/button-1").status_code == 409
    assert installer.get(f"{path}/found-1").status_code == 404


def unread(conn: Connection) -> None:
    found = UnreadTopic("homes/H0001/tele/x/SENSOR", "place", "{t: 1}", NOON, NOON, 7)
    other = UnreadTopic("homes/H0001/odd/x", "from the future", "<b>", NOON, NOON, 1)
    unread_topics.note(conn, [("H0001", found), ("H0001", other)])


def test_what_nobody_reads_is_told_with_what_to_do(house: House, conn: Connection) -> None:
    unread(conn)
    for role in (Role.OPERATOR, Role.INSTALLER):
        found = house.client(role).get("/api/v1/homes/H0001/unread-topics").json()["items"]
        by_topic = {one["topic"]: one for one in found}
        place = by_topic["homes/H0001/tele/x/SENSOR"]
        assert (place["why"], place["excerpt"], place["messages"]) == ("place", "{t: 1}", 7)
        assert "homes/H0001/ before" in place["advice"]
        assert by_topic["homes/H0001/odd/x"]["advice"], "a newer process's code has advice, too"
    assert house.client(Role.FAMILY).get("/api/v1/homes/H0001/unread-topics").status_code == 403
    assert house.client(Role.OPERATOR).get("/api/v1/homes/NONE/unread-topics").status_code == 404


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.OPERATOR, "/console/homes/H0001"),
        (Role.INSTALLER, "/work/homes/H0001/topics"),
    ],
)
def test_the_pages_show_what_nobody_reads(
    house: House, conn: Connection, role: Role, page: str
) -> None:
    unread(conn)
    shown = house.client(role).get(page, headers={"accept-language": "en"})
    assert shown.status_code == 200
    assert "homes/H0001/tele/x/SENSOR" in shown.text
    assert "data-unread-topics" in shown.text
    assert "<b></code>" not in shown.text


def measure(conn: Connection, code: str, values: dict[datetime, float]) -> None:
    device = registry.find_device(conn, "H0001", code)
    assert device is not None
    rows = [Row(device.id, at, {"temperature": value}, False) for at, value in values.items()]
    with conn.transaction():
        store_readings(conn, rows)


def test_readings_come_in_buckets_by_device(desk: TestClient, conn: Connection) -> None:
    at = NOON - timedelta(hours=2)
    measure(conn, "button-1", {at: 20, at + timedelta(minutes=1): 22, NOON - timedelta(1): 5})
    measure(conn, "smoke-1", {at: 30})
    got = desk.get("/api/v1/homes/H0001/readings?metric=temperature&bucket=1h").json()
    assert got["bucket_seconds"] == 3600
    by_device = {s["device"]: s["points"] for s in got["series"]}
    assert by_device["button-1"][-1] == {
        "at": "2026-11-21T02:00:00Z",
        "avg": 21.0,
        "min": 20.0,
        "max": 22.0,
        "n": 2,
    }
    assert by_device["smoke-1"][0]["avg"] == 30


def test_days_begin_at_midnight_where_the_homes_are(desk: TestClient, conn: Connection) -> None:
    measure(conn, "button-1", {NOON - timedelta(hours=1): 20})
    got = desk.get(
        "/api/v1/homes/H0001/readings?metric=temperature&bucket=1d&from=2026-11-14T07:00:00Z"
    ).json()
    assert got["series"][0]["points"][0]["at"] == "2026-11-20T16:00:00Z"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "metric=mood",
        "metric=temperature&bucket=x",
        "metric=temperature&bucket=0",
        "metric=temperature&from=2026-11-22T00:00:00Z",
        "metric=temperature&from=yesterday",
        "metric=temperature&bucket=1s",
        "metric=temperature&from=1900-01-01T00:00:00Z",
        "metric=temperature&from=2026-11-20T00:00:00",
        "metric=temperature&bucket=999999999d",
        "metric=temperature&to=0001-01-01T00:00:00Z",
        "metric=temperature&to=9999-12-31T23:59:59-23:59",
    ],
)
def test_a_chart_that_cannot_be_drawn_is_refused(desk: TestClient, query: str) -> None:
    answer = desk.get(f"/api/v1/homes/H0001/readings?{query}")
    assert answer.status_code == 422, answer.text
