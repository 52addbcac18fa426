"""Rotas, cover, plans, protocols, dispatches and the way in, over HTTP."""

from typing import Any

import pytest
from httpx import Response

from store.alarm.kinds import KINDS
from store.db import Connection, Pool
from store.escalation import plans
from store.model import Kind, Role
from tests.integration.api.api_kit import House, build_house

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
ENDANGERING = {kind for kind, record in KINDS.items() if record.endangers}


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


def dispatched(house: House, alarm: int) -> int:
    desk = house.client(Role.OPERATOR)
    desk.post(f"/api/v1/alarms/{alarm}/acknowledge")
    sent = desk.post(
        f"/api/v1/alarms/{alarm}/dispatch", json={"responder": house.district.responder}
    )
    return int(sent.json()["dispatches"][0]["id"])


# rotas and cover


def test_a_shift_shows_the_holes_it_leaves(house: House) -> None:
    """It is noon in Shanghai."""
    boss, who = house.client(Role.SUPERVISOR), house.district.responder
    shift = {"weekdays": EVERY_DAY, "starts": "08:00", "ends": "20:00"}
    made = boss.post(f"/api/v1/responders/{who}/shifts", json=shift)
    assert made.status_code == 201, made.text
    (gap,) = made.json()["gaps"]
    assert (gap["area"], gap["starts_at"]) == ("G1", "2026-11-21T12:00:00Z")
    assert house.client(Role.OPERATOR).get("/api/v1/cover").json()["items"] == [gap]
    number = made.json()["shifts"][0]["id"]
    after = boss.delete(f"/api/v1/responders/{who}/shifts/{number}").json()
    assert (after["shifts"], after["gaps"]) == ([], [])
    lines = boss.get("/api/v1/cover/journal?area=C1").json()["items"]
    assert [line["event"] for line in lines] == ["gap_closed", "gap_found"]


def test_who_works_at_the_moment_is_told_from_who_is_only_switched_on(house: House) -> None:
    boss, who = house.client(Role.SUPERVISOR), house.district.responder
    absent = {
        "kind": "absent",
        "starts_at": "2026-11-21T03:00:00Z",
        "ends_at": "2026-11-21T05:00:00Z",
    }
    made = boss.post(f"/api/v1/responders/{who}/exceptions", json=absent)
    assert made.status_code == 201, made.text
    (seen,) = boss.get("/api/v1/responders").json()["items"]
    assert (seen["on_duty"], seen["switched_on"]) == (False, True)
    assert boss.get("/api/v1/responders?on_duty=true").json()["items"] == []
    number = made.json()["exceptions"][0]["id"]
    boss.delete(f"/api/v1/responders/{who}/exceptions/{number}")
    assert len(boss.get("/api/v1/responders?on_duty=true").json()["items"]) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("shifts", {"weekdays": [0], "starts": "08:00", "ends": "09:00"}),
        ("shifts", {"weekdays": [], "starts": "08:00", "ends": "09:00"}),
        ("shifts", {"weekdays": [1], "starts": "25:00", "ends": "09:00"}),
        ("shifts", {"weekdays": [1], "starts": "08:00+08:00", "ends": "09:00"}),
        (
            "shifts",
            {
                "weekdays": [1],
                "starts": "08:00",
                "ends": "09:00",
                "valid_from": "2026-12-02",
                "valid_until": "2026-12-01",
            },
        ),
        (
            "exceptions",
            {
                "kind": "absent",
                "starts_at": "2026-11-21T05:00:00Z",
                "ends_at": "2026-11-21T05:00:00Z",
            },
        ),
        (
            "exceptions",
            {"kind": "ill", "starts_at": "2026-11-21T05:00:00Z", "ends_at": "2026-11-22T05:00:00Z"},
        ),
        (
            "exceptions",
            {
                "kind": "extra",
                "starts_at": "2026-11-21T05:00:00",
                "ends_at": "2026-11-22T05:00:00Z",
            },
        ),
    ],
)
def test_a_rota_that_cannot_be_meant_is_refused(house: House, path: str, body: Any) -> None:
    boss = house.client(Role.SUPERVISOR)
    answer = boss.post(f"/api/v1/responders/{house.district.responder}/{path}", json=body)
    assert answer.status_code == 422, answer.text


def test_a_new_responder_can_be_sent_and_is_there_once(house: House) -> None:
    boss = house.client(Role.ADMIN)
    new = {"name": "Zhou", "phone": "+8613900000077", "kind": "property", "area": "C1"}
    made = boss.post("/api/v1/responders", json=new)
    assert made.status_code == 201, made.text
    assert boss.post("/api/v1/responders", json=new).status_code == 409
    assert (
        boss.post("/api/v1/responders", json={**new, "name": "B", "area": "X"}).status_code == 422
    )
    person = made.json()["person_id"]
    changed = boss.patch(
        f"/api/v1/responders/{person}", json={"skills": ["lift"], "on_duty": False}
    )
    shown = changed.json()["responder"]
    assert (shown["skills"], shown["on_duty"], shown["kind"]) == (["lift"], False, "property")
    assert boss.patch("/api/v1/responders/999999", json={}).status_code == 404


def test_an_areas_time_zone_and_supervisor(house: House) -> None:
    boss = house.client(Role.ADMIN)
    assert boss.patch("/api/v1/areas/C1", json={"timezone": "Mars/Base"}).status_code == 422
    assert boss.patch("/api/v1/areas/C1", json={"timezone": "../etc/passwd"}).status_code == 422
    assert boss.patch("/api/v1/areas/C1", json={"supervisor": 999999}).status_code == 422
    assert boss.patch("/api/v1/areas/C9", json={}).status_code == 404
    done = boss.patch("/api/v1/areas/C1", json={"timezone": "Europe/Berlin"}).json()
    assert (done["code"], done["timezone"]) == ("C1", "Europe/Berlin")
    kept = boss.patch("/api/v1/areas/C1", json={"supervisor": house.district.responder}).json()
    assert (kept["timezone"], kept["supervisor"]) == ("Europe/Berlin", house.district.responder)


def test_the_alarm_lists_who_can_go_with_the_way_before_them(
    house: House, conn: Connection
) -> None:
    conn.execute("UPDATE homes SET latitude = 28.2, longitude = 112.9")
    conn.execute("UPDATE responders SET latitude = 28.21, longitude = 112.9")
    detail = house.client(Role.OPERATOR).get(f"/api/v1/alarms/{house.press()}").json()
    (shown,) = detail["responders"]
    assert (shown["distance_m"], shown["eta_minutes"]) == (1112, 11)


# plans and protocols


def test_a_plan_is_saved_in_versions(house: House) -> None:
    boss, desk = house.client(Role.SUPERVISOR), house.client(Role.OPERATOR)
    steps = [{"after_seconds": 0, "target": "contacts"}]
    made = boss.post("/api/v1/plans", json={"code": "default", "steps": steps})
    assert made.status_code == 201, made.text
    assert made.headers["location"] == "/api/v1/plans/default/3"
    assert desk.get("/api/v1/plans/default/3").json()["steps"] == steps
    assert desk.get("/api/v1/plans/default/2").json()["retired_at"]
    assert _versions(desk.get("/api/v1/plans")) == [3]
    assert _versions(desk.get("/api/v1/plans?retired=true")) == [3, 2, 1]
    assert desk.get("/api/v1/plans/default/9").status_code == 404
    assert boss.post("/api/v1/plans/default/3/retire").status_code == 409
    own = {"code": "wang", "home": "H0001", "kind": "smoke", "steps": steps, "cycles": 3}
    assert boss.post("/api/v1/plans", json=own).status_code == 201
    assert boss.post("/api/v1/plans/wang/1/retire").json()["retired_at"]


def _versions(answer: Response) -> list[int]:
    """Of the plan `default`, newest first; the technical kinds have plans of their own."""
    plans = answer.json()["items"]
    return sorted((p["version"] for p in plans if p["code"] == "default"), reverse=True)


def test_a_bad_plan_is_refused_with_its_step(house: House) -> None:
    boss = house.client(Role.SUPERVISOR)
    steps = [
        {"after_seconds": 0, "target": "contacts"},
        {"after_seconds": 0, "target": "person", "person": 2**40},
    ]
    answer = boss.post("/api/v1/plans", json={"code": "p", "kind": "fall", "steps": steps})
    assert answer.status_code == 422
    assert "step 2: there is no person" in answer.json()["detail"]
    wrongs: list[list[dict[str, Any]]] = [
        [],
        [{}],
        [{"after_seconds": 0, "target": "moon"}],
        [{"after_seconds": 0, "target": "person", "person": 2**70}],
    ]
    for bad in wrongs:
        wrong = boss.post("/api/v1/plans", json={"code": "p", "kind": "fall", "steps": bad})
        assert wrong.status_code == 422, (bad, wrong.text)


def test_every_kind_that_endangers_somebody_has_a_protocol(house: House) -> None:
    items = house.client(Role.OPERATOR).get("/api/v1/protocols").json()["items"]
    assert {item["kind"] for item in items} == ENDANGERING
    first = {item["kind"]: item["lines"][0]["code"] for item in items}
    assert (first["smoke"], first["bathroom_long"]) == ("call_119", "call_home")
    assert all(line["zh"] and line["en"] for item in items for line in item["lines"])


def test_the_family_is_asked_at_once_by_every_kind_that_endangers(conn: Connection) -> None:
    """Of a battery no family is told, of an outage only when it lasts, of an early warning when the
    operators had their turn, and of the press of a button that nobody has set up after two minutes
    in which nobody at the desk has decided."""
    at_once = set()
    for kind, record in KINDS.items():
        plan = plans.plan_for(conn, None, kind, endangers=record.endangers)
        steps = plan.steps if plan else []
        if any(
            step["target"] in ("contact", "contacts") and not step["after_seconds"]
            for step in steps
            if "guards" not in step
        ):
            at_once.add(kind)
    expected = {kind for kind, record in KINDS.items() if record.endangers}
    assert at_once == expected - {Kind.UNCONFIRMED_PRESS}


def test_an_overdue_review_is_listed_until_there_is_a_new_version(house: House) -> None:
    boss = house.client(Role.SUPERVISOR)
    assert boss.get("/api/v1/protocols?overdue=true").json()["items"] == []
    house.clock.move(days=400)
    assert len(boss.get("/api/v1/protocols?overdue=true").json()["items"]) == len(ENDANGERING)
    lines = [{"code": "call_119", "zh": "拨打119", "en": "Call 119"}]
    new = {"kind": "smoke", "lines": lines, "review_by": "2029-01-01"}
    assert boss.post("/api/v1/protocols", json=new).json()["version"] == 2
    assert len(boss.get("/api/v1/protocols?overdue=true").json()["items"]) == len(ENDANGERING) - 1
    assert len(boss.get("/api/v1/protocols/smoke").json()["items"]) == 2
    for bad in ({"review_by": "2026-01-01"}, {"lines": lines * 2}):
        assert boss.post("/api/v1/protocols", json={**new, **bad}).status_code == 409
    assert boss.post("/api/v1/protocols", json={**new, "lines": []}).status_code == 422


def test_an_alarm_goes_by_the_protocol_it_was_raised_under(house: House) -> None:
    boss, desk = house.client(Role.SUPERVISOR), house.client(Role.OPERATOR)
    alarm = house.press(kind=Kind.SMOKE)
    house.clock.move(minutes=1)
    lines = [{"code": "other", "zh": "其他", "en": "Other"}]
    boss.post(
        "/api/v1/protocols", json={"kind": "smoke", "lines": lines, "review_by": "2029-01-01"}
    )
    desk.post(f"/api/v1/alarms/{alarm}/acknowledge")
    assert desk.post(f"/api/v1/alarms/{alarm}/protocol/other").status_code == 404
    assert desk.post(f"/api/v1/alarms/{alarm}/protocol/call_119").status_code == 200
    shown = desk.get(f"/api/v1/alarms/{alarm}").json()["protocol"]
    assert (shown["version"], shown["overdue"]) == (1, False)
    done = {line["code"]: line["done_by"] for line in shown["lines"] if line["done_at"]}
    assert done == {"call_119": "The operator"}


def test_a_hand_over_is_kept_with_its_number(house: House) -> None:
    desk = house.client(Role.OPERATOR)
    alarm = house.press(kind=Kind.SMOKE)
    body = {"service": "119", "said": "Smoke, 3rd floor", "reference": "A-17"}
    assert desk.post(f"/api/v1/alarms/{alarm}/hand-over", json=body).status_code == 409
    desk.post(f"/api/v1/alarms/{alarm}/acknowledge")
    answer = desk.post(f"/api/v1/alarms/{alarm}/hand-over", json=body)
    assert answer.json()["state"] == "ACKNOWLEDGED", "handed over is not arrived"
    (kept,) = desk.get(f"/api/v1/alarms/{alarm}").json()["hand_overs"]
    assert {k: kept[k] for k in ("service", "said", "reference", "by")} == {
        **body,
        "by": "The operator",
    }
    wrong = {"service": "911", "said": "x"}
    assert desk.post(f"/api/v1/alarms/{alarm}/hand-over", json=wrong).status_code == 422


# the way in


def test_a_responder_sees_the_way_in_after_accepting_and_each_look_is_recorded(
    house: House,
) -> None:
    """Fails when dispatch_detail shows or records by role alone."""
    responder, boss = house.client(Role.RESPONDER), house.client(Role.SUPERVISOR)
    number = dispatched(house, house.press())
    offered = responder.get(f"/api/v1/dispatches/{number}").json()
    assert (offered["state"], offered["home"]["access_notes"]) == ("OFFERED", None)
    assert offered["home"]["key_holders"] == []
    assert boss.get("/api/v1/homes/H0001/access-views").json()["items"] == []
    responder.post(f"/api/v1/dispatches/{number}/accept")
    for _ in range(2):
        shown = responder.get(f"/api/v1/dispatches/{number}").json()
        assert "4711" in shown["home"]["access_notes"]
    seen = boss.get("/api/v1/homes/H0001/access-views").json()["items"]
    assert [(v["person_id"], v["dispatch_id"], v["via"]) for v in seen] == [
        (house.district.responder, number, "api"),
        (house.district.responder, number, "api"),
    ]
    for move in ("arrive", "done"):
        responder.post(f"/api/v1/dispatches/{number}/{move}", json={"finding": "well"})
    assert responder.get(f"/api/v1/dispatches/{number}").json()["home"]["access_notes"] is None
    assert len(boss.get("/api/v1/homes/H0001/access-views").json()["items"]) == 2


def test_the_desk_is_recorded_too_and_a_list_shows_no_way_in(house: House) -> None:
    desk, boss = house.client(Role.OPERATOR), house.client(Role.SUPERVISOR)
    alarm = house.press()
    desk.get(f"/api/v1/alarms/{alarm}")
    desk.get("/api/v1/homes/H0001")
    listed = desk.get("/api/v1/homes").json()["items"]
    assert [home["access_notes"] for home in listed] == [None, None]
    seen = boss.get("/api/v1/homes/H0001/access-views").json()["items"]
    assert [(v["name"], v["alarm_id"]) for v in seen] == [
        ("The operator", None),
        ("The operator", alarm),
    ]
    house.client(Role.FAMILY).get("/api/v1/homes/H0001")
    assert len(boss.get("/api/v1/homes/H0001/access-views").json()["items"]) == 2


def test_a_dispatch_of_somebody_else_is_not_there(house: House, conn: Connection) -> None:
    number = dispatched(house, house.press())
    other = conn.execute("INSERT INTO people (name) VALUES ('Other') RETURNING id").fetchone()
    assert other is not None
    conn.execute("UPDATE users SET person_id = %s WHERE role = 'responder'", other)
    assert house.client(Role.RESPONDER).get(f"/api/v1/dispatches/{number}").status_code == 404


def test_a_responders_page_takes_the_answer_and_then_shows_the_way_in(house: House) -> None:
    """The page an offer links to, where links are allowed."""
    number = dispatched(house, house.press())
    page = f"/dispatches/{number}"
    stranger = house.client().get(page, headers={"accept": "text/html"}, follow_redirects=False)
    assert stranger.headers["location"] == f"/login?to={page}"
    browser = house.browser(Role.RESPONDER)
    offered = browser.get(page)
    assert offered.status_code == 200
    assert "4711" not in offered.text
    assert browser.post(f"{page}/accept").status_code == 403, "without the form's token"
    csrf = browser.get("/api/v1/session").json()["csrf"]
    accepted = browser.post(f"{page}/accept", data={"csrf": csrf})
    assert accepted.status_code == 200
    assert "Key box 4711" in accepted.text
    browser.post(f"{page}/arrive", data={"csrf": csrf})
    done = browser.post(f"{page}/done", data={"csrf": csrf, "finding": "all well"})
    assert "4711" not in done.text
    family = house.browser(Role.FAMILY)
    assert family.get(page, headers={"accept": "text/html"}).status_code == 403
