"""One database a run, brought back before each test to how the migrations left it.

A clone for each test costs a tenth of a second and more on a busy disk, and there are thousands;
emptying one costs milliseconds, if whoever empties it and whoever works in it stay connected: a new
connection has to read the catalogue again. What a test leaves behind, the next one does not see:
rows, the numbers of sequences, the own rows of the migrations, settings of a session, locks,
and connections of its own.
"""

import os
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from app.bootstrap.schema import bring_up_to_date
from app.embedded.postgres import EmbeddedPostgres
from store.db import Connection, Pool, open_pool

LARGE = 1 << 20
"""Bytes from which a table is truncated: DELETE is quicker, but leaves dead rows to walk over."""
TABLES = """
SELECT relname, pg_relation_size(oid) > %s FROM pg_class
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname"""
SEEDED = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'seed'::regnamespace
ORDER BY relname"""
SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value),
    last_value IS NOT NULL
FROM pg_sequences WHERE schemaname = 'public'"""
ALONE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> %s"""
KEPT = "tests/kept"
"""Name of the connections that stay from test to test."""
FRESH = """
RESET ALL; RESET SESSION AUTHORIZATION; UNLISTEN *; SELECT pg_advisory_unlock_all();
DISCARD TEMP"""


@contextmanager
def made_database(server_url: str) -> Iterator[str]:
    """A database of its own, empty; its address."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(f'CREATE DATABASE "{name}"')
    # an address and not key=value: settings must be able to read it
    yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server on which databases may be created."""
    given = os.environ.get("ANXIN_TEST_DATABASE_URL")
    if given:
        yield given
        return
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), fast=True)
    yield server.start()
    server.stop()


PROCESSES, PROCESSES_PASSWORD = "test_processes", "processes"
"""Who the code under test logs in as: a role that owns nothing, as in a deployment."""


def processes_url(owner_url: str) -> str:
    """The address of the same database for the processes' role."""
    parts = urlsplit(owner_url)
    where = parts.netloc.rpartition("@")[2]
    login = f"{PROCESSES}:{PROCESSES_PASSWORD}"
    return parts._replace(netloc=f"{login}@{where}").geturl()


@contextmanager
def migrated_database(server_url: str) -> Iterator[str]:
    """A database of its own, migrated; `seed` keeps how that was. Its owner's address."""
    with made_database(server_url) as url:
        bring_up_to_date(url, processes_url=processes_url(url))
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("CREATE SCHEMA seed")
            for table, _ in conn.execute(TABLES, [LARGE]).fetchall():
                if conn.execute(f'SELECT 1 FROM "{table}" LIMIT 1'.encode()).fetchone():
                    conn.execute(f'CREATE TABLE seed."{table}" AS TABLE "{table}"'.encode())
        yield url


@pytest.fixture(scope="session")
def one_database(server_url: str) -> Iterator[str]:
    """The run's database, as its owner."""
    with migrated_database(server_url) as url:
        yield url


class Seed:
    """Brings one database back to how the migrations left it, over a connection that stays."""

    def __init__(self, conn: Connection, sequences: Sequence[tuple[Any, ...]]) -> None:
        """`sequences`: name, value and whether it is used, as SEQUENCES tells of a new database."""
        self._conn = conn
        self._sequences = sequences
        self._seeded = [table for (table,) in conn.execute(SEEDED).fetchall()]
        self._tables: list[str] = []

    def restore(self) -> None:
        """As after the migrations, and nobody else connected but those who are kept."""
        self._conn.execute(ALONE, [KEPT])
        tables = self._conn.execute(TABLES, [LARGE]).fetchall()
        names = [table for table, _ in tables]
        if names != self._tables:
            self._conn.execute(self._function(names).encode())
            self._tables = names
        large = ", ".join(f'"{table}"' for table, is_large in tables if is_large)
        if large:
            with self._conn.transaction():
                self._conn.execute("SET LOCAL session_replication_role = replica")  # the journal's
                self._conn.execute(f"TRUNCATE {large} CASCADE".encode())
        self._conn.execute("SELECT seed.restore()")

    def _function(self, tables: Sequence[str]) -> str:
        """Written once: a function's statements are planned once a connection. The journal refuses
        to be emptied; a replica's session does not ask its triggers."""
        lines = ["PERFORM set_config('session_replication_role', 'replica', true);"]
        lines += [f'DELETE FROM "{table}";' for table in tables]
        lines += [
            f'INSERT INTO "{table}" OVERRIDING SYSTEM VALUE TABLE seed."{table}";'
            for table in self._seeded
        ]
        lines += [f"PERFORM setval('{n}', {value}, {used});" for n, value, used in self._sequences]
        body = "\n".join(lines)
        return f"""
            CREATE OR REPLACE FUNCTION seed.restore() RETURNS void LANGUAGE plpgsql AS $restore$
            BEGIN {body} END $restore$"""


class KeptPool:
    """A pool of connections that go from test to test."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: Pool | None = None
        self._threads: set[threading.Thread] = set()

    def lend(self) -> Pool:
        if self._pool is None:
            self._pool = open_pool(self._url, size=20, name=KEPT)
            self._pool.wait()
        self._threads = set(threading.enumerate())
        return self._pool

    def take_back(self) -> None:
        """Each connection as if it were new. All end if somebody still holds one, or may: a thread
        that a test has left behind would go on in the next one."""
        pool = self._pool
        if pool is None:
            return
        stats = pool.get_stats()
        free = stats["pool_available"]
        if free != stats["pool_size"] or set(threading.enumerate()) - self._threads:
            self.close()
            return
        with ExitStack() as stack:
            for _ in range(free):
                stack.enter_context(pool.connection()).execute(FRESH)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
        self._pool = None


class KeptDatabase:
    """A database and the connections that stay with it; `owner` is the owner's."""

    def __init__(self, url: str) -> None:
        """Before any test has used it."""
        self._url = url
        self._connect()
        self._sequences = self.owner.execute(SEQUENCES).fetchall()
        self.pool = KeptPool(processes_url(url))
        self._seed = Seed(self.owner, self._sequences)

    def _connect(self) -> None:
        self.owner = psycopg.connect(self._url, autocommit=True, application_name=KEPT)

    def restore(self) -> None:
        """As after the migrations. A test may have cut all connections, this one, too."""
        try:
            self._seed.restore()
        except psycopg.OperationalError:
            self._connect()
            self._seed = Seed(self.owner, self._sequences)
            self._seed.restore()

    def close(self) -> None:
        self.pool.close()
        self.owner.close()


@pytest.fixture(scope="session")
def kept_databases() -> Iterator[dict[str, KeptDatabase]]:
    """By address: a file may have a database of its own."""
    kept: dict[str, KeptDatabase] = {}
    yield kept
    for database in kept.values():
        database.close()


@pytest.fixture
def owner_url(one_database: str, kept_databases: dict[str, KeptDatabase]) -> str:
    """The shared database as it was after the migrations, and nobody else connected to it; as its
    owner, for what the processes may not do."""
    if one_database not in kept_databases:
        kept_databases[one_database] = KeptDatabase(one_database)
    kept_databases[one_database].restore()
    return one_database


@pytest.fixture
def owner(owner_url: str, kept_databases: dict[str, KeptDatabase]) -> Connection:
    """The owner's connection, for what the processes may not do."""
    return kept_databases[owner_url].owner


@pytest.fixture
def database_url(owner_url: str) -> str:
    """The same as the processes log in to it."""
    return processes_url(owner_url)


@pytest.fixture
def pool(owner_url: str, kept_databases: dict[str, KeptDatabase]) -> Iterator[Pool]:
    kept = kept_databases[owner_url].pool
    yield kept.lend()
    kept.take_back()


@pytest.fixture
def conn(pool: Pool) -> Iterator[Connection]:
    """One connection, each statement committed on its own unless a transaction is opened."""
    with pool.connection() as conn:
        yield conn
