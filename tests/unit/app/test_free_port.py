"""Ports for servers that start later."""

import random
import socket

import pytest

from app.free_port import FIRST, LAST, free_port


def test_a_port_in_use_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = free_port()
        draws = iter([taken.getsockname()[1], free])
        monkeypatch.setattr(random, "randint", lambda _low, _high: next(draws))
        assert free_port() == free


def test_it_is_none_that_the_system_gives_to_outgoing_connections() -> None:
    assert FIRST <= free_port() <= LAST < 32_768


def test_an_address_that_is_not_ours_is_refused_at_once() -> None:
    with pytest.raises(OSError, match="assign"):
        free_port("192.0.2.1")
