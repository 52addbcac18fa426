"""One database a run, brought back before each test to how the migrations left it.

A clone for each test costs a tenth of a second and more on a busy disk, and there are a thousand;
emptying one costs a few milliseconds. What a test leaves behind in it, the next one does not see:
rows, the numbers that sequences have come to, the migrations' own rows, and connections.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest

from app.bootstrap.schema import bring_up_to_date
from app.embedded.postgres import EmbeddedPostgres
from store.db import Connection, Pool, open_pool

LARGE = 1 << 20
"""Bytes from which a table is truncated: DELETE is quicker, but leaves dead rows to walk over."""
TABLES = """
SELECT relname, pg_table_size(oid) > %s FROM pg_class
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"""
SEEDED = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'seed'::regnamespace
AND relname <> 'sequences'"""
SEQUENCES = """
SELECT schemaname, sequencename, coalesce(last_value, start_value) AS value,
    last_value IS NOT NULL AS is_called
FROM pg_sequences WHERE schemaname = 'public'"""
REWIND = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, value, is_called)
FROM seed.sequences"""
ALONE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""


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


@contextmanager
def migrated_database(server_url: str) -> Iterator[str]:
    """A database of its own, migrated; `seed` keeps how that was. Its address."""
    with made_database(server_url) as url:
        bring_up_to_date(url)
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("CREATE SCHEMA seed")
            for table, _ in conn.execute(TABLES, [LARGE]).fetchall():
                if conn.execute(f'SELECT 1 FROM "{table}" LIMIT 1'.encode()).fetchone():
                    conn.execute(f'CREATE TABLE seed."{table}" AS TABLE "{table}"'.encode())
            conn.execute(f"CREATE TABLE seed.sequences AS {SEQUENCES}".encode())
        yield url


@pytest.fixture(scope="session")
def one_database(server_url: str) -> Iterator[str]:
    """The run's database."""
    with migrated_database(server_url) as url:
        yield url


@pytest.fixture
def database_url(one_database: str) -> str:
    """The shared database as it was after the migrations, and nobody else connected to it."""
    with psycopg.connect(one_database, autocommit=True) as conn:
        conn.execute(ALONE)
        tables = conn.execute(TABLES, [LARGE]).fetchall()
        seeded = conn.execute(SEEDED).fetchall()
        # The journal refuses to be emptied; a replica's session does not ask its triggers.
        statements = ["BEGIN", "SET LOCAL session_replication_role = replica"]
        statements += [
            f'TRUNCATE "{table}" CASCADE' if large else f'DELETE FROM "{table}"'
            for table, large in sorted(tables, key=lambda found: not found[1])
        ]
        statements += [
            f'INSERT INTO "{table}" OVERRIDING SYSTEM VALUE TABLE seed."{table}"'
            for (table,) in seeded
        ]
        statements += [REWIND, "COMMIT"]
        conn.execute("; ".join(statements).encode())
    return one_database


@pytest.fixture
def pool(database_url: str) -> Iterator[Pool]:
    with open_pool(database_url, size=20) as pool:
        yield pool


@pytest.fixture
def conn(pool: Pool) -> Iterator[Connection]:
    """One connection, each statement committed on its own unless a transaction is opened."""
    with pool.connection() as conn:
        yield conn
