"""Real parts for every test: a database cloned from a migrated template, a broker, a clock.

Without ANXIN_TEST_DATABASE_URL / ANXIN_TEST_MQTT_URL the embedded database and broker are
started once a run; with them, the servers they name are used.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from migrations.runner import migrate
from store.db import Connection, Pool, open_pool

# A shared machine may be slow at any moment: time is measured by the bench, not by tests.
settings.register_profile(
    "here", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("here")

FOLDERS_WITH_IO = ("integration", "acceptance", "browser", "simulation")


def _named(server_url: str, database: str) -> str:
    """The server's address with another database."""
    return urlsplit(server_url)._replace(path=f"/{database}").geturl()


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server on which databases may be created."""
    given = os.environ.get("ANXIN_TEST_DATABASE_URL")
    if given:
        yield given
        return
    from app.embedded.postgres import EmbeddedPostgres

    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), fast=True)
    yield server.start()
    server.stop()


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """The name of a migrated database to clone."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(f'CREATE DATABASE "{name}"')
    migrate(_named(server_url, name))
    yield name
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """A database of the test's own."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield _named(server_url, name)
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def pool(database_url: str) -> Iterator[Pool]:
    with open_pool(database_url, size=20) as pool:
        yield pool


@pytest.fixture
def conn(pool: Pool) -> Iterator[Connection]:
    """One connection, each statement committed on its own unless a transaction is opened."""
    with pool.connection() as conn:
        yield conn


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below the I/O folders carries their name as a marker."""
    for item in items:
        for folder in FOLDERS_WITH_IO:
            if folder in Path(item.path).parts:
                item.add_marker(folder)
