"""No connection waits for ever: not for a frozen server, not for one that only reads any more."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from api.deps import ApiDeps
from api.routes.engine import health
from api.server import ApiServer
from app.bootstrap.schema import bring_up_to_date
from app.embedded.postgres import EmbeddedPostgres
from app.free_port import free_port
from store.answer_limits import (
    NETWORK,
    DatabaseSilentError,
    ReadOnlyDatabaseError,
    answers_within,
    connect,
    connection_settings,
    long_statements,
)
from store.database_errors import is_outage
from store.db import open_pool
from tests.integration.api.api_kit import HandClock, deps_for
from tests.one_app import app_with
from tests.servers.frozen import frozen

SOON = 0.5
DEADLINE = 15.0


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.temporary() as server:
        bring_up_to_date(server.url)
        yield server


def seconds(work: object) -> float:
    began = monotonic()
    assert callable(work)
    work()
    return monotonic() - began


@pytest.mark.parametrize("how", ["statement", "transaction", "pipeline", "copy"])
def test_a_frozen_server_is_waited_for_so_long_and_no_longer(
    server: EmbeddedPostgres, how: str
) -> None:
    """Break: leave `wait` to psycopg."""
    with connect(server.url, "test", SOON) as conn:

        def ask() -> None:
            with pytest.raises(DatabaseSilentError) as caught:  # noqa: PT012  one of four ways
                if how == "statement":
                    conn.execute("SELECT 1")
                elif how == "transaction":
                    with conn.transaction():
                        conn.execute("SELECT 1")
                elif how == "pipeline":
                    with conn.pipeline():
                        conn.execute("SELECT 1").fetchone()
                else:
                    with conn.cursor().copy("COPY metrics TO STDOUT") as copy:
                        copy.read()
            assert is_outage(caught.value), "the same again when it answers"

        with frozen(server):
            assert seconds(ask) < SOON + 1.5
        assert conn.closed, "its answer might still come"


def test_a_connection_to_a_frozen_server_is_not_waited_for(server: EmbeddedPostgres) -> None:
    def ask() -> None:
        with pytest.raises(psycopg.OperationalError):
            connect(server.url, "test")

    with frozen(server):
        assert seconds(ask) < NETWORK["connect_timeout"] + 2


@pytest.mark.parametrize("steady", [True, False])
def test_a_pool_is_well_again_by_itself(server: EmbeddedPostgres, steady: bool) -> None:
    with open_pool(server.url, size=4, steady=steady, answer_within=SOON) as pool:
        with pool.connection() as conn:
            conn.execute("SELECT 1")
        with frozen(server):
            for _ in range(6):
                with (
                    pytest.raises((psycopg.OperationalError, psycopg.Error, TimeoutError)),
                    pool.connection(timeout=SOON) as conn,
                ):
                    conn.execute("SELECT 1")
            pool.check()
        until = monotonic() + DEADLINE
        while True:
            try:
                with pool.connection(timeout=1.0) as conn:
                    conn.execute("SELECT 1")
                    break
            except psycopg.Error:
                assert monotonic() < until, "it never answered again"


def test_a_server_that_only_reads_is_left(server: EmbeddedPostgres) -> None:
    """What was the leader is a standby now: the same connection would be refused for ever."""
    conn = connect(server.url, "test")
    conn.execute("SET default_transaction_read_only = on")
    with pytest.raises(ReadOnlyDatabaseError) as caught:
        conn.execute("UPDATE rollup_state SET hours_until = NULL")
    assert is_outage(caught.value)
    assert conn.closed


def test_what_an_address_says_itself_holds() -> None:
    ours = connection_settings("postgresql://x/y?connect_timeout=9&target_session_attrs=any", "me")
    assert "connect_timeout" not in ours
    assert "target_session_attrs" not in ours
    assert ours["tcp_user_timeout"] == 10_000
    assert "statement_timeout" not in ours["options"]


def test_the_server_ends_statements_first_and_keeps_the_connection(
    server: EmbeddedPostgres,
) -> None:
    with connect(server.url, "test", 1.0) as conn:
        with pytest.raises(psycopg.errors.QueryCanceled) as caught:
            conn.execute("SELECT pg_sleep(5)")
        assert is_outage(caught.value)
        assert conn.execute("SELECT 1").fetchone() == (1,)


def test_long_work_says_so(server: EmbeddedPostgres) -> None:
    with connect(server.url, "test", 0.4) as conn:
        with long_statements(conn, 10.0):
            conn.execute("SELECT pg_sleep(0.6)")
        (limit,) = conn.execute("SHOW statement_timeout").fetchone() or (None,)
        assert limit == "360ms"


def test_a_listener_waits_for_notices_as_long_as_it_likes(server: EmbeddedPostgres) -> None:
    """A time-out that the caller gives is no silence. Break: bound `notifies`, too."""
    with connect(server.url, "test", 0.2) as conn:
        conn.execute("LISTEN x")
        assert list(conn.notifies(timeout=0.5)) == []
        assert not conn.closed


def test_a_limit_is_this_threads_alone(server: EmbeddedPostgres) -> None:
    held = threading.Event()
    with connect(server.url, "test", None) as conn, ThreadPoolExecutor(1) as other:

        def elsewhere() -> None:
            held.wait(DEADLINE)
            conn.execute("SELECT pg_sleep(0.5)")

        done = other.submit(elsewhere)
        with answers_within(0.1):
            held.set()
            done.result(DEADLINE)


# readiness


@pytest.fixture
def api(server: EmbeddedPostgres) -> Iterator[str]:
    with open_pool(server.url, size=4, answer_within=8.0) as pool:
        deps: ApiDeps = deps_for(pool, server.url, HandClock())
        app: FastAPI = app_with(deps)
        listening = ApiServer(app, port=free_port())
        thread = threading.Thread(target=listening.run, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listening.config.port}"
        until = monotonic() + DEADLINE
        while monotonic() < until:
            try:
                httpx.get(f"{url}/healthz", timeout=2)
                break
            except httpx.TransportError:
                threading.Event().wait(0.02)
        yield url
        listening.should_exit = True
        thread.join(DEADLINE)


def test_readiness_is_answered_while_the_database_is_frozen(
    server: EmbeddedPostgres, api: str
) -> None:
    """Within two seconds, also while fifty other requests wait for it. Break: ask in the threads of
    all requests, or wait for a connection as long as they do."""
    with ThreadPoolExecutor(50) as screens, frozen(server):
        waiting = [
            screens.submit(httpx.get, f"{api}/api/v1/alarms", headers=auth, timeout=60)
            for auth in [{"Authorization": "Bearer nobody"}] * 50
        ]
        for _ in range(3):
            began = monotonic()
            answer = httpx.get(f"{api}/readyz", timeout=10)
            assert monotonic() - began < 2.0
            assert answer.status_code == 503
            assert "database" in answer.json()["reasons"][0]
        assert httpx.get(f"{api}/healthz", timeout=2).status_code == 200
        assert {one.result().status_code for one in waiting} == {503}
    until = monotonic() + DEADLINE
    while "no answer" in str(httpx.get(f"{api}/readyz", timeout=10).json()["reasons"]):
        assert monotonic() < until, "never well again"
    assert health.READY_WITHIN < 2


# and all of them


ALONE = {
    "app/embedded/postgres.py",  # whether the embedded server answers: connect_timeout alone
    "app/bootstrap/schema.py",  # migrations take as long as they take
}


def test_every_connection_of_a_process_has_its_limits() -> None:
    """Broken by a plain psycopg.connect somewhere."""
    plain = re.compile(r"psycopg\.(Async)?[Cc]onnect(ion\.connect)?\(")
    found = set()
    for folder in ("alerts", "api", "app", "ingest", "store", "care"):
        for path in Path(folder).rglob("*.py"):
            if path.parts[:2] == ("app", "bench") or "node_modules" in path.parts:
                continue
            for call in plain.finditer(path.read_text(encoding="utf-8")):
                after = path.read_text(encoding="utf-8")[call.end() : call.end() + 250]
                if "connection_settings(" not in after:
                    found.add(path.as_posix())
    assert found == ALONE
