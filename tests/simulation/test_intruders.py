"""Who tries another home's topic or a wrong password is refused: on a broker with access rules."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from api.access.accounts import make_token
from app.access.mosquitto_access import MosquittoAccess
from app.config.clock import SystemClock
from device_sim.oracle.report import text_summary
from device_sim.oracle.verdict import ViolationKind
from device_sim.scenario import library
from tests.centre import open_centre
from tests.servers import Mosquitto
from tests.servers.fixtures import real_broker
from tests.simulation.conftest import Stage

pytestmark = pytest.mark.long

broker = pytest.fixture(scope="module")(real_broker)
PASSWORDS = {f"H{number:04}": f"secret-{number}" for number in range(1, 4)}


@dataclass
class Ruled:
    """The broker as tests see it."""

    __test__ = False
    mosquitto: Mosquitto

    @property
    def centre_url(self) -> str:
        return self.mosquitto.url

    def hub_url(self, home: str) -> str:
        return f"mqtt://{home}:{PASSWORDS[home]}@127.0.0.1:{urlsplit(self.centre_url).port}"


@pytest.fixture
def ruled_stage(database_url: str, broker: Mosquitto) -> Iterator[Stage]:
    with MosquittoAccess(broker.admin_url) as access:
        access.add_hubs(PASSWORDS)
    ruled = Ruled(broker)
    with ExitStack() as stack:
        centre = stack.enter_context(open_centre(database_url, ruled, homes=3))
        centre.start_api()
        centre.start_engine()
        centre.start_ingest()
        with centre.pool.connection() as conn:
            operator = centre.district.operator.username
            token = make_token(conn, operator, "simulation", SystemClock().now()).secret
        yield Stage(centre, ruled, (token,))


def test_intruders_are_refused(ruled_stage: Stage) -> None:
    """Breaks when the broker's access rules let a hub write outside its own home."""
    outcome = ruled_stage.play(library.load("intruders"))
    assert outcome.verdict.good, text_summary(outcome)
    assert outcome.verdict.checked["refused"] == 2


def test_a_broker_without_access_rules_is_found_out(stage: Stage) -> None:
    """Breaks when a signal in another home's name is not looked for there."""
    outcome = stage.play(library.load("intruders"))
    assert (ViolationKind.BREACH, "refused") in {
        (f.wrong, f.check) for f in outcome.verdict.findings
    }
