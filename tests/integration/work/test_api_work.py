"""Messages, work orders and tasks by HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from alerts.policy import Policy
from alerts.response.sms_replies import InboundSms, receive_sms
from alerts.work import overdue, work_orders
from store.db import Connection, Pool
from store.model import Kind, Role
from tests.district import NOON
from tests.integration.api.api_kit import House, build_house


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


def text(house: House, body: str, sid: str) -> None:
    sms = InboundSms(sid, house.district.home.phones[0], body)
    receive_sms(house.conn, sms, house.clock.now(), Policy())


def due(**later: float) -> str:
    return (NOON + timedelta(**later)).isoformat()


def test_the_desk_answers_what_a_daughter_wrote(house: House) -> None:
    alarm = house.press()
    daughter = house.district.home.contacts[0]
    desk = house.client(Role.OPERATOR)
    house.clock.move(seconds=5)
    text(house, "Ring twice, she is deaf", "SM1")
    (unread,) = desk.get("/api/v1/messages?unread=true").json()["items"]
    assert (unread["text"], unread["alarm_id"]) == ("Ring twice, she is deaf", alarm)
    house.clock.move(seconds=5)
    path = f"/api/v1/people/{daughter}/messages"
    assert desk.post(path, json={"text": "We do", "alarm": alarm}).status_code == 201
    assert desk.get("/api/v1/messages?unread=true").json()["items"] == []

    thread = desk.get(path).json()
    assert thread["person"]["opted_out"] is False
    assert [(m["direction"], m["meaning"], m["state"]) for m in thread["items"]] == [
        ("out", "alarm", "QUEUED"),
        ("in", "text", "RECEIVED"),
        ("out", "answer", "QUEUED"),
        ("out", "reply", "QUEUED"),
    ]
    shown = desk.get(f"/api/v1/alarms/{alarm}").json()["messages"]
    assert [m["text"] for m in shown] == ["Ring twice, she is deaf", "[Anxin] We do"]
    assert house.client(Role.FAMILY).get(f"/api/v1/alarms/{alarm}").json()["messages"] == []


def test_a_thread_comes_page_by_page(house: House) -> None:
    daughter = house.district.home.contacts[0]
    for number in range(5):
        house.clock.move(seconds=1)
        text(house, f"number {number}", f"SM{number}")
    desk, path = house.client(Role.OPERATOR), f"/api/v1/people/{daughter}/messages"
    pages, cursor = [], ""
    while True:
        page = desk.get(f"{path}?limit=2{cursor}").json()
        pages.append([m["text"] for m in page["items"]])
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    *pages, (first, answer) = pages
    assert [*pages, [first]] == [["number 3", "number 4"], ["number 1", "number 2"], ["number 0"]]
    assert "An operator will read this" in answer


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMiwzXQ", "é", "bnVsbA"])
def test_a_cursor_that_is_not_ours_is_refused(house: House, cursor: str) -> None:
    path = f"/api/v1/people/{house.district.home.contacts[0]}/messages?cursor={cursor}"
    assert house.client(Role.OPERATOR).get(path).status_code == 422


def test_stop_is_a_clear_409_and_visible(house: House) -> None:
    alarm = house.press()
    daughter = house.district.home.contacts[0]
    text(house, "STOP", "SM1")
    desk = house.client(Role.OPERATOR)
    answer = desk.post(f"/api/v1/people/{daughter}/messages", json={"text": "hello"})
    assert (answer.status_code, "STOP" in answer.json()["detail"]) == (409, True)
    detail = desk.get(f"/api/v1/alarms/{alarm}").json()
    assert detail["home_detail"]["contacts"][0]["opted_out"] is True
    assert desk.get(f"/api/v1/people/{daughter}/messages").json()["person"]["opted_out"] is True


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "   "}, 422),
        ({"text": "x" * 601}, 422),
        ({"text": "a\x00b"}, 422),
        ({"text": "hello", "alarm": 999}, 404),
        ({"text": "hello", "alarm": 2**70}, 422),
        ({}, 422),
    ],
)
def test_bad_input_to_a_thread_is_answered_clearly(
    house: House, body: dict[str, Any], status: int
) -> None:
    path = f"/api/v1/people/{house.district.home.contacts[0]}/messages"
    assert house.client(Role.OPERATOR).post(path, json=body).status_code == status
    assert house.conn.execute("SELECT count(*) FROM notifications").fetchone() == (0,)


def test_the_console_shows_what_was_written_and_offers_an_answer(house: House) -> None:
    alarm = house.press()
    text(house, "<b>Ring</b> twice", "SM1")
    page = house.browser().get(f"/console/alarms/{alarm}/pane").text
    assert "&lt;b&gt;Ring&lt;/b&gt; twice" in page
    assert f'data-api="/api/v1/people/{house.district.home.contacts[0]}/messages"' in page
    number = house.client(Role.OPERATOR).get("/api/v1/messages").json()["items"][0]["id"]
    assert f'data-api="/api/v1/messages/{number}/read"' in page
    read = house.client(Role.OPERATOR).post(f"/api/v1/messages/{number}/read")
    assert read.json()["read_at"] is not None
    assert f"/api/v1/messages/{number}/read" not in (
        house.browser().get(f"/console/alarms/{alarm}/pane").text
    )


def test_an_installer_takes_work_and_ends_it(house: House) -> None:
    alarm = house.press(kind=Kind.DEVICE_FAULT)
    work_orders.create_wanted(house.conn, NOON, Policy())
    me, desk = house.client(Role.INSTALLER), house.client(Role.OPERATOR)
    (order,) = me.get("/api/v1/work-orders").json()["items"]
    assert (order["home"], order["alarms"], order["overdue"]) == ("H0001", [alarm], False)
    path = f"/api/v1/work-orders/{order['id']}"
    assert me.post(f"{path}/done", json={}).status_code == 409
    mine = {"owner": house.users[Role.INSTALLER].id}
    assert me.post(f"{path}/assign", json={"owner": 1}).status_code == 409
    assert me.post(f"{path}/assign", json=mine).json()["state"] == "ASSIGNED"
    assert len(me.get("/api/v1/work-orders?mine=true").json()["items"]) == 1
    assert me.post(f"{path}/done", json={"note": "new spring"}).json()["note"] == "new spring"
    assert desk.get(f"/api/v1/alarms/{alarm}").json()["state"] == "CLOSED"
    assert me.get("/api/v1/work-orders").json()["items"] == []
    assert desk.get(path).json()["state"] == "DONE"
    assert [o["id"] for o in desk.get("/api/v1/work-orders?state=closed").json()["items"]] == [
        order["id"]
    ]


def test_work_by_hand_and_its_mistakes(house: House) -> None:
    desk = house.client(Role.OPERATOR)
    new = {"kind": "replace", "home": "H0001", "device": "button-1", "due_at": due(days=1)}
    made = desk.post("/api/v1/work-orders", json=new)
    assert made.status_code == 201
    assert desk.get(made.headers["location"]).json()["kind"] == "replace"
    for wrong, status in [
        (new, 409),
        ({**new, "home": "H9999"}, 404),
        ({**new, "device": "none"}, 404),
        ({**new, "kind": "paint"}, 422),
        ({**new, "due_at": due(days=-1)}, 422),
        ({**new, "due_at": "2026-12-01T00:00:00"}, 422),
    ]:
        assert desk.post("/api/v1/work-orders", json=wrong).status_code == status, wrong
    cancelled = desk.post(f"{made.headers['location']}/cancel", json={"note": "moved out"})
    assert cancelled.json()["state"] == "CANCELLED"


def test_overdue_tasks_are_listed_first_and_escalated_once(house: House) -> None:
    desk, me = house.client(Role.SUPERVISOR), house.client(Role.INSTALLER)
    mine = house.users[Role.INSTALLER].id
    for task in (
        {"text": "later", "due_at": due(days=2)},
        {"text": "soon", "due_at": due(hours=1), "owner": mine, "home": "H0001"},
    ):
        assert desk.post("/api/v1/tasks", json=task).status_code == 201
    house.clock.move(hours=2)
    assert overdue.notify_overdue(house.conn, house.clock.now(), Policy()) == 1
    assert overdue.notify_overdue(house.conn, house.clock.now(), Policy()) == 0
    items = desk.get("/api/v1/tasks").json()["items"]
    assert [(t["text"], t["overdue"]) for t in items] == [("soon", True), ("later", False)]
    assert [t["escalated_at"] is not None for t in items] == [True, False]
    assert [t["text"] for t in me.get("/api/v1/tasks").json()["items"]] == ["soon"]
    assert me.get(f"/api/v1/tasks/{items[1]['id']}").status_code == 404
    assert me.post(f"/api/v1/tasks/{items[1]['id']}/done", json={}).status_code == 404
    assert me.post(f"/api/v1/tasks/{items[0]['id']}/done", json={"note": "ok"}).status_code == 200
    given = desk.post(f"/api/v1/tasks/{items[1]['id']}/assign", json={"owner": mine})
    assert given.json()["owner_id"] == mine
    everything = desk.get("/api/v1/tasks?state=all").json()["items"]
    assert [t["state"] for t in everything] == ["OPEN", "DONE"]
    after = desk.get(f"/api/v1/tasks?state=all&after={everything[0]['id']}").json()["items"]
    assert [t["id"] for t in after] == [everything[1]["id"]]
    for wrong, status in [
        ({"text": "", "due_at": due(days=1)}, 422),
        ({"text": "x", "due_at": due()}, 422),
        ({"text": "x", "due_at": due(days=1), "owner": 10**9}, 404),
        ({"text": "x", "due_at": due(days=1), "owner": house.users[Role.FAMILY].id}, 409),
    ]:
        assert desk.post("/api/v1/tasks", json=wrong).status_code == status, wrong
