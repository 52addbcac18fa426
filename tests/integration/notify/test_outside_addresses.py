"""Webhooks go to the world: to nothing inside, by whatever name, unless it is allowed."""

import socket
from dataclasses import fields
from ipaddress import ip_network
from typing import Any

import pytest
import requests

from alerts.notify.channels import outside_addresses
from alerts.notify.channels.interface import SendError
from alerts.notify.channels.outside_addresses import (
    InternalAddressError,
    is_internal,
    session_to_the_world,
)
from alerts.notify.channels.webhook import WebhookChannel
from alerts.setting_fields import LOOPBACK
from store.db import Connection, Pool
from store.model import Notification, Role
from store.notify.subscriptions import Target
from tests.integration.api.api_kit import HandClock, House, build_house
from tests.receivers import http_receiver


def a_notification() -> Notification:
    nothing: dict[str, Any] = {field.name: None for field in fields(Notification)}
    return Notification(**{**nothing, "id": 1, "address": "1", "body": "{}"})


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("10.1.2.3", True),
        ("172.18.0.1", True),
        ("192.168.1.1", True),
        ("169.254.169.254", True),  # the metadata service of clouds
        ("100.64.0.1", True),
        ("0.0.0.0", True),
        ("224.0.0.1", True),
        ("255.255.255.255", True),
        ("::1", True),
        ("::", True),
        ("fe80::1%eth0", True),
        ("fd00::1", True),
        ("::ffff:10.0.0.1", True),
        ("64:ff9b::a00:1", True),
        ("2002:a00:1::", True),
        ("8.8.8.8", False),
        ("2606:4700:4700::1111", False),
        ("64:ff9b::808:808", False),
    ],
)
def test_what_is_inside(address: str, inside: bool) -> None:
    assert is_internal(address) is inside


def test_networks_of_ones_own_may_be_allowed() -> None:
    own = (ip_network("10.0.5.0/24"),)
    assert not is_internal("10.0.5.9", own)
    assert not is_internal("::ffff:10.0.5.9", own)
    assert is_internal("10.0.6.9", own)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0", "2130706433", "[::ffff:127.0.0.1]"]
)
def test_no_spelling_of_here_is_reached(host: str) -> None:
    """Break: looking at the text of the address and not at what it means."""
    with http_receiver() as inside:
        with session_to_the_world(()) as session, pytest.raises(InternalAddressError):
            session.post(f"http://{host}:{inside.port}/", data=b"x", timeout=5)
        assert inside.posts.empty()


def test_a_name_that_means_another_address_the_next_moment_is_no_way_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding. Break: looking the name up to check it, and again to connect."""
    asked: list[str] = []
    with http_receiver() as inside:
        real = socket.getaddrinfo

        def rebinding(host: str, port: int, *words: Any, **more: Any) -> Any:
            if host != "rebinding.example.org":
                return real(host, port, *words, **more)
            asked.append(host)
            address = "192.0.2.1" if len(asked) == 1 else "127.0.0.1"
            return real(address, port, *words, **more)

        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        monkeypatch.setattr(outside_addresses, "is_internal", lambda ip, *_: ip.startswith("127."))
        with session_to_the_world(()) as session, pytest.raises(requests.RequestException):
            session.post(f"http://rebinding.example.org:{inside.port}/", data=b"x", timeout=0.5)
        assert asked == ["rebinding.example.org"]
        assert inside.posts.empty()


def test_an_allowed_one_is_reached_and_a_redirect_is_not_followed(pool: Pool) -> None:
    with http_receiver() as inside, http_receiver() as other:
        target = Target(f"http://localhost:{inside.port}/hook", "s" * 32)
        channel = WebhookChannel(lambda _: target, HandClock(), "https://a.example.org", LOOPBACK)
        channel.send(a_notification())
        assert inside.next_post().path == "/hook"
        inside.answers.put(302)
        inside.location = other.url
        with pytest.raises(SendError):
            channel.send(a_notification())
        assert other.posts.empty()


def test_what_is_queued_for_an_internal_address_is_refused_for_good(pool: Pool) -> None:
    """A subscription of before, or a name that has changed. Break: checking only the new."""
    with http_receiver() as inside:
        target = Target(f"http://localhost:{inside.port}/hook", "s" * 32)
        channel = WebhookChannel(lambda _: target, HandClock(), "https://a.example.org")
        with pytest.raises(SendError, match="internal_address") as refused:
            channel.send(a_notification())
        assert refused.value.permanent
        assert inside.posts.empty()


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url, homes=1)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "https://localhost:5432/x",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]:8000/",
        "http://user@10.0.0.1/",
        "http://x:99999/",
        "http://[nonsense/",
    ],
)
def test_whoever_subscribes_one_hears_it_at_once(house: House, url: str) -> None:
    answer = house.client(Role.ADMIN).post("/api/v1/subscriptions", json={"url": url})
    assert answer.status_code == 422
