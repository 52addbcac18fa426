"""One database for many tests, emptied before each: fixtures for a conftest to import."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from store.db import Pool
from tests.world import World

SEEDED = ("plans", "protocols", "metrics", "rollup_state")
"""Tables that the migrations fill."""


@pytest.fixture(scope="session")
def one_database(server_url: str, template: str) -> Iterator[str]:
    name = f"shared_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    url = make_conninfo(server_url, dbname=name)
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("CREATE SCHEMA seed")
        for table in SEEDED:
            conn.execute(f"CREATE TABLE seed.{table} AS TABLE {table}".encode())
    yield url
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database_url(one_database: str) -> str:
    """The shared database as it was after the migrations, and nobody else connected to it."""
    with psycopg.connect(one_database, autocommit=True) as conn:
        conn.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        tables = conn.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        emptied = [f'DELETE FROM "{table}"' for (table,) in tables if table != "schema_migrations"]
        # The journal refuses to be emptied; a replica's session does not ask its triggers.
        statements = ["BEGIN", "SET LOCAL session_replication_role = replica", *emptied]
        statements += [
            f"INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE seed.{table}" for table in SEEDED
        ]
        statements += ["COMMIT"]
        conn.execute("; ".join(statements).encode())
    return one_database


@pytest.fixture
def world(pool: Pool) -> World:
    return World(pool)
