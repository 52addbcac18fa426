"""Promise 26: nobody can lock the operators out.

A real server behind a proxy that it trusts. Break: counting failures by name alone (the operator is
barred by who guesses at the name); reading X-Forwarded-For from anybody (a guesser is somebody else
with each try), or from nobody (all behind the proxy are one).
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from api.access import login
from api.access.login_throttle import PAIR
from api.server import ApiServer
from store.db import Connection, Pool
from tests.integration.api.api_kit import PASSWORD, House, build_house
from tests.passwords import quick_hash

GUESSES = 60
TRIES = PAIR[0].amount


@pytest.fixture
def house(
    pool: Pool, conn: Connection, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> House:
    monkeypatch.setattr(login, "_NOBODYS_HASH", quick_hash("nobody's"))
    return build_house(pool, conn, database_url, homes=1)


@contextmanager
def served(house: House, *trusted_proxies: str) -> Iterator[str]:
    """The application on a port of its own; its address."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        server = ApiServer(house.app, trusted_proxies=trusted_proxies)
        thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        httpx.Client(transport=httpx.HTTPTransport(retries=20)).get(f"{url}/healthz")
        yield url
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


class Person:
    """Somebody's browser, seen by the proxy at an address."""

    def __init__(self, url: str, address: str, stack: ExitStack) -> None:
        headers = {"X-Forwarded-For": address}
        self._http = stack.enter_context(httpx.Client(base_url=url, headers=headers, timeout=30))

    def logs_in(self, name: str = "the-operator", password: str = PASSWORD) -> int:
        sent = {"username": name, "password": password}
        return self._http.post("/api/v1/session", json=sent).status_code

    def guesses(self, times: int, name: str = "the-operator") -> list[int]:
        return [self.logs_in(name, f"guess {n}") for n in range(times)]


def test_an_operator_logs_in_while_the_name_is_attacked(house: House) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(served(house, "127.0.0.0/8"))
        foe = Person(url, "198.51.100.66", stack)
        assert foe.guesses(GUESSES) == [401] * TRIES + [429] * (GUESSES - TRIES)
        operator = Person(url, "203.0.113.5", stack)
        assert operator.logs_in() == 200, "a new computer at another address"
        botnet = [Person(url, f"192.0.2.{n}", stack) for n in range(30)]
        refused = [code for bot in botnet for code in bot.guesses(TRIES)].count(429)
        assert refused > 0, "the name is barred for strangers now"
        assert Person(url, "203.0.113.9", stack).logs_in() == 429
        assert operator.logs_in() == 200, "and known where they have logged in before"


def test_an_operator_logs_in_while_the_address_is_attacked(house: House) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(served(house))  # no proxy is named: all are 127.0.0.1
        operator = Person(url, "203.0.113.5", stack)
        assert operator.logs_in() == 200
        foe = Person(url, "198.51.100.66", stack)
        tried = [code for n in range(GUESSES) for code in foe.guesses(1, f"name{n}")]
        assert 429 in tried
        assert foe.logs_in("the-admin") == 429
        assert operator.logs_in() == 200


def test_who_is_no_proxy_of_ours_cannot_be_somebody_else_with_each_try(house: House) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(served(house, "10.0.0.1"))
        tried = [Person(url, f"192.0.2.{n}", stack).logs_in(password="x") for n in range(TRIES + 1)]
        assert tried == [401] * TRIES + [429]


def test_behind_a_trusted_proxy_an_invented_address_in_front_is_not_believed(house: House) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(served(house, "127.0.0.1"))
        tried = [
            Person(url, f"192.0.2.{n}, 198.51.100.66", stack).logs_in(password="x")
            for n in range(TRIES + 1)
        ]
        assert tried == [401] * TRIES + [429]
