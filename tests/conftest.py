"""Real parts for every test: a migrated database, a broker, a clock.

Without ANXIN_TEST_DATABASE_URL / ANXIN_TEST_MQTT_URL the embedded database and broker are
started once a run; with them, the servers they name are used.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from store.db import Pool
from tests.databases import conn, database_url, one_database, pool, server_url
from tests.world import World

__all__ = ["conn", "database_url", "one_database", "pool", "server_url", "world"]

# A shared machine may be slow at any moment: time is measured by the bench, not by tests.
settings.register_profile(
    "here", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("here")

FOLDERS_WITH_IO = ("integration", "acceptance", "browser")


@pytest.fixture
def world(pool: Pool) -> World:
    return World(pool)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below the I/O folders carries their name as a marker."""
    for item in items:
        for folder in FOLDERS_WITH_IO:
            if folder in Path(item.path).parts:
                item.add_marker(folder)
