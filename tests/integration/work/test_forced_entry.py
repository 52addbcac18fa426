"""A door is forced: on grounds, by somebody with a name, and it is secured afterwards.

Broken on purpose by refusing a danger to life for lack of papers, or by letting the task go when
the alarm closes.
"""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from alerts.work.entry_grounds import NO_GROUNDS
from store.db import Connection, Pool
from store.model import Kind, Role
from tests.integration.api.api_kit import House, build_house

DANGER = {"life_in_danger": True, "reason": "groaning behind the door"}
WITH_POLICE = {"police_present": True, "police": "Officer Zhou, 110-4711"}


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


@pytest.fixture
def desk(house: House) -> TestClient:
    return house.client(Role.OPERATOR)


@pytest.fixture
def alarm(house: House, desk: TestClient) -> str:
    path = f"/api/v1/alarms/{house.press()}"
    desk.post(f"{path}/acknowledge")
    return path


def consent(house: House, desk: TestClient) -> int:
    body = {"resident": house.district.home.resident, "given_on": "2026-03-01"}
    made = desk.post("/api/v1/homes/H0001/entry-consents", json={**body, "document": "Folder 12"})
    assert made.status_code == 201, made.text
    return int(made.json()["id"])


def decide(desk: TestClient, alarm: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = desk.post(f"{alarm}/forced-entry", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def lines(house: House) -> list[tuple[str, dict[str, Any]]]:
    return house.conn.execute(
        "SELECT event, data FROM alarm_events"
        " WHERE event LIKE 'forced_entry%%' OR event = 'door_secured' ORDER BY id"
    ).fetchall()


def test_from_the_decision_to_the_secured_door(house: House, desk: TestClient, alarm: str) -> None:
    made = decide(
        desk, alarm, {**DANGER, **WITH_POLICE, "locksmith": "Old Ma", "locksmith_phone": "139 0000"}
    )
    assert (made["decided_by"], made["consent_id"]) == ("The operator", None)
    path = f"{alarm}/forced-entry/{made['id']}"
    house.clock.move(minutes=6)
    entered = desk.post(f"{path}/entered", json={}).json()
    assert entered["entered_at"] == "2026-11-21T04:06:00Z"
    assert desk.post(f"{path}/secured", json={"how": " "}).status_code == 409
    house.clock.move(minutes=30)
    body = {"how": "Old Ma, new lock", "secured_at": "2026-11-21T04:20:00Z"}
    secured = desk.post(f"{path}/secured", json=body).json()
    assert secured["secured_at"] == body["secured_at"]
    assert (secured["secured_by"], secured["secured_how"]) == ("The operator", "Old Ma, new lock")
    assert desk.post(f"{path}/secured", json={"how": "again"}).status_code == 409
    number = made["id"]
    assert lines(house) == [
        ("forced_entry_decided", {"entry": number, "grounds": "danger", "consent": None}),
        ("forced_entry_done", {"entry": number}),
        ("door_secured", {"entry": number}),
    ], "ids and codes only"


def test_a_danger_to_life_needs_no_papers_and_anything_else_some_grounds(
    house: House, desk: TestClient, alarm: str
) -> None:
    refused = desk.post(f"{alarm}/forced-entry", json={})
    assert (refused.status_code, refused.json()["detail"]) == (409, NO_GROUNDS)
    assert desk.get("/api/v1/tasks").json()["items"] == [], "nothing is left of a refusal"
    made = decide(desk, alarm, {"life_in_danger": True})
    assert made["reason"] == "", "nobody has to write while somebody lies there"


def test_a_consent_that_holds_is_grounds_and_is_named(
    house: House, desk: TestClient, alarm: str
) -> None:
    number = consent(house, desk)
    made = decide(desk, alarm, {})
    assert made["consent_id"] == number
    assert lines(house)[0][1]["grounds"] == "consent"


def test_a_withdrawn_consent_is_none(house: House, desk: TestClient, alarm: str) -> None:
    number = consent(house, desk)
    desk.post(f"/api/v1/homes/H0001/entry-consents/{number}/withdraw")
    assert desk.post(f"{alarm}/forced-entry", json={}).status_code == 409
    assert decide(desk, alarm, WITH_POLICE)["consent_id"] is None


def test_securing_the_door_is_a_task_that_outlives_the_alarm(
    house: House, desk: TestClient, alarm: str
) -> None:
    made = decide(desk, alarm, {**DANGER, "entered_at": "2026-11-21T04:00:00Z"})
    (task,) = desk.get("/api/v1/tasks").json()["items"]
    assert task["id"] == made["task_id"]
    assert (task["home"], task["due_at"]) == ("H0001", "2026-11-21T06:00:00Z")
    assert task["owner_id"] == house.users[Role.OPERATOR].id
    desk.post(f"{alarm}/close", json={"outcome": "no_response_forced_entry"})
    pane = house.browser().get(f"/console/alarms/{alarm.rpartition('/')[2]}").text
    assert 'data-forced-entry="open"' in pane, "it stays open on the closed alarm"
    assert "data-not-secured" in pane
    other = house.client(Role.SUPERVISOR)
    path = f"{alarm}/forced-entry/{made['id']}/secured"
    assert other.post(path, json={"how": "neighbour, new cylinder"}).status_code == 200
    (task,) = desk.get("/api/v1/tasks?state=all").json()["items"]
    assert (task["state"], task["note"]) == ("DONE", "neighbour, new cylinder")
    pane = house.browser().get(f"/console/alarms/{alarm.rpartition('/')[2]}").text
    assert "data-not-secured" not in pane


def test_doing_the_task_secures_the_door(house: House, desk: TestClient, alarm: str) -> None:
    made = decide(desk, alarm, DANGER)
    desk.post(f"{alarm}/forced-entry/{made['id']}/entered", json={})
    desk.post(f"/api/v1/tasks/{made['task_id']}/done", json={"note": "locksmith was there"})
    (entry,) = desk.get(alarm).json()["forced_entries"]
    assert (entry["secured_by"], entry["secured_how"]) == ("The operator", "locksmith was there")
    assert lines(house)[-1][0] == "door_secured"


def test_a_door_that_was_opened_otherwise_is_no_forced_entry(
    house: House, desk: TestClient, alarm: str
) -> None:
    made = decide(desk, alarm, DANGER)
    path = f"{alarm}/forced-entry/{made['id']}"
    assert desk.post(f"{path}/call-off").json()["called_off_at"]
    (task,) = desk.get("/api/v1/tasks?state=all").json()["items"]
    assert task["state"] == "DONE"
    assert desk.post(f"{path}/entered", json={}).status_code == 409
    assert decide(desk, alarm, DANGER)["id"] != made["id"], "it may come to it yet"
    again = desk.post(f"{alarm}/forced-entry", json=DANGER)
    assert again.status_code == 409, "one at a time"


def test_what_cannot_be_is_refused(house: House, desk: TestClient, alarm: str) -> None:
    made = decide(desk, alarm, DANGER)
    path = f"{alarm}/forced-entry/{made['id']}"
    for wrong in ("2026-11-21T03:58:59Z", "2026-11-21T04:00:01Z"):
        assert desk.post(f"{path}/entered", json={"entered_at": wrong}).status_code == 422
    assert desk.post(f"{alarm}/forced-entry/999/entered", json={}).status_code == 404
    desk.post(f"{path}/entered", json={})
    assert desk.post(f"{path}/call-off").status_code == 409
    for wrong in ("2026-11-21T03:58:59Z", "2026-11-21T04:00:01Z"):
        body = {"how": "new lock", "secured_at": wrong}
        assert desk.post(f"{path}/secured", json=body).status_code == 422
    for kind in (Kind.DOOR_OPEN, Kind.LOW_BATTERY):
        other = f"/api/v1/alarms/{house.press('H0002', kind)}"
        desk.post(f"{other}/acknowledge")
        assert desk.post(f"{other}/forced-entry", json=DANGER).status_code == 409
    free = f"/api/v1/alarms/{house.press('H0002')}"
    assert desk.post(f"{free}/forced-entry", json=DANGER).status_code == 409, "take it first"
    desk.post(f"{alarm}/close", json={"outcome": "test"})
    assert desk.post(f"{alarm}/forced-entry", json=DANGER).status_code == 409


def test_closing_suggests_the_outcome(house: House, desk: TestClient, alarm: str) -> None:
    number = alarm.rpartition("/")[2]
    assert "data-suggested" not in house.browser().get(f"/console/alarms/{number}").text
    decide(desk, alarm, DANGER)
    pane = house.browser().get(f"/console/alarms/{number}").text
    suggested = pane[pane.index("data-suggested") :]
    assert suggested.index("no_response_forced_entry") < suggested.index("</fieldset>")
    assert pane.count('value="no_response_forced_entry"') == 1


# who may see what


def test_only_the_desk_reads_of_forced_entries_and_where_papers_lie(
    house: House, desk: TestClient, alarm: str
) -> None:
    number = consent(house, desk)
    sent = desk.post(f"{alarm}/dispatch", json={"responder": house.district.responder}).json()
    decide(desk, alarm, DANGER)
    responder, family = house.client(Role.RESPONDER), house.client(Role.FAMILY)
    shown = desk.get(alarm).json()
    assert shown["home_detail"]["entry_consents"] == [
        {
            "id": number,
            "resident": "Wang Xiuying 1",
            "given_on": "2026-03-01",
            "document": "Folder 12",
        }
    ]
    assert len(shown["forced_entries"]) == 1
    for reader in (responder, family):
        seen = reader.get(alarm).json()
        assert seen["forced_entries"] == []
        assert seen["home_detail"]["entry_consents"] is None
    dispatch = f"/api/v1/dispatches/{sent['dispatches'][0]['id']}"
    responder.post(f"{dispatch}/accept")
    for path, where in ((alarm, "home_detail"), (dispatch, "home")):
        (one,) = responder.get(path).json()[where]["entry_consents"]
        assert (one["given_on"], one["document"]) == ("2026-03-01", None), path
    page = house.browser(Role.RESPONDER).get(dispatch.removeprefix("/api/v1")).text
    assert "data-consent" in page
    assert "Folder 12" not in page
    desk.post(f"{alarm}/close", json={"outcome": "assistance"})
    assert responder.get(dispatch).json()["home"]["entry_consents"] is None
