"""Where a request comes from, and what counts as one address."""

import pytest
from starlette.requests import Request

from api.access.login_throttle import network_of
from api.http.client_address import client_address, how_forwarded


def request(host: str | None, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    client = (host, 1) if host is not None else None
    return Request({"type": "http", "headers": headers, "client": client})


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("a-socket", "a-socket"),
        (None, ""),
    ],
)
def test_an_address_has_one_spelling(host: str | None, address: str) -> None:
    assert client_address(request(host)) == address


@pytest.mark.parametrize(
    ("host", "forwarded", "how"),
    [
        ("203.0.113.5", (), "none"),
        ("203.0.113.5", ("203.0.113.5",), "taken"),
        ("203.0.113.5", ("192.0.2.1, 203.0.113.5",), "taken"),
        ("203.0.113.5", ("192.0.2.1", "203.0.113.5:4711"), "taken"),
        ("2001:db8::1", ("[2001:db8::1]:4711",), "taken"),
        ("172.18.0.1", ("203.0.113.5",), "ignored"),
        ("3.0.113.5", ("203.0.113.5",), "ignored"),
        (None, ("203.0.113.5",), "ignored"),
    ],
)
def test_whether_a_proxy_was_believed(
    host: str | None, forwarded: tuple[str, ...], how: str
) -> None:
    assert how_forwarded(request(host, *forwarded)) == how


def test_a_household_has_one_network() -> None:
    assert network_of("203.0.113.5") == "203.0.113.5"
    assert network_of("2001:db8:7:9::1") == network_of("2001:db8:7:9:ffff::2")
    assert network_of("2001:db8:7:9::1") != network_of("2001:db8:7:a::1")
    assert network_of("a-socket") == "a-socket"
