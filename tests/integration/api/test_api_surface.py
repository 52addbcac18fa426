"""Problem documents, headers, limits, health, metrics, the database away."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from fastapi.testclient import TestClient
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.app import create_app
from api.deps import ApiDeps
from api.http import problems
from api.http.middleware import MAX_BODY
from store.db import Connection, Pool, open_pool
from store.engine import heartbeats
from store.model import Role
from tests.integration.api.api_kit import HERE, HandClock, House, build_house, deps_for


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url, homes=1)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("PUT", "/api/v1/alarms", 405),
        ("GET", "/api/v1/alarms", 401),
        ("GET", "/docs", 404),
        ("DELETE", "/healthz", 405),
    ],
)
def test_every_error_is_a_problem_document(
    house: House, method: str, path: str, status: int
) -> None:
    answer = house.client().request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == status
    assert document["type"].startswith("urn:anxin:problem:")
    assert document["title"]
    assert document["detail"]


def test_what_is_wrong_names_the_field_and_not_the_value(house: House) -> None:
    answer = house.client(Role.OPERATOR).post("/api/v1/homes", json={"code": "secret value"})
    assert {"field": "body.area", "message": "Field required"} in answer.json()["errors"]
    assert "secret value" not in answer.text


def test_an_error_of_ours_says_nothing_about_itself(house: House) -> None:
    app = create_app(house.app.state.deps)  # of its own: the others' has no such route

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("the secret reason")

    answer = TestClient(app, raise_server_exceptions=False).get("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret reason" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/api/v1/session"])
def test_every_answer_carries_the_security_headers(house: House, path: str) -> None:
    headers = house.client().get(path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_over_tls_cookies_and_the_browser_are_bound_to_it(house: House) -> None:
    app = create_app(replace(house.app.state.deps, secure_cookies=True))
    client = TestClient(app, base_url="https://anxin.example.org")
    answer = client.post(
        "/api/v1/session", json={"username": "the-operator", "password": "correct horse"}
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-anxin=")
    assert "Secure" in cookie
    assert "max-age" in answer.headers["strict-transport-security"]


def test_too_large_a_request_is_refused_announced_or_not(house: House) -> None:
    client = house.client(Role.OPERATOR)
    large = b"x" * (MAX_BODY + 1)

    def in_parts() -> object:
        yield large

    for content in (large, in_parts()):
        answer = client.post(
            "/api/v1/homes", content=content, headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["status"]) == (413, 413)


def test_a_person_may_get_a_page_instead_of_a_document(house: House) -> None:
    def page(request: Request, status: int, document: dict[str, object]) -> Response:
        return HTMLResponse(f"<p>{document['title']}", status)

    house.app.state.error_page = page
    client = house.client()
    html = {"Accept": "text/html"}
    assert client.get("/nowhere", headers=html).text == "<p>Not Found"
    assert client.get("/nowhere").json()["status"] == 404
    assert client.get("/api/v1/alarms", headers=html).json()["status"] == 401


def test_the_description_of_the_api_is_there_without_scripts_from_elsewhere(house: House) -> None:
    described = house.client().get("/api/v1/openapi.json").json()
    assert "/api/v1/alarms/{alarm_id}/acknowledge" in described["paths"]
    assert "AlarmView" in described["components"]["schemas"]


def test_ready_only_while_ingest_and_alerts_give_signs_of_life(
    house: House, conn: Connection
) -> None:
    client = house.client()
    first = client.get("/readyz")
    assert first.status_code == 503
    assert first.json()["reasons"] == ["ingest: has never reported", "alerts: has never reported"]
    heartbeats.beat(conn, "ingest", "1", house.clock.now(), {"lag": 0})
    heartbeats.beat(conn, "alerts", "1", house.clock.now(), {})
    house.clock.move(seconds=29)
    assert client.get("/readyz").json()["status"] == "ready"
    heartbeats.beat(conn, "alerts", "2", house.clock.now(), {})
    house.clock.move(seconds=10)
    later = client.get("/readyz")
    assert later.json()["reasons"] == ["ingest: silent for 39 s"]
    assert [i["age_seconds"] for i in later.json()["parts"]["alerts"]["instances"]] == [10, 39]
    assert client.get("/healthz").json()["status"] == "ok"


def test_metrics_count_what_waits(house: House) -> None:
    house.press()
    house.clock.move(minutes=10)
    client = house.client(Role.OPERATOR)
    client.get("/api/v1/alarms")
    client.get("/api/v1/homes/H0001")
    text = client.get("/metrics").text
    for line in (
        'anxin_alarms_open{priority="1"} 1.0',
        'anxin_alarms_unclaimed{priority="1"} 1.0',
        'anxin_outbox_waiting{lane="1"} 2.0',  # to the first contact, and to the loudspeaker
        "anxin_timers_overdue 2.0",  # the next step, and the prompt beside it
        "anxin_database_up 1.0",
        "anxin_stream_clients 0.0",
        'anxin_http_requests_total{method="GET",route="/api/v1/alarms",status="200"} 1.0',
        'anxin_http_requests_total{method="GET",route="/api/v1/homes/{code}",status="200"} 1.0',
    ):
        assert line in text


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_what_monitors_read_is_not_for_the_world(house: House, path: str) -> None:
    """Break: no guard; believing that who comes through a proxy of this machine is this machine."""

    def status(address: str, **headers: str) -> int:
        client = TestClient(house.app, client=(address, 1), raise_server_exceptions=False)
        return int(client.get(path, headers=headers).status_code)

    assert status("127.0.0.1") in (200, 503)
    assert status("::1") in (200, 503)
    assert status("203.0.113.5") == 403
    assert status("testclient") == 403
    assert status("127.0.0.1", **{"X-Forwarded-For": "203.0.113.5"}) == 403, "a proxy not named"
    assert house.client().get("/healthz").status_code == 200
    deps = replace(house.app.state.deps, monitors=(ip_network("203.0.113.0/24"),))
    other = TestClient(create_app(deps), client=("203.0.113.5", 1), raise_server_exceptions=False)
    assert other.get(path).status_code in (200, 503)


def test_invented_methods_and_paths_make_no_series(house: House) -> None:
    """Break: the method as it came: 5,000 invented ones made 7.6 MB of metrics."""
    client = house.client()
    before = len(client.get("/metrics").content)
    for n in range(100):
        assert client.request(f"INVENTED{n}", "/healthz").status_code == 405
        assert client.request(f"INVENTED{n}", f"/nowhere/{n}").status_code == 404
        assert client.get(f"/api/v1/homes/NONE{n}").status_code == 401
    text = client.get("/metrics").text
    assert "INVENTED" not in text
    assert 'method="other"' in text
    assert len(text) < before + 10_000


@pytest.mark.long
def test_while_the_database_is_away_the_api_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.deps.DATABASE_TIMEOUT", 0.2)
    nowhere = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"
    with open_pool(nowhere) as pool:
        deps: ApiDeps = deps_for(pool, nowhere, HandClock())
        client = TestClient(create_app(deps), client=HERE, raise_server_exceptions=False)
        answer = client.post("/api/v1/session", json={"username": "a", "password": "b"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert answer.json()["type"] == "urn:anxin:problem:database-away"
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["parts"]["database"]) == (503, {"ok": False})
        assert client.get("/healthz").status_code == 200
        assert "anxin_database_up 0.0" in client.get("/metrics").text


def test_a_problem_may_carry_more() -> None:
    answer = problems.problem(409, "taken", "Taken", "by another", owner={"id": 1})
    assert b'"owner":{"id":1}' in bytes(answer.body)
