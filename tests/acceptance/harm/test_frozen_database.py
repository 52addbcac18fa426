"""The database freezes for half a minute: it is named at once, and no press is lost.

Broken on purpose: without a limit on answers readiness hangs with the database, and so does every
part after it; with a message given to the dead letters when its time is over, a press is gone.
"""

from collections.abc import Iterator
from time import monotonic
from typing import Any

import httpx
import pytest

from app.bootstrap.schema import bring_up_to_date
from app.embedded.postgres import EmbeddedPostgres
from tests.broker import AnyBroker
from tests.centre import Centre, open_centre
from tests.servers.frozen import frozen

FROZEN = 20.0
"""Seconds, more than any answer is waited for."""
BACK_WITHIN = 20.0


@pytest.fixture
def server() -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres.temporary() as server:
        bring_up_to_date(server.url)
        yield server


@pytest.fixture
def centre(server: EmbeddedPostgres, broker: AnyBroker) -> Iterator[Centre]:
    with open_centre(server.url, broker) as centre:
        centre.start_api()
        centre.start_engine()
        centre.start_ingest()
        yield centre


def readiness(centre: Centre) -> tuple[int, float, Any]:
    """Status, seconds, reasons."""
    began = monotonic()
    answer = httpx.get(f"{centre.url}/readyz", timeout=60)
    return answer.status_code, monotonic() - began, answer.json()["reasons"]


@pytest.mark.long
def test_a_frozen_database_is_named_and_loses_nothing(
    centre: Centre, server: EmbeddedPostgres
) -> None:
    hub = centre.hub()
    assert hub.press("button-1").wait_acknowledged(15).alarm
    slowest = 0.0
    with frozen(server):
        until = monotonic() + FROZEN
        press = hub.press("smoke-1", kind="smoke")
        while monotonic() < until:
            status, took, reasons = readiness(centre)
            assert status == 503
            assert reasons[0].startswith("database: no answer")
            slowest = max(slowest, took)
    assert slowest < 2.0
    began = monotonic()
    press.wait_acknowledged(BACK_WITHIN)
    centre.wait_until(
        "SELECT count(*) = 1 FROM alarms WHERE kind = 'smoke' AND count = 1", "the one alarm"
    )
    print(f"readiness at most {slowest:.2f} s; the press {monotonic() - began:.1f} s after")
    while readiness(centre)[0] != 200:
        assert monotonic() - began < BACK_WITHIN, readiness(centre)
    centre.contact().wait_for_sms("smoke")
    assert centre.pool.get_stats()["pool_size"] > 0
