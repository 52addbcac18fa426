"""The services of docker-compose.yml, started by their own commands on real servers."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.access.mosquitto_access import MosquittoAccess
from store.db import open_pool
from tests.district import build_district
from tests.servers import Mosquitto
from tests.servers.fixtures import empty_database, real_broker
from tests.servers.installation import Installation
from tests.servers.mqtt import Peer
from tests.servers.process import wait_until

pytestmark = [pytest.mark.long, pytest.mark.timeout(240)]

database_url = pytest.fixture(scope="module")(empty_database)
broker = pytest.fixture(scope="module")(real_broker)


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory, database_url: str, broker: Mosquitto
) -> Iterator[Installation]:
    folder: Path = tmp_path_factory.mktemp("installation")
    made = Installation(folder, database_url, broker)
    yield made
    made.stop()


def test_the_brokers_first_users_are_written_once(installation: Installation) -> None:
    assert "users centre, admin and health" in installation.run("broker-init")
    assert "stays as it is" in installation.run("broker-init")


def test_the_brokers_health_check_passes(installation: Installation) -> None:
    wait_until(lambda: installation.is_healthy("broker"), "the broker healthy")


def test_migrate_twice_does_nothing_the_second_time(installation: Installation) -> None:
    installation.run("migrate")
    installation.run("migrate")


def test_a_press_becomes_an_alarm(
    installation: Installation, broker: Mosquitto, database_url: str
) -> None:
    installation.run("migrate")
    with open_pool(database_url, size=1) as pool, pool.connection() as conn:
        build_district(conn, now=datetime.now(UTC))
    with MosquittoAccess(broker.admin_url) as access:
        access.add_hub("H0001", "secret-of-the-hub")
    try:
        installation.start("ingest-1", "ingest-2", "alerts-1", "alerts-2", "api")
        token = installation.run("api", "token", "--role", "operator").split()[-1]
        press(broker)
        alarm = the_open_alarm(installation, token)
        assert (alarm["home"], alarm["kind"], alarm["count"]) == ("H0001", "help_call", 1)

        installation.kill("ingest-1")
        installation.kill("alerts-1")
        press(broker)
        wait_until(
            lambda: the_open_alarm(installation, token)["count"] == 2,
            "the second press counted by those that are left",
        )
    except BaseException:
        print(installation.logs())
        raise


def press(broker: Mosquitto) -> None:
    """Press the button of H0001 as its hub, and wait for the centre's acknowledgement."""
    identity = secrets.token_hex(8)
    with Peer(f"mqtt://H0001:secret-of-the-hub@127.0.0.1:{broker.port}") as hub:
        hub.subscribe("homes/H0001/ack")
        payload = f'{{"id": "{identity}", "kind": "help_call"}}'
        hub.publish("homes/H0001/button-1/signal", payload.encode())
        topic, answer = hub.next(30)
        assert topic == "homes/H0001/ack"
        assert identity.encode() in answer


def the_open_alarm(installation: Installation, token: str) -> dict[str, object]:
    def listed() -> list[dict[str, object]]:
        items: list[dict[str, object]] = installation.request("/api/v1/alarms?state=open", token)[
            "items"
        ]
        return items

    wait_until(lambda: bool(listed()), "an open alarm")
    [alarm] = listed()
    return alarm
