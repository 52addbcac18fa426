"""The queue, one alarm, and what is done with it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access.accounts import add_user, make_token
from store.access import desk_presence
from store.db import Connection, Pool
from store.home import people
from store.intake import dead_letters
from store.model import Kind, Role
from tests.district import NOON
from tests.integration.api.api_kit import House, build_house


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url, homes=12)


@pytest.fixture
def desk(house: House) -> TestClient:
    return house.client(Role.OPERATOR)


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def test_the_queue_is_most_urgent_first(house: House, desk: TestClient) -> None:
    technical = house.press("H0001", Kind.LOW_BATTERY)
    house.clock.move(seconds=10)
    old = house.press("H0002")
    house.clock.move(seconds=10)
    taken = house.press("H0003")
    house.clock.move(seconds=10)
    new = house.press("H0004")
    desk.post(f"/api/v1/alarms/{taken}/acknowledge")
    assert ids(desk.get("/api/v1/alarms")) == [old, new, taken, technical]


def test_an_alarm_says_all_that_a_screen_needs(house: House, desk: TestClient) -> None:
    house.press()
    alarm = desk.get("/api/v1/alarms").json()["items"][0]
    assert set(alarm) == {
        "id",
        "code",
        "home",
        "address",
        "area",
        "residents",
        "kind",
        "priority",
        "state",
        "raised_at",
        "occurred_at",
        "prompts",
        "resident_reached_at",
        "late",
        "flapping_at",
        "count",
        "last_signal_at",
        "cleared_at",
        "owner",
        "acknowledged_at",
        "on_scene_at",
        "closed_at",
        "outcome",
        "device",
        "responses",
        "dispatches",
        "attendance",
        "owner_seen_at",
        "called_at",
        "calls_owner",
        "exhausted",
        "mistake_at",
        "warnings",
        "version",
        "shelved_until",
        "shelving_asked",
        "inhibited_by",
        "children",
        "linked",
    }
    assert alarm["area"] == {
        "code": "G1",
        "name": "第一网格",
        "path": ["岳麓区", "望月社区", "第一网格"],
    }
    assert alarm["residents"] == ["Wang Xiuying 1"]
    assert alarm["device"] == {"code": "button-1", "room": "bathroom"}
    assert alarm["raised_at"] == alarm["called_at"] == "2026-11-21T04:00:00Z"


def test_warnings_name_what_reached_nobody(
    house: House, desk: TestClient, conn: Connection
) -> None:
    conn.execute("UPDATE people SET phone = NULL")
    alarm = house.press()
    seen = desk.get(f"/api/v1/alarms/{alarm}").json()
    assert {"at": "2026-11-21T04:00:00Z", "reason": "no_contact", "target": "contact"} in (
        seen["warnings"]
    )


def test_the_list_is_filtered(house: House, desk: TestClient) -> None:
    call, battery = house.press("H0001"), house.press("H0002", Kind.LOW_BATTERY)
    assert ids(desk.get("/api/v1/alarms?priority=4")) == [battery]
    assert ids(desk.get("/api/v1/alarms?home=H0001")) == [call]
    assert ids(desk.get("/api/v1/alarms?area=D1")) == [call, battery]
    assert ids(desk.get("/api/v1/alarms?area=nowhere")) == []
    assert ids(desk.get("/api/v1/alarms?home=H9999")) == []
    desk.post(f"/api/v1/alarms/{call}/acknowledge")
    desk.post(f"/api/v1/alarms/{call}/close", json={"outcome": "test"})
    assert ids(desk.get("/api/v1/alarms")) == [battery]
    assert ids(desk.get("/api/v1/alarms?state=closed")) == [call]
    assert ids(desk.get("/api/v1/alarms?state=all")) == [battery, call]


def test_paging_shows_each_alarm_once_while_alarms_arrive(house: House, desk: TestClient) -> None:
    there = []
    for number in range(1, 8):
        house.clock.move(seconds=1)
        there.append(house.press(f"H{number:04}"))
    for number in (1, 2):  # two closed ones at the end of "all"
        desk.post(f"/api/v1/alarms/{there[number]}/acknowledge")
        desk.post(f"/api/v1/alarms/{there[number]}/close", json={"outcome": "test"})
    seen: list[int] = []
    cursor, arriving = "", 8
    while True:
        page = desk.get(f"/api/v1/alarms?state=all&limit=2{cursor}").json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
        if arriving <= 12:
            house.clock.move(seconds=1)
            house.press(f"H{arriving:04}", Kind.FALL)
            arriving += 1
    assert len(seen) == len(set(seen))
    assert set(there) <= set(seen)


def test_a_page_that_ends_with_the_open_ones_goes_on_with_the_closed(
    house: House, desk: TestClient
) -> None:
    first, second = house.press("H0001"), house.press("H0002")
    desk.post(f"/api/v1/alarms/{first}/acknowledge")
    desk.post(f"/api/v1/alarms/{first}/close", json={"outcome": "test"})
    page = desk.get("/api/v1/alarms?state=all&limit=1").json()
    assert [a["id"] for a in page["items"]] == [second]
    rest = desk.get(f"/api/v1/alarms?state=all&limit=1&cursor={page['next']}").json()
    assert ([a["id"] for a in rest["items"]], rest["next"]) == ([first], None)


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x",
        "cursor=W10",
        "cursor=%00",
        "cursor=WyJvcGVuIiwxLDEsMSwieCJd",
        "limit=0",
        "limit=501",
        "priority=5",
        "state=lost",
        "home=%00",
        "area=a%27b",
        "cursor=" + "A" * 399,
    ],
)
def test_a_query_that_makes_no_sense_is_a_clear_error(desk: TestClient, query: str) -> None:
    answer = desk.get(f"/api/v1/alarms?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_fifty_at_once_give_one_owner_and_tell_the_others_who(
    house: House, conn: Connection
) -> None:
    alarm = house.press()
    roles = [Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN]
    clients = [house.client(role) for role in roles]
    for number in range(47):
        add_user(
            conn,
            username=f"op{number}",
            role=Role.OPERATOR,
            password=None,
            now=NOON,
            name=f"Operator {number}",
        )
        client = house.client()
        token = make_token(conn, f"op{number}", "t", NOON).secret
        client.headers["Authorization"] = f"Bearer {token}"
        clients.append(client)
    with ThreadPoolExecutor(50) as crowd:
        answers = list(crowd.map(lambda c: c.post(f"/api/v1/alarms/{alarm}/acknowledge"), clients))
    won = [a.json()["owner"] for a in answers if a.status_code == 200]
    told = [a.json() for a in answers if a.status_code == 409]
    assert (len(won), len(told)) == (1, 49)
    assert all(t["owner"] == won[0] and t["type"] == "urn:anxin:problem:taken" for t in told)
    lines = conn.execute("SELECT count(*) FROM alarm_events WHERE event = 'acknowledged'")
    assert lines.fetchone() == (1,)


def test_an_alarm_from_press_to_close(house: House, desk: TestClient) -> None:
    alarm = house.press()
    path = f"/api/v1/alarms/{alarm}"
    assert desk.post(f"{path}/close", json={"outcome": "test"}).status_code == 409
    assert desk.post(f"{path}/acknowledge").json()["owner"]["name"] == "The operator"
    sent = desk.post(f"{path}/dispatch", json={"responder": house.district.responder}).json()
    assert sent["state"] == "DISPATCHED"
    responder = house.client(Role.RESPONDER)
    move = f"{path}/dispatches/{sent['dispatches'][0]['id']}"
    assert responder.post(f"{move}/accept", json={"eta_minutes": 8}).json()["eta_minutes"] == 8
    assert responder.post(f"{move}/en-route").json()["state"] == "EN_ROUTE"
    assert responder.post(f"{move}/arrive").json()["state"] == "ARRIVED"
    assert desk.get(path).json()["state"] == "ON_SCENE"
    assert responder.post(f"{move}/accept").status_code == 409
    done = responder.post(f"{move}/done", json={"finding": "fell, unhurt"}).json()
    assert (done["state"], done["finding"]) == ("DONE", "fell, unhurt")
    closed = desk.post(f"{path}/close", json={"outcome": "genuine_fall", "note": "tea"}).json()
    assert (closed["state"], closed["outcome"]) == ("CLOSED", "genuine_fall")
    story = desk.get(path).json()
    told = [line["event"] for line in story["journal"]]
    for event in (
        "raised",
        "acknowledged",
        "dispatch_offered",
        "dispatch_accepted",
        "en_route",
        "arrived",
        "dispatch_done",
        "closed",
    ):
        assert event in told
    accepted = next(e for e in story["journal"] if e["event"] == "dispatch_accepted")
    assert (accepted["actor_name"], accepted["via"]) == ("Chen Gang", "api")
    assert story["notes"][0]["text"] == "tea"


def test_an_alarm_is_opened_by_hand(house: House, desk: TestClient) -> None:
    body = {
        "home": "H0001",
        "kind": "fall",
        "note": "she called",
        "source": "neighbour",
    }
    made = desk.post("/api/v1/alarms", json=body)
    assert made.status_code == 201, made.text
    assert (made.json()["kind"], made.json()["state"]) == ("fall", "RAISED")
    shown = desk.get(made.headers["Location"]).json()
    assert shown["notes"][0]["text"] == "she called"
    again = desk.post("/api/v1/alarms", json={"home": "H0001", "kind": "fall", "take": True})
    assert (again.status_code, again.json()["count"]) == (200, 2)
    assert again.json()["owner"]["name"]
    for wrong, status in (
        ({"home": "H0001", "kind": "low_battery"}, 409),
        ({"home": "H9999", "kind": "fall"}, 404),
        ({"home": "H0001", "kind": "boredom"}, 422),
        ({"kind": "fall"}, 422),
    ):
        assert desk.post("/api/v1/alarms", json=wrong).status_code == status, wrong


def test_a_family_answers_on_its_page_and_the_centre_keeps_the_alarm(house: House) -> None:
    alarm = house.press()
    family = house.client(Role.FAMILY)
    seen = family.post(f"/api/v1/alarms/{alarm}/respond", json={"answer": "going"}).json()
    assert seen["responses"][0]["relation"] == "daughter"
    assert seen["responses"][0]["answer"] == "going"
    assert (seen["state"], seen["owner"]) == ("RAISED", None)


def test_an_alarm_is_given_to_another_operator(house: House, desk: TestClient) -> None:
    alarm = house.press()
    desk.post(f"/api/v1/alarms/{alarm}/acknowledge")
    other = house.users[Role.SUPERVISOR]
    known = desk.get("/api/v1/operators").json()["items"]
    assert {"at_desk": False, "seen_at": None, "id": other.id} in [
        {name: o[name] for name in ("at_desk", "seen_at", "id")} for o in known
    ]
    refused = desk.post(f"/api/v1/alarms/{alarm}/transfer", json={"to": other.id})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:anxin:problem:refused")
    assert "not at the desk" in refused.json()["detail"]
    desk_presence.saw(house.conn, [other.id], house.clock.now())
    (shown,) = [o for o in desk.get("/api/v1/operators").json()["items"] if o["id"] == other.id]
    assert (shown["at_desk"], shown["seen_at"]) == (True, "2026-11-21T04:00:00Z")
    moved = desk.post(f"/api/v1/alarms/{alarm}/transfer", json={"to": other.id}).json()
    assert moved["owner"] == {"id": other.id, "name": "The supervisor"}
    refused = desk.post(f"/api/v1/alarms/{alarm}/note", json={"text": "still mine?"})
    assert refused.status_code == 200  # anybody at the desk may write something down
    late = desk.post(f"/api/v1/alarms/{alarm}/close", json={"outcome": "test"})
    assert (late.status_code, late.json()["owner"]["id"]) == (409, other.id)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("alarms/999/acknowledge", None, 404),
        ("alarms/0/acknowledge", None, 422),
        ("alarms/99999999999999999999/acknowledge", None, 422),
        ("alarms/x/acknowledge", None, 422),
        ("alarms/1/transfer", {}, 422),
        ("alarms/1/transfer", {"to": -1}, 422),
        ("alarms/1/dispatch", {"responder": "x"}, 422),
        ("alarms/1/note", {"text": "a\x00b"}, 422),
        ("alarms/1/note", {"text": "x" * 4001}, 422),
        ("alarms/1/close", {"outcome": "bored"}, 422),
        ("alarms/1/close", {"outcome": "test", "surprise": 1}, 422),
        ("alarms/1/dispatches/1/fly", None, 422),
        ("dispatches/1/accept", {"eta_minutes": -1}, 422),
        ("dispatches/77/accept", None, 404),
    ],
)
def test_bad_input_is_a_problem_document_and_changes_nothing(
    house: House, desk: TestClient, path: str, body: Any, status: int
) -> None:
    house.press()
    answer = desk.post(f"/api/v1/{path}", json=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["status"] == status
    assert ids(desk.get("/api/v1/alarms")) == [1]


def test_a_lone_surrogate_in_a_text_is_refused(house: House, desk: TestClient) -> None:
    house.press()
    answer = desk.post(
        "/api/v1/alarms/1/note",
        content=b'{"text": "\\ud800"}',
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 422


def test_the_desk_sees_who_can_be_sent_and_what_came_in_unread(
    house: House, desk: TestClient, conn: Connection
) -> None:
    off = people.add_person(conn, name="Off duty", phone=None)
    people.add_responder(conn, person_id=off, kind="volunteer", area="D1")
    conn.execute("UPDATE responders SET on_duty = false WHERE person_id = %s", [off])
    assert len(desk.get("/api/v1/responders").json()["items"]) == 2
    on = desk.get("/api/v1/responders?area=G1&on_duty=true").json()["items"]
    assert [r["name"] for r in on] == ["Chen Gang"]
    dead_letters.add(conn, topic="homes/X/y", payload=b"\xff{", reason="not JSON", now=NOON)
    letter = desk.get("/api/v1/dead-letters").json()["items"][0]
    assert (letter["reason"], letter["payload_size"]) == ("not JSON", 2)
    areas = {a["code"]: a["parent"] for a in desk.get("/api/v1/areas").json()["items"]}
    assert areas == {"D1": None, "C1": "D1", "G1": "C1"}


def test_earlier_alarms_of_the_home_are_beside_the_present_one(
    house: House, desk: TestClient
) -> None:
    first = house.press()
    desk.post(f"/api/v1/alarms/{first}/acknowledge")
    desk.post(f"/api/v1/alarms/{first}/close", json={"outcome": "accidental"})
    house.clock.at += timedelta(hours=1)
    second = house.press()
    recent = desk.get(f"/api/v1/alarms/{second}").json()["recent_alarms"]
    assert [(r["id"], r["outcome"]) for r in recent] == [(first, "accidental")]
