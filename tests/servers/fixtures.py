"""What tests of a whole installation need; a machine that cannot have it skips them."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack

import psycopg
import pytest

from tests.servers.__main__ import newest_mosquitto
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import CannotRunError
from tests.servers.timescale import TimescaleChroot


def empty_database() -> Iterator[str]:
    """An empty database, where the deployment would have its own."""
    with ExitStack() as stack:
        given = os.environ.get("ANXIN_TEST_DATABASE_URL")
        if not given:
            try:
                given = stack.enter_context(TimescaleChroot()).url
            except CannotRunError as reason:
                pytest.skip(str(reason))
        name = f"compose_{secrets.token_hex(4)}"
        with psycopg.connect(given, autocommit=True) as conn:
            conn.execute(f'CREATE DATABASE "{name}"')
        # a setting must be an address, and make_conninfo() would write key=value
        yield f"{given.rpartition('/')[0]}/{name}"
        with psycopg.connect(given, autocommit=True) as conn:
            conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def real_broker() -> Iterator[Mosquitto]:
    """The newest Mosquitto there is, with the deployment's configuration."""
    try:
        made = newest_mosquitto()
    except CannotRunError as reason:
        pytest.skip(str(reason))
    with made:
        yield made
