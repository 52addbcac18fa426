"""Real parts for every test: a migrated database, a broker, a clock.

Without ANXIN_TEST_DATABASE_URL / ANXIN_TEST_MQTT_URL the embedded database and broker are
started once a run; with them, the servers they name are used.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from store.db import Connection, Pool
from tests.databases import (
    conn,
    database_url,
    kept_databases,
    one_database,
    owner,
    owner_url,
    pool,
    server_url,
)
from tests.screens.chromium import browser
from tests.sizes import FULL
from tests.world import World

__all__ = [
    "browser",
    "conn",
    "database_url",
    "kept_databases",
    "one_database",
    "owner",
    "owner_url",
    "pool",
    "server_url",
    "world",
]

# A shared machine may be slow at any moment: time is measured by the bench, not by tests.
settings.register_profile(
    "here", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("quick", settings.get_profile("here"), max_examples=10)
settings.register_profile("few", settings.get_profile("here"), max_examples=25)
settings.load_profile("here" if FULL else "few")

FOLDERS_WITH_IO = ("integration", "acceptance", "browser", "simulation")
GIVEN = frozenset({"server_url"})
"""Fixtures that use the servers ANXIN_TEST_* names, where there are any."""
LONG = (
    "test_failed_delivery",
    "test_demo",
    "test_alarm_story",
    "test_mosquitto_durable",
    "test_watches_itself",
    "test_app_postgres",
    "test_screen",
    "test_doctor",
    "test_one_winner",
    "test_app_supervisor",
    "test_escalation_in_seconds",
    "test_compose_sim",
    "test_never_nobody",
    "test_app_broker",
    "test_sending_survives",
    "test_never_silent",
    "test_log_in_pages",
    "test_no_alarm_is_lost",
    "test_compose",
    "test_wheel",
)
"""The files that take longest, longest first: with --no-loadscope-reorder two workers begin with
them and end together. Only time depends on it; `pytest --durations=0` tells."""


@pytest.fixture(autouse=True)
def log_handlers_end_with_their_test() -> Iterator[None]:
    """A command that a test runs sets up logs for its process, on the standard error of then,
    which pytest closes. Left on the root logger, every later line of any test would fail on it."""
    root = logging.getLogger()
    level = root.level
    yield
    for handler in root.handlers[:]:
        if type(handler) is logging.StreamHandler:
            root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def world(pool: Pool, owner: Connection) -> World:
    return World(pool, owner=owner)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by folder, mark what needs no given servers, and put the long files first."""
    for item in items:
        parts = Path(item.path).parts
        folders = [folder for folder in FOLDERS_WITH_IO if folder in parts]
        for folder in folders:
            item.add_marker(folder)
        if folders and not GIVEN.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("embedded")
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    """Long files, then the others with I/O, then the many small ones. The simulation at the very
    end: its centre goes on working until the worker ends, and its log lines would stand in what
    other tests read of their own commands."""
    path = Path(item.path)
    if "simulation" in path.parts:
        return len(LONG) + 2
    if path.stem in LONG:
        return LONG.index(path.stem)
    return len(LONG) + ("unit" in path.parts)
