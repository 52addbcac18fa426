"""How often passwords may be tried: by name and address together, and who is known has a way in."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.access import accounts, login
from api.access.login import hash_password
from api.access.login_throttle import ADDRESS, NAME, PAIR
from store.access import sessions
from store.access.login_throttle import ATTACK_OVER
from store.db import Connection, Pool
from store.model import Role
from tests.integration.api.api_kit import PASSWORD, House, build_house
from tests.passwords import quick_hash

HOME, FOE, FRIEND = "203.0.113.5", "198.51.100.66", "203.0.113.77"
A_MINUTE, IN_A_QUARTER, AN_HOUR = (limit.amount for limit in PAIR)
OF_AN_ADDRESS, OF_A_NAME = ADDRESS[0].amount, NAME[0].amount


@pytest.fixture
def house(
    pool: Pool, conn: Connection, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> House:
    monkeypatch.setattr(login, "_NOBODYS_HASH", quick_hash("nobody's"))
    return build_house(pool, conn, database_url, homes=1)


def browser(house: House, address: str = HOME) -> TestClient:
    return TestClient(house.app, client=(address, 50_000), raise_server_exceptions=False)


def log_in(client: TestClient, name: str = "the-operator", password: str = PASSWORD) -> Any:
    return client.post("/api/v1/session", json={"username": name, "password": password})


def guess(client: TestClient, times: int = 1, name: str = "the-operator") -> list[int]:
    return [log_in(client, name, "wrong password").status_code for _ in range(times)]


def bar_name(house: House) -> None:
    """Guesses from so many addresses that the name has no tries left for strangers."""
    foes = [browser(house, f"198.51.100.{n}") for n in range(OF_A_NAME // A_MINUTE)]
    assert {code for foe in foes for code in guess(foe, A_MINUTE)} == {401}
    assert guess(browser(house, FOE)) == [429]


def bar_address(house: House, address: str = HOME) -> None:
    foe = browser(house, address)
    tried = [guess(foe, name=f"name{n}")[0] for n in range(OF_AN_ADDRESS)]
    assert set(tried) == {401}
    assert guess(foe, name="one-more") == [429]


def test_delays_grow_with_the_wrong_tries(house: House) -> None:
    """Break: only the first limit."""
    foe = browser(house, FOE)
    assert guess(foe, A_MINUTE + 1) == [401] * A_MINUTE + [429]
    waits = [log_in(foe).headers["retry-after"]]
    for _ in range(3):
        house.clock.move(seconds=61)
        guess(foe, A_MINUTE)
        waits.append(log_in(foe).headers["retry-after"])
    assert [int(wait) // 60 for wait in waits] == [1, 14, 12, 11], "then the quarter of an hour"
    house.clock.move(minutes=12)
    assert guess(foe, A_MINUTE) == [401] * A_MINUTE
    house.clock.move(seconds=61)
    guess(foe, A_MINUTE)
    assert int(log_in(foe).headers["retry-after"]) > 30 * 60, "then the hour"


def test_the_right_password_is_not_looked_at_either_while_one_waits(house: House) -> None:
    foe = browser(house, FOE)
    guess(foe, A_MINUTE)
    refused = log_in(foe)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 61
    house.clock.move(seconds=61)
    assert log_in(foe).status_code == 200


def test_who_guesses_at_a_name_keeps_nobody_out_but_himself(house: House) -> None:
    """Break: counting by name alone: ten wrong passwords bar the owner from everywhere."""
    foe = browser(house, FOE)
    guess(foe, 40)
    assert log_in(foe).status_code == 429
    assert log_in(browser(house)).status_code == 200


def test_a_refused_try_does_not_fill_the_limits_of_others(house: House) -> None:
    """Break: counting on when the pair is refused: one address then fills the name's own limit."""
    guess(browser(house, FOE), OF_A_NAME + 10)
    assert log_in(browser(house, "198.51.100.1")).status_code == 200
    assert log_in(browser(house, FOE), "the-admin").status_code == 200


def test_a_known_browser_has_a_way_in_when_its_name_is_barred(house: House) -> None:
    """Break: no count of its own for a known browser."""
    known = browser(house)
    assert log_in(known).status_code == 200
    bar_name(house)
    assert log_in(browser(house, FRIEND)).status_code == 429, "a stranger's"
    assert log_in(known).status_code == 200


def test_a_known_browser_has_a_way_in_when_its_address_is_barred(house: House) -> None:
    """As behind a proxy that is not named: everybody has its address."""
    known = browser(house)
    assert log_in(known).status_code == 200
    bar_address(house)
    assert log_in(browser(house), "the-admin").status_code == 429
    assert log_in(known).status_code == 200


def test_one_desk_knows_everybody_who_logs_in_there(house: House) -> None:
    desk = browser(house)
    for name in ("the-operator", "the-supervisor"):
        assert log_in(desk, name).status_code == 200
    bar_address(house)
    for name in ("the-operator", "the-supervisor"):
        assert log_in(desk, name).status_code == 200
    assert log_in(desk, "the-admin").status_code == 429


def test_a_known_browser_has_no_more_tries_than_another(house: House) -> None:
    """Who steals its cookie guesses at one name, as from one more address."""
    known = browser(house)
    log_in(known)
    bar_address(house)
    assert guess(known, A_MINUTE + 1) == [401] * A_MINUTE + [429]
    assert guess(known, name="the-admin") == [429]


@pytest.mark.parametrize("change", ["another key", "another user", "too old", "garbage"])
def test_a_cookie_that_is_not_of_this_user_and_ours_is_no_use(house: House, change: str) -> None:
    known = browser(house)
    log_in(known)
    (name,) = (cookie for cookie in known.cookies if "device" in cookie)
    value = str(known.cookies[name])
    if change == "too old":
        house.clock.move(days=401)
    forged = {
        "another key": (name, value[:-1] + ("0" if value[-1] != "0" else "1")),
        "another user": (f"anxin-device-{house.users[Role.ADMIN].id}", value),
        "too old": (name, value),
        "garbage": (name, "☃".encode().hex() + ".1.x"),
    }[change]
    bar_address(house)
    thief = browser(house)
    thief.cookies.set(*forged, path="/api/v1/session")
    user = "the-admin" if change == "another user" else "the-operator"
    assert log_in(thief, user).status_code == 429


def test_the_device_cookie_is_closed_to_scripts_and_sent_with_the_log_in_alone(
    house: House,
) -> None:
    cookies = log_in(browser(house)).headers.get_list("set-cookie")
    (device,) = (cookie for cookie in cookies if "device" in cookie)
    for part in ("HttpOnly", "SameSite=strict", "Path=/api/v1/session", "Max-Age=34560000"):
        assert part in device


def test_guesses_made_at_once_cannot_slip_past_the_limit(house: House) -> None:
    sessions.set_password(house.conn, "the-operator", hash_password(PASSWORD))
    foe = browser(house, FOE)
    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(lambda _: guess(foe)[0], range(30)))
    assert (answers.count(401), answers.count(429)) == (A_MINUTE, 30 - A_MINUTE)


def test_a_log_in_that_works_forgives_the_own_failures_before(house: House) -> None:
    client = browser(house)
    for _ in range(AN_HOUR):
        assert guess(client, A_MINUTE - 1) == [401] * (A_MINUTE - 1)
        assert log_in(client).status_code == 200
        house.clock.move(minutes=16)


def test_a_whole_shift_logs_in_from_one_address(house: House) -> None:
    """Break: counting the tries that were right."""
    for _ in range(OF_AN_ADDRESS + 10):
        assert log_in(browser(house)).status_code == 200


def test_an_address_of_ipv6_is_its_network(house: House) -> None:
    """Break: counting single addresses: a household has 2^64 of them."""
    tried = [guess(browser(house, f"2001:db8:7:9::{n:x}"))[0] for n in range(1, A_MINUTE + 2)]
    assert tried == [401] * A_MINUTE + [429]
    assert log_in(browser(house, "2001:db8:7:a::1")).status_code == 200


def test_a_new_password_lets_a_barred_name_in(house: House, conn: Connection) -> None:
    bar_name(house)
    accounts.set_password(conn, "the-operator", "another one 2")
    assert log_in(browser(house, FRIEND), password="another one 2").status_code == 200


def test_the_desk_has_a_notice_of_who_is_attacked_from_where(house: House) -> None:
    desk = house.client(Role.OPERATOR)
    foe = browser(house, FOE)
    guess(foe, A_MINUTE + 1)
    assert desk.get("/api/v1/warnings").json()["attacks"] == [], "a slip of the finger"
    house.clock.move(seconds=61)
    guess(foe, A_MINUTE)
    house.clock.move(seconds=61)
    guess(foe, 3)
    bar_address(house, "198.51.100.9")
    seen = desk.get("/api/v1/warnings").json()["attacks"]
    assert [(one["username"], one["address"], one["refused"]) for one in seen] == [
        ("the-operator", FOE, 3),
        (None, "198.51.100.9", 1),
    ]
    page = house.browser().get("/console/warnings").text
    assert "data-attacks" in page
    assert FOE in page
    house.clock.at += ATTACK_OVER
    assert desk.get("/api/v1/warnings").json()["attacks"] == []


def test_a_name_that_is_tried_from_everywhere_is_told_without_an_address(house: House) -> None:
    bar_name(house)
    (seen,) = house.client(Role.OPERATOR).get("/api/v1/warnings").json()["attacks"]
    assert (seen["username"], seen["address"]) == ("the-operator", None)


def test_what_was_typed_as_a_name_is_not_kept(house: House, conn: Connection) -> None:
    """It may be the password. Break: plain names in the keys."""
    foe = browser(house, FOE)
    for _ in range(4):
        guess(foe, A_MINUTE + 1, name="hunter2hunter2")
        house.clock.move(seconds=61)
    kept = conn.execute(
        "SELECT t::text FROM login_throttle t UNION ALL SELECT a::text FROM login_attacks a"
    ).fetchall()
    assert kept
    assert not [row for (row,) in kept if "hunter2" in row]
