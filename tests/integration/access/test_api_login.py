"""Log-in, throttle, sessions, CSRF, tokens."""

import re
from datetime import timedelta
from typing import Any, Literal

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from api.access import accounts, login
from api.access.login import LONGEST_SESSION, SESSION_LENGTH, hash_password
from api.errors import ConflictError, InvalidError, MissingError
from store.access import sessions
from store.db import Connection, Pool
from store.model import Role
from tests.district import NOON
from tests.integration.api.api_kit import PASSWORD, House, build_house


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url, homes=1)


def log_in(house: House, username: str = "the-operator", password: str = PASSWORD) -> Any:
    return house.client().post("/api/v1/session", json={"username": username, "password": password})


def test_a_log_in_opens_a_session_that_tells_who_one_is(house: House) -> None:
    browser = house.browser()
    me = browser.get("/api/v1/session").json()
    assert (me["username"], me["role"], bool(me["csrf"])) == ("the-operator", "operator", True)


def test_the_cookie_is_closed_to_scripts_and_only_its_hash_is_stored(
    house: House, conn: Connection
) -> None:
    answer = log_in(house)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    secret = answer.cookies["anxin"]
    stored = conn.execute("SELECT token_hash FROM sessions").fetchall()
    assert all(secret.encode() not in row[0] for row in stored)
    assert all(len(row[0]) == 32 for row in stored)


@pytest.mark.parametrize("username", ["the-operator", "nobody-of-that-name"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_words(
    house: House, username: str
) -> None:
    answer = log_in(house, username, "wrong password")
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:anxin:problem:wrong-password"
    assert answer.json()["detail"] == "The user name or the password is wrong"


@pytest.fixture
def slow_hash(house: House) -> None:
    """The operator's password hashed as the product does it."""
    sessions.set_password(house.conn, "the-operator", hash_password(PASSWORD))


def test_a_password_is_hashed_with_the_work_it_should_be() -> None:
    """Broken by handing PasswordHasher() less memory or fewer passes."""
    work = extract_parameters(hash_password(PASSWORD))
    assert (work.type, work.memory_cost, work.time_cost) == (Type.ID, 64 * 1024, 3)


@pytest.mark.parametrize("username", ["the-operator", "nobody"])
def test_an_unknown_name_takes_as_long_as_a_wrong_password(
    house: House, slow_hash: None, monkeypatch: pytest.MonkeyPatch, username: str
) -> None:
    """Each is checked once, against a hash that takes as much work as the product asks for."""
    checked = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            checked.append(extract_parameters(str(hash)))
            return super().verify(hash, password)

    monkeypatch.setattr(login, "_hasher", Watched())
    assert log_in(house, username, "wrong password").status_code == 401
    assert checked == [extract_parameters(hash_password(PASSWORD))]


def test_a_session_ends_after_twelve_quiet_hours_and_slides_when_used(house: House) -> None:
    browser = house.browser()
    for _ in range(2):
        house.clock.at += SESSION_LENGTH - timedelta(hours=1)
        assert browser.get("/api/v1/session").status_code == 200
    other = house.browser()
    house.clock.at += SESSION_LENGTH + timedelta(seconds=1)
    assert other.get("/api/v1/session").status_code == 401


def test_a_session_ends_after_a_day_however_much_is_done_in_it(house: House) -> None:
    """Break: sliding without an end: a stolen cookie is good for ever."""
    browser = house.browser()
    for _ in range(int(LONGEST_SESSION / timedelta(hours=1)) - 1):
        house.clock.move(hours=1)
        assert browser.get("/api/v1/session").status_code == 200
    house.clock.move(hours=1, seconds=1)
    assert browser.get("/api/v1/session").status_code == 401


def test_logging_out_ends_the_session_itself(house: House) -> None:
    browser = house.browser()
    stolen = dict(browser.cookies)
    csrf = browser.get("/api/v1/session").json()["csrf"]
    assert browser.delete("/api/v1/session", headers={"X-CSRF-Token": csrf}).status_code == 204
    thief = house.client()
    thief.cookies.update(stolen)
    assert thief.get("/api/v1/session").status_code == 401


def test_a_cookie_alone_changes_nothing(house: House) -> None:
    alarm = house.press()
    browser, other = house.browser(), house.browser(Role.SUPERVISOR)
    foreign = other.get("/api/v1/session").json()["csrf"]
    path = f"/api/v1/alarms/{alarm}/acknowledge"
    for headers in ({}, {"X-CSRF-Token": "guess"}, {"X-CSRF-Token": foreign}):
        answer = browser.post(path, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:anxin:problem:csrf")
    own = browser.get("/api/v1/session").json()["csrf"]
    assert browser.post(path, headers={"X-CSRF-Token": own}).status_code == 200


def test_a_form_may_carry_the_token_in_a_field(house: House) -> None:
    browser = house.browser()
    csrf = browser.get("/api/v1/session").json()["csrf"]
    wrong = browser.request("DELETE", "/api/v1/session", data={"csrf": "x"})
    assert wrong.status_code == 403
    right = browser.request("DELETE", "/api/v1/session", data={"csrf": csrf})
    assert right.status_code == 204


def test_a_log_in_form_of_another_site_is_refused(house: House) -> None:
    answer = house.client().post(
        "/api/v1/session", data={"username": "the-operator", "password": PASSWORD}
    )
    assert answer.json()["type"] == "urn:anxin:problem:csrf"
    assert "anxin" not in answer.cookies


@pytest.mark.parametrize(
    ("password", "csrf", "leads_to"),
    [
        (PASSWORD, None, "/console"),
        ("wrong password", None, "/login?error=wrong"),
        (PASSWORD, "of another page", "/login?error=stale"),
    ],
)
def test_the_log_in_page_leads_on_or_back_to_itself(
    house: House, password: str, csrf: str | None, leads_to: str
) -> None:
    browser = house.client()
    page = browser.get("/login", headers={"Accept": "text/html"}).text
    token = re.search(r'name="csrf"[^>]*value="([0-9a-f]{64})"', page)
    assert token
    answer = browser.post(
        "/api/v1/session",
        data={
            "username": "the-operator",
            "password": password,
            "next": "/console",
            "csrf": csrf or token[1],
        },
        headers={"Accept": "text/html"},
        follow_redirects=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, leads_to)
    assert ("anxin" in browser.cookies) == (leads_to == "/console")


def test_plain_text_that_happens_to_be_json_is_refused(house: House) -> None:
    """What another site's form can send without asking us first."""
    answer = house.client().post(
        "/api/v1/session",
        content=b'{"username": "the-operator", "password": "correct horse"}',
        headers={"Content-Type": "text/plain"},
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b'{"username": 1, "password": []}'])
def test_a_log_in_that_cannot_be_read_is_a_clear_error(house: House, body: bytes) -> None:
    answer = house.client().post(
        "/api/v1/session", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_works_until_it_is_revoked_or_its_user_disabled(
    house: House, conn: Connection
) -> None:
    client = house.client(Role.OPERATOR)
    assert client.get("/api/v1/session").json()["csrf"] is None
    accounts.disable_user(conn, "the-operator", NOON)
    answer = client.get("/api/v1/session")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="anxin"')


def test_a_program_gets_a_service_user_of_its_role_which_no_password_opens(
    house: House, conn: Connection
) -> None:
    first = accounts.make_role_token(conn, Role.OPERATOR, "nightly", NOON).secret
    second = accounts.make_role_token(conn, Role.OPERATOR, "other", NOON).secret
    client = house.client()
    seen = [
        client.get("/api/v1/session", headers={"Authorization": f"Bearer {token}"}).json()
        for token in (first, second)
    ]
    assert seen[0]["id"] == seen[1]["id"]
    assert seen[0]["role"] == "operator"
    assert log_in(house, "service-operator", "!").status_code == 401


def test_a_new_password_ends_the_sessions_of_the_old(house: House, conn: Connection) -> None:
    browser = house.browser()
    accounts.set_password(conn, "the-operator", "another one 2")
    assert browser.get("/api/v1/session").status_code == 401
    assert log_in(house).status_code == 401
    assert log_in(house, password="another one 2").status_code == 200


def test_the_command_line_hears_what_is_wrong(house: House, conn: Connection) -> None:
    with pytest.raises(ConflictError, match="taken"):
        accounts.add_user(
            conn, username="the-operator", role=Role.OPERATOR, password=PASSWORD, now=NOON
        )
    with pytest.raises(InvalidError, match="characters"):
        accounts.set_password(conn, "the-operator", "short")
    with pytest.raises(MissingError, match="no user"):
        accounts.set_password(conn, "nobody", PASSWORD)
    with pytest.raises(InvalidError, match="user name"):
        accounts.add_user(conn, username="Li Na", role=Role.OPERATOR, password=PASSWORD, now=NOON)


def test_who_logs_out_leaves_no_alarm_behind(house: House, conn: Connection) -> None:
    """Break: end the session and nothing else: their alarms are nobody's for five minutes."""
    number = house.press()
    browser = house.browser()
    csrf = {"X-CSRF-Token": browser.get("/api/v1/session").json()["csrf"]}
    assert browser.post(f"/api/v1/alarms/{number}/acknowledge", headers=csrf).status_code == 200
    elsewhere = house.browser()
    assert browser.delete("/api/v1/session", headers=csrf).status_code == 204
    seen = house.client(Role.OPERATOR).get(f"/api/v1/alarms/{number}").json()
    assert seen["state"] == "ACKNOWLEDGED", "they are still at the desk elsewhere"
    token = re.search(r'name="csrf" (?:content|value)="([^"]+)"', elsewhere.get("/console").text)
    assert token
    assert elsewhere.post("/logout", data={"csrf": token[1]}).status_code == 200
    seen = house.client(Role.OPERATOR).get(f"/api/v1/alarms/{number}").json()
    assert (seen["state"], seen["owner"]) == ("RAISED", None)
    assert seen["journal"][-1]["event"] != "acknowledged"


def test_a_program_that_logs_out_leaves_its_alarms_as_they_are(house: House) -> None:
    number = house.press()
    program = house.client(Role.OPERATOR)
    assert program.post(f"/api/v1/alarms/{number}/acknowledge").status_code == 200
    assert program.delete("/api/v1/session").status_code == 204
    assert program.get(f"/api/v1/alarms/{number}").json()["state"] == "ACKNOWLEDGED"
