"""Nobody sees what is not theirs: every route, every role."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api import app as api_app
from api.routes.access.session import start as log_in_route
from api.webhooks.twilio_signature import WEBHOOK_GUARD
from store.alarm import alarms
from store.db import Connection, Pool
from store.home import people
from store.model import Role
from tests.integration.api.api_kit import House, build_house

DESK = {Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN}
ABOVE = {Role.SUPERVISOR, Role.ADMIN}
ALL = set(Role)
RULES: dict[str, set[Role]] = {
    "GET /api/v1/session": ALL,
    "DELETE /api/v1/session": ALL,
    "PUT /api/v1/session/password": ALL,
    "GET /api/v1/tokens": {Role.ADMIN},
    "POST /api/v1/tokens": {Role.ADMIN},
    "DELETE /api/v1/tokens/{token_id}": {Role.ADMIN},
    "GET /api/v1/stream": ALL,
    "GET /api/v1/alarms": DESK | {Role.FAMILY, Role.RESPONDER},
    "POST /api/v1/alarms": DESK,
    "GET /api/v1/calls": DESK,
    "POST /api/v1/calls/{call}/called-back": DESK,
    "POST /api/v1/messages/{message}/home": DESK,
    "GET /api/v1/shift": DESK,
    "PUT /api/v1/shift": DESK,
    "DELETE /api/v1/shift": DESK,
    "GET /api/v1/alarms/{alarm_id}": DESK | {Role.FAMILY, Role.RESPONDER},
    "GET /api/v1/alarms/{alarm_id}/journal": DESK | {Role.FAMILY, Role.RESPONDER},
    "POST /api/v1/alarms/{alarm_id}/acknowledge": DESK,
    "POST /api/v1/alarms/{alarm_id}/transfer": DESK,
    "POST /api/v1/alarms/{alarm_id}/dispatch": DESK,
    "POST /api/v1/alarms/{alarm_id}/note": DESK,
    "POST /api/v1/alarms/{alarm_id}/contact": DESK,
    "POST /api/v1/alarms/{alarm_id}/close": DESK,
    "POST /api/v1/alarms/{alarm_id}/make-call": DESK,
    "POST /api/v1/alarms/{alarm_id}/forced-entry": DESK,
    "POST /api/v1/alarms/{alarm_id}/forced-entry/{number}/entered": DESK,
    "POST /api/v1/alarms/{alarm_id}/forced-entry/{number}/call-off": DESK,
    "POST /api/v1/alarms/{alarm_id}/forced-entry/{number}/secured": DESK,
    "POST /api/v1/alarms/{alarm_id}/shelve": DESK,
    "POST /api/v1/alarms/{alarm_id}/shelve/confirm": DESK,
    "POST /api/v1/alarms/{alarm_id}/unshelve": DESK,
    "POST /api/v1/alarms/{alarm_id}/link": DESK,
    "POST /api/v1/alarms/{alarm_id}/respond": {Role.FAMILY},
    "POST /api/v1/alarms/{alarm_id}/call": DESK,
    "POST /api/v1/alarms/{alarm_id}/hang-up": DESK,
    "GET /api/v1/people/{person_id}/ways": DESK | {Role.FAMILY, Role.RESPONDER},
    "PUT /api/v1/people/{person_id}/ways": DESK | {Role.FAMILY, Role.RESPONDER},
    "GET /api/v1/subscriptions": {Role.ADMIN},
    "POST /api/v1/subscriptions": {Role.ADMIN},
    "DELETE /api/v1/subscriptions/{subscription_id}": {Role.ADMIN},
    "POST /api/v1/alarms/{alarm_id}/dispatches/{dispatch_id}/{move}": DESK | {Role.RESPONDER},
    "POST /api/v1/dispatches/{dispatch_id}/{move}": DESK | {Role.RESPONDER},
    "GET /api/v1/homes": DESK | {Role.FAMILY, Role.INSTALLER},
    "POST /api/v1/homes": DESK,
    "GET /api/v1/homes/{code}": DESK | {Role.FAMILY, Role.INSTALLER},
    "PATCH /api/v1/homes/{code}": DESK,
    "GET /api/v1/homes/{code}/modes": DESK | {Role.FAMILY, Role.INSTALLER},
    "POST /api/v1/homes/{code}/modes": DESK | {Role.FAMILY, Role.INSTALLER},
    "DELETE /api/v1/homes/{code}/modes/{number}": DESK | {Role.FAMILY, Role.INSTALLER},
    "POST /api/v1/homes/{code}/modes/{number}/consent": DESK,
    "GET /api/v1/homes/{code}/supervision": DESK | {Role.INSTALLER},
    "PATCH /api/v1/homes/{code}/supervision": DESK | {Role.INSTALLER},
    "GET /api/v1/homes/{code}/rules": DESK | {Role.INSTALLER},
    "PUT /api/v1/homes/{code}/rules": DESK | {Role.INSTALLER},
    "GET /api/v1/homes/{code}/residents": DESK | {Role.FAMILY},
    "POST /api/v1/homes/{code}/residents": DESK,
    "PATCH /api/v1/homes/{code}/residents/{number}": DESK,
    "DELETE /api/v1/homes/{code}/residents/{number}": DESK,
    "GET /api/v1/homes/{code}/contacts": DESK | {Role.FAMILY},
    "POST /api/v1/homes/{code}/contacts": DESK,
    "PATCH /api/v1/homes/{code}/contacts/{number}": DESK,
    "DELETE /api/v1/homes/{code}/contacts/{number}": DESK,
    "GET /api/v1/homes/{code}/key-holders": DESK | {Role.FAMILY},
    "POST /api/v1/homes/{code}/key-holders": DESK,
    "PATCH /api/v1/homes/{code}/key-holders/{number}": DESK,
    "DELETE /api/v1/homes/{code}/key-holders/{number}": DESK,
    "GET /api/v1/homes/{code}/entry-consents": DESK,
    "POST /api/v1/homes/{code}/entry-consents": DESK,
    "POST /api/v1/homes/{code}/entry-consents/{number}/withdraw": DESK,
    "GET /api/v1/homes/{code}/devices": DESK | {Role.FAMILY, Role.INSTALLER},
    "POST /api/v1/homes/{code}/devices": DESK | {Role.INSTALLER},
    "GET /api/v1/homes/{code}/devices/{device:path}": DESK | {Role.FAMILY, Role.INSTALLER},
    "PATCH /api/v1/homes/{code}/devices/{device:path}": DESK | {Role.INSTALLER},
    "DELETE /api/v1/homes/{code}/devices/{device:path}": DESK | {Role.INSTALLER},
    "GET /api/v1/homes/{code}/readings": DESK | {Role.FAMILY, Role.INSTALLER},
    "GET /api/v1/homes/{code}/unread-topics": DESK | {Role.INSTALLER},
    "GET /api/v1/homes/{code}/signals": DESK,
    "GET /api/v1/homes/{code}/reports": DESK,
    "GET /api/v1/areas": DESK | {Role.INSTALLER},
    "GET /api/v1/responders": DESK,
    "GET /api/v1/operators": DESK,
    "POST /api/v1/responders": ABOVE,
    "PATCH /api/v1/responders/{person}": ABOVE,
    "GET /api/v1/responders/{person}/rota": DESK,
    "POST /api/v1/responders/{person}/shifts": ABOVE,
    "DELETE /api/v1/responders/{person}/shifts/{number}": ABOVE,
    "POST /api/v1/responders/{person}/exceptions": ABOVE,
    "DELETE /api/v1/responders/{person}/exceptions/{number}": ABOVE,
    "POST /api/v1/areas": ABOVE,
    "PATCH /api/v1/areas/{code}": ABOVE,
    "GET /api/v1/cover": DESK,
    "GET /api/v1/cover/journal": DESK,
    "GET /api/v1/plans": DESK,
    "POST /api/v1/plans": ABOVE,
    "GET /api/v1/plans/{code}/{version}": DESK,
    "POST /api/v1/plans/{code}/{version}/retire": ABOVE,
    "GET /api/v1/texts": DESK,
    "GET /api/v1/texts/{name}/{language}": DESK,
    "POST /api/v1/texts/{name}/{language}": ABOVE,
    "POST /api/v1/texts/{name}/{language}/{version}/in-force": ABOVE,
    "GET /api/v1/protocols": DESK,
    "POST /api/v1/protocols": ABOVE,
    "GET /api/v1/protocols/{kind}": DESK,
    "POST /api/v1/alarms/{alarm_id}/protocol/{line}": DESK,
    "POST /api/v1/alarms/{alarm_id}/hand-over": DESK,
    "GET /api/v1/dispatches/{dispatch_id}": DESK | {Role.RESPONDER},
    "GET /api/v1/homes/{code}/access-views": ABOVE,
    "GET /api/v1/people/{person}/messages": DESK,
    "POST /api/v1/people/{person}/messages": DESK,
    "GET /api/v1/messages": DESK,
    "POST /api/v1/messages/{message}/read": DESK,
    "GET /api/v1/work-orders": DESK | {Role.INSTALLER},
    "POST /api/v1/work-orders": DESK | {Role.INSTALLER},
    "GET /api/v1/work-orders/{number}": DESK | {Role.INSTALLER},
    "POST /api/v1/work-orders/{number}/assign": DESK | {Role.INSTALLER},
    "POST /api/v1/work-orders/{number}/done": DESK | {Role.INSTALLER},
    "POST /api/v1/work-orders/{number}/cancel": DESK,
    "GET /api/v1/tasks": DESK | {Role.INSTALLER},
    "POST /api/v1/tasks": DESK,
    "GET /api/v1/tasks/{number}": DESK | {Role.INSTALLER},
    "POST /api/v1/tasks/{number}/assign": DESK,
    "POST /api/v1/tasks/{number}/done": DESK | {Role.INSTALLER},
    "GET /api/v1/dead-letters": DESK,
    "GET /api/v1/dead-letters/counts": DESK,
    "POST /api/v1/dead-letters/replay": ABOVE,
    "GET /api/v1/warnings": DESK,
    "GET /api/v1/threads": DESK,
    "GET /api/v1/modes": DESK,
    "GET /api/v1/outages": DESK,
}
OPEN_TO_ALL = {"GET /healthz", "GET /readyz", "GET /metrics", "POST /api/v1/session"}
OPEN_PAGES = {
    "GET /",
    "GET /login",
    "POST /language/{code}",
    "GET /code",
    "POST /code",
    "GET /code/{alarm_id}",
    "POST /code/{alarm_id}/{answer}",
}
SIGNED = {
    "POST /webhooks/twilio/status",
    "POST /webhooks/twilio/sms",
    "POST /webhooks/twilio/voice",
    "POST /webhooks/twilio/voice/status",
    "POST /webhooks/twilio/voice/rings/{ring_id}/offer",
    "POST /webhooks/twilio/voice/rings/{ring_id}/over",
}
VALUES = {
    "name": "alarm",
    "language": "zh",
    "alarm_id": "1",
    "dispatch_id": "1",
    "move": "accept",
    "code": "H0001",
    "number": "1",
    "device": "button-1",
    "person": "1",
    "version": "1",
    "kind": "smoke",
    "line": "call_119",
    "message": "1",
    "call": "1",
    "person_id": "1",
    "subscription_id": "1",
    "token_id": "1",
}


def routes() -> Iterator[tuple[str, APIRoute]]:
    """Every route of the API's own modules."""
    for module in api_app.MODULES:
        for route in module.router.routes:
            assert isinstance(route, APIRoute)
            for method in route.methods or ():
                yield f"{method} {route.path}", route


ROUTES = dict(routes())


def guards(dependant: Dependant) -> Iterator[Any]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from guards(inner)


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


def test_every_route_is_served_by_the_application(house: House) -> None:
    described = house.client().get("/api/v1/openapi.json").json()["paths"]
    served = {f"{m.upper()} {path}" for path, by in described.items() for m in by}
    assert {name.replace(":path", "") for name in ROUTES} == served


def test_every_route_has_a_rule() -> None:
    """A new route must be added to the table above, on purpose."""
    assert set(ROUTES) == set(RULES) | OPEN_TO_ALL | SIGNED


def served(routes: Sequence[Any]) -> Iterator[APIRoute]:
    """Every endpoint below these routes, in whatever they are included."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from served(inner.routes)


def test_whatever_the_application_serves_has_a_guard(house: House) -> None:
    """Pages too: a role, a signature, or a place in the list of what is open to all."""
    unguarded = {
        f"{method} {route.path}"
        for route in served(house.app.routes)
        for method in route.methods or ()
        if not any(
            hasattr(guard, "roles") or guard is WEBHOOK_GUARD for guard in guards(route.dependant)
        )
    }
    assert {name for name, _ in routes()} <= {
        f"{method} {route.path}"
        for route in served(house.app.routes)
        for method in route.methods or ()
    }
    assert unguarded == OPEN_TO_ALL | OPEN_PAGES


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_route_admits_exactly_its_roles(name: str) -> None:
    roles = [g.roles for g in guards(ROUTES[name].dependant) if hasattr(g, "roles")]
    assert [set(each) for each in roles] == [RULES[name]]


@pytest.mark.parametrize("name", sorted(SIGNED))
def test_a_webhook_checks_its_signature(name: str) -> None:
    assert WEBHOOK_GUARD in list(guards(ROUTES[name].dependant))


def test_only_the_log_in_may_change_something_unasked() -> None:
    unsafe = [n for n in OPEN_TO_ALL if not n.startswith("GET")]
    assert [ROUTES[n].endpoint for n in unsafe] == [log_in_route]


def test_whoever_is_not_meant_is_turned_away_at_every_route(house: House) -> None:
    house.press()
    for name, roles in RULES.items():
        method, path = name.split(" ", 1)
        url = path.replace(":path", "").format(**VALUES)
        assert house.client().request(method, url).status_code == 401, name
        for role in ALL - roles:
            answer = house.client(role).request(method, url, json={})
            assert answer.status_code == 403, (name, role, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"


def test_a_family_sees_its_own_home_and_no_other(house: House) -> None:
    own, other = house.press("H0001"), house.press("H0002")
    family = house.client(Role.FAMILY)
    assert [a["id"] for a in family.get("/api/v1/alarms").json()["items"]] == [own]
    assert family.get(f"/api/v1/alarms/{other}").status_code == 404
    assert (
        family.post(f"/api/v1/alarms/{other}/respond", json={"answer": "going"}).status_code == 404
    )
    assert [h["code"] for h in family.get("/api/v1/homes").json()["items"]] == ["H0001"]
    for below in (
        "",
        "/residents",
        "/contacts",
        "/key-holders",
        "/devices",
        "/devices/button-1",
        "/readings?metric=temperature",
    ):
        assert family.get(f"/api/v1/homes/H0001{below}").status_code == 200
        assert family.get(f"/api/v1/homes/H0002{below}").status_code == 404
    assert family.get("/api/v1/alarms?home=H0002&state=all").json()["items"] == []


def test_a_family_reads_neither_the_desks_notes_nor_how_to_get_in(house: House) -> None:
    alarm = house.press()
    desk = house.client(Role.OPERATOR)
    desk.post(f"/api/v1/alarms/{alarm}/acknowledge")
    desk.post(f"/api/v1/alarms/{alarm}/note", json={"text": "daughter did not answer"})
    seen = house.client(Role.FAMILY).get(f"/api/v1/alarms/{alarm}").json()
    assert (seen["notes"], seen["notifications"], seen["responders"]) == ([], [], [])
    assert seen["home_detail"]["access_notes"] is None
    assert house.client(Role.FAMILY).get("/api/v1/homes/H0001").json()["access_notes"] is None
    assert desk.get(f"/api/v1/alarms/{alarm}").json()["notes"][0]["actor_name"] == "The operator"


def test_a_responder_sees_the_way_in_only_between_accepting_and_the_end(house: House) -> None:
    alarm, other = house.press("H0001"), house.press("H0002")
    desk, responder = house.client(Role.OPERATOR), house.client(Role.RESPONDER)
    assert responder.get("/api/v1/alarms").json()["items"] == []
    assert responder.get(f"/api/v1/alarms/{alarm}").status_code == 404
    desk.post(f"/api/v1/alarms/{alarm}/acknowledge")
    sent = desk.post(
        f"/api/v1/alarms/{alarm}/dispatch", json={"responder": house.district.responder}
    ).json()
    number = sent["dispatches"][0]["id"]

    offered = responder.get(f"/api/v1/alarms/{alarm}").json()
    assert offered["address"]
    assert offered["home_detail"]["access_notes"] is None
    assert offered["home_detail"]["contacts"] == offered["home_detail"]["key_holders"] == []
    assert offered["home_detail"]["residents"][0]["risks"] == ""

    assert responder.post(f"/api/v1/dispatches/{number}/accept").status_code == 200
    accepted = responder.get(f"/api/v1/alarms/{alarm}").json()
    assert "Key box" in accepted["home_detail"]["access_notes"]
    assert accepted["home_detail"]["contacts"][0]["phone"]
    assert "Diabetes" in accepted["home_detail"]["residents"][0]["risks"]

    responder.post(f"/api/v1/dispatches/{number}/arrive")
    responder.post(f"/api/v1/dispatches/{number}/done", json={"finding": "all well"})
    assert responder.get(f"/api/v1/alarms/{alarm}").json()["home_detail"]["access_notes"] is None
    assert responder.get(f"/api/v1/alarms/{other}").status_code == 404


def test_a_responder_moves_only_their_own_dispatch(house: House, conn: Connection) -> None:
    alarm = house.press()
    other = people.add_person(conn, name="Other", phone="+8613900000009")
    people.add_responder(conn, person_id=other, kind="volunteer", area="G1")
    desk, responder = house.client(Role.OPERATOR), house.client(Role.RESPONDER)
    desk.post(f"/api/v1/alarms/{alarm}/acknowledge")
    sent = desk.post(f"/api/v1/alarms/{alarm}/dispatch", json={"responder": other}).json()
    number = sent["dispatches"][0]["id"]
    assert responder.post(f"/api/v1/dispatches/{number}/accept").status_code == 404
    assert desk.post(f"/api/v1/dispatches/{number}/accept").status_code == 200
    assert alarms.get(conn, alarm) is not None


def test_a_declined_dispatch_closes_the_door_again(house: House) -> None:
    alarm = house.press()
    desk, responder = house.client(Role.OPERATOR), house.client(Role.RESPONDER)
    desk.post(f"/api/v1/alarms/{alarm}/acknowledge")
    sent = desk.post(
        f"/api/v1/alarms/{alarm}/dispatch", json={"responder": house.district.responder}
    ).json()
    path = f"/api/v1/alarms/{alarm}/dispatches/{sent['dispatches'][0]['id']}/decline"
    assert responder.post(path).json()["state"] == "DECLINED"
    assert responder.get(f"/api/v1/alarms/{alarm}").status_code == 404
    assert responder.get("/api/v1/alarms").json()["items"] == []


def test_an_installer_sees_homes_and_devices_and_no_health(house: House) -> None:
    house.press()
    installer = house.client(Role.INSTALLER)
    file = installer.get("/api/v1/homes/H0001").json()
    assert [d["code"] for d in file["devices"]] == ["button-1", "smoke-1"]
    assert file["residents"] == [{"id": 1, "name": "Wang Xiuying 1"}]
    assert (file["contacts"], file["key_holders"], file["access_notes"]) == ([], [], None)
    assert installer.get("/api/v1/alarms").status_code == 403
