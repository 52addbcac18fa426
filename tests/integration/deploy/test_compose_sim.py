"""`docker compose --env-file deploy/sim.env --profile sim up`, on real servers without Docker."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests
from dotenv import dotenv_values

from app.access.mosquitto_access import MosquittoAccess
from tests.servers import Mosquitto
from tests.servers.fixtures import empty_database, real_broker
from tests.servers.installation import ROOT, Installation
from tests.servers.mqtt import Peer
from tests.servers.process import wait_until

pytestmark = [pytest.mark.long, pytest.mark.timeout(240)]

database_url = pytest.fixture(scope="module")(empty_database)
broker = pytest.fixture(scope="module")(real_broker)


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory, database_url: str, broker: Mosquitto
) -> Iterator[Installation]:
    folder: Path = tmp_path_factory.mktemp("sim")
    variables = {
        name: value or "" for name, value in dotenv_values(ROOT / "deploy/sim.env").items()
    }
    made = Installation(folder, database_url, broker, variables)
    yield made
    made.stop()


def passwords(installation: Installation) -> dict[str, str]:
    homes = json.loads((installation.folder / "sim" / "homes.json").read_text())
    return {home["home"]: home["password"] for home in homes}


def test_a_press_in_the_made_up_district_reaches_the_daughter(
    installation: Installation, broker: Mosquitto, database_url: str
) -> None:
    installation.run("migrate")
    installation.run("seed")
    try:
        installation.start("phones", "ingest-1", "alerts-1", "api", "simulate")
        with psycopg.connect(database_url, autocommit=True) as conn:
            wait_until(lambda: hubs_online(conn) == 12, "the hubs of all simulated homes online")
        url = f"mqtt://H0001:{passwords(installation)['H0001']}@127.0.0.1:{broker.port}"
        with Peer(url) as hub:
            hub.publish("homes/H0001/button-1/signal", b'{"kind": "help_call"}')
        daughter = "/phones/+8613800001001/messages"
        wait_until(
            lambda: bool(installation.request(daughter, base=installation.phones)["messages"]),
            "an SMS on the daughter's phone",
        )
    except BaseException:
        print(installation.logs())
        raise
    finally:
        installation.stop()


def test_a_scenario_is_played_and_judged(installation: Installation) -> None:
    """Breaks when `seed` writes no token, or the scenario's service names another address."""
    installation.run("migrate")
    installation.run("seed")
    try:
        installation.start("phones", "ingest-1", "alerts-1", "api")
        said = installation.run("scenario")
    except BaseException:
        print(installation.logs())
        raise
    finally:
        installation.stop()
    assert said.rstrip().endswith("GOOD"), said


def hubs_online(conn: psycopg.Connection) -> int:
    row = conn.execute("SELECT count(*) FROM hubs WHERE online").fetchone()
    assert row
    return int(row[0])


def test_settling_again_keeps_homes_and_passwords(
    installation: Installation, broker: Mosquitto
) -> None:
    installation.run("migrate")
    installation.run("seed")
    before = passwords(installation)
    assert installation.run("seed").startswith("0 homes added")
    assert passwords(installation) == before
    with MosquittoAccess(broker.admin_url) as access:
        assert set(before) <= set(access.hubs())


def test_the_operators_log_in_with_the_password_of_the_secrets(installation: Installation) -> None:
    installation.run("migrate")
    installation.run("seed")
    installation.start("ingest-1", "alerts-1", "api")  # an api alone is not ready
    given = {"username": "operator", "password": installation.secret("demo_password")}
    answer = requests.post(f"{installation.address}/api/v1/session", json=given, timeout=10)
    installation.stop()
    assert answer.ok, answer.text
