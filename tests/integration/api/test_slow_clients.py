"""Who is slow over a request's headers is cut off; who is not, is served as ever."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from api.http import slow_clients
from api.server import ApiServer
from store.db import Connection, Pool
from tests.integration.api.api_kit import House, build_house


@pytest.fixture
def port(
    pool: Pool, conn: Connection, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[int]:
    monkeypatch.setattr(slow_clients, "HEADERS_WITHIN", 0.4)
    house: House = build_house(pool, conn, database_url, homes=1)
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        server = ApiServer(house.app)
        thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
        thread.start()
        number = int(sock.getsockname()[1])
        httpx.Client(transport=httpx.HTTPTransport(retries=20)).get(
            f"http://127.0.0.1:{number}/healthz"
        )
        yield number
        server.should_exit = True
        thread.join(30)


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def until_cut(sock: socket.socket) -> bytes:
    """What still comes; TimeoutError when the line is not cut."""
    got = b""
    while chunk := sock.recv(4096):
        got += chunk
    return got


@pytest.mark.parametrize("begun", [b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_headers_that_do_not_come_are_not_waited_for(port: int, begun: bytes) -> None:
    """Break: uvicorn's own protocol, which waits for ever."""
    with closing(connected(port)) as sock:
        sock.sendall(begun)
        assert b"200" not in until_cut(sock)


def test_a_byte_now_and_then_gives_no_more_time(port: int) -> None:
    with closing(connected(port)) as sock:
        sock.settimeout(0.1)
        sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        for _ in range(100):
            try:
                if sock.recv(100) == b"":
                    return
            except TimeoutError:
                sock.sendall(b"a")
            except ConnectionError:
                return
        pytest.fail("still connected after 10 s of a byte each 0.1 s")


def test_a_second_request_on_the_line_has_its_own_time(port: int) -> None:
    ask = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with closing(connected(port)) as sock:
        for _ in range(3):
            sock.sendall(ask)
            got = b""
            while b'"none"}}' not in got:
                got += sock.recv(4096)
            assert b"200 OK" in got
        sock.sendall(b"GET /healthz HTTP/1.1\r\n")
        until_cut(sock)


def test_what_takes_long_to_answer_is_not_cut(port: int) -> None:
    """A stream, and a body that comes later than the headers may."""
    body = b'{"username": "a", "password": "b"}'
    head = b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    with closing(connected(port)) as sock:
        sock.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body))
        sock.settimeout(1)
        with pytest.raises(TimeoutError):
            sock.recv(1)
        sock.settimeout(10)
        sock.sendall(body)
        assert b"401" in sock.recv(4096)
