"""One centre for all scenarios of a process: each plays in homes of its own."""

import itertools
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from api.access.accounts import make_token
from app.config.addresses import ListenAddress, MqttAddress
from app.config.clock import SystemClock
from app.embedded.broker import EmbeddedBroker
from device_sim.home.homes_file import DeviceSpec, HomeSpec
from device_sim.hubs.press import Backoff
from device_sim.oracle.report import RunResult, text_summary
from device_sim.runs.run import Run, Surroundings
from device_sim.scenario.model import Limits, Scenario
from migrations.runner import migrate
from tests.broker import AnyBroker
from tests.centre import Centre, open_centre
from tests.databases import made_database
from tests.simulation.sabotage import Carrier, Line

HOMES = 160
TOGETHER = 64
"""Runs that wait for people more than they work."""
BESIDE_EACH_OTHER = 6
"""Runs that work: a busy machine must not come so far behind that the verdict is about it."""
DEVICES = (
    DeviceSpec("button-1", "help_call", "卫生间"),
    DeviceSpec("smoke-1", "smoke", "厨房"),
    DeviceSpec("smoke-2", "smoke", "客厅"),
    DeviceSpec("gas-1", "gas_leak", "厨房"),
    DeviceSpec("water-1", "water_leak", "卫生间"),
    DeviceSpec("climate-1", "climate", "客厅", interval_s=0.5),
    DeviceSpec("motion-1", "motion", "客厅"),
    DeviceSpec("door-1", "door", "门口"),
    DeviceSpec("bed-1", "bed", "卧室"),
)
NO_LIMITS = Limits(acknowledged=None, readings=None, paged=None)
QUICK = Backoff(first=0.3, factor=1.5, longest=2.0)


@dataclass
class Stage:
    """A running centre and homes that no scenario has used yet."""

    centre: Centre
    broker: AnyBroker
    tokens: tuple[str, ...]
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, HOMES + 1)))

    def homes(self, count: int) -> list[HomeSpec]:
        """So many fresh ones; ask for more than there are and the test must share less."""
        chosen = list(itertools.islice(self.numbers, count))
        assert len(chosen) == count, "more homes are needed: raise HOMES"
        return [HomeSpec(f"H{n:04}", self._password(f"H{n:04}"), DEVICES) for n in chosen]

    def around(self, port: int | None = None, phones: str | None = None) -> Surroundings:
        address = MqttAddress.parse(self.broker.hub_url("H0001"))
        assert address is not None
        return Surroundings(
            address.host,
            port or address.port,
            self.centre.url,
            self.tokens,
            self.centre.phones.url if phones is None else phones,
            backoff=QUICK,
        )

    def contact(self, home: str) -> str:
        """The number of the home's first contact."""
        return next(h.phones[0] for h in self.centre.district.homes if h.code == home)

    def play(self, scenario: Scenario) -> RunResult:
        """The outcome, printed for whoever reads a failure. How fast it was is not a test's
        business: this machine may be busy."""
        patient = scenario.model_copy(update={"limits": NO_LIMITS, "settle": 60.0})
        outcome = Run(patient, self.homes(scenario.homes), self.around()).outcome()
        print(text_summary(outcome))
        return outcome

    def _password(self, home: str) -> str:
        address = MqttAddress.parse(self.broker.hub_url(home))
        assert address is not None
        return address.password or ""


@pytest.fixture(scope="session")
def stage_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyBroker]:
    folder = tmp_path_factory.mktemp("broker")
    broker = EmbeddedBroker(folder, devices=ListenAddress("127.0.0.1", 0))
    broker.add_hubs({f"H{number:04}": None for number in range(1, HOMES + 1)})
    with broker:
        yield broker


@pytest.fixture(scope="session")
def line(stage: Stage) -> Iterator[Line]:
    """What stands between hubs and broker; harmless until it is told otherwise."""
    line = Line(stage.around().port).start()
    yield line
    line.stop()


@dataclass
class Theatre:
    """Where scenarios play beside each other."""

    stage: Stage
    line: Line
    carrier: Carrier
    executor: ThreadPoolExecutor
    under_way: list[Future[RunResult]] = field(default_factory=list)

    def play(
        self, scenario: Scenario, homes: list[HomeSpec], around: Surroundings
    ) -> Future[RunResult]:
        self.under_way.append(self.executor.submit(Run(scenario, homes, around).outcome))
        return self.under_way[-1]


@pytest.fixture(scope="session")
def theatre(stage: Stage, line: Line, carrier: Carrier) -> Iterator[Theatre]:
    with ThreadPoolExecutor(TOGETHER) as executor:
        yield Theatre(stage, line, carrier, executor)


@pytest.fixture(scope="session")
def begun(request: pytest.FixtureRequest, theatre: Theatre) -> dict[str, Any]:
    """What `begin(theatre)` of each module with a test in this run returned. What they begin takes
    long but little work, so all of it is set going at once, with the first test that asks."""
    modules = dict.fromkeys(item.module for item in request.session.items)  # type: ignore[attr-defined]
    return {
        module.__name__: module.begin(theatre) for module in modules if hasattr(module, "begin")
    }


@pytest.fixture(scope="session")
def quiet(theatre: Theatre, begun: dict[str, Any]) -> None:
    """What was begun is over: for what makes work, so that people need not wait for the machine."""
    del begun
    wait(theatre.under_way)


@pytest.fixture(scope="module")
def playing(request: pytest.FixtureRequest, begun: dict[str, Any]) -> Any:
    """What this module's `begin` returned."""
    return begun[request.module.__name__]


@pytest.fixture(scope="session")
def carriers() -> list[Carrier]:
    """Filled by the stage."""
    return []


@pytest.fixture(scope="session")
def carrier(stage: Stage, carriers: list[Carrier]) -> Carrier:
    """What stands between the engine and the phones; harmless until it is told otherwise."""
    return carriers[0]


@pytest.fixture(scope="session")
def stage(server_url: str, stage_broker: AnyBroker, carriers: list[Carrier]) -> Iterator[Stage]:
    with ExitStack() as stack:
        url = stack.enter_context(made_database(server_url))
        migrate(url)
        centre = stack.enter_context(open_centre(url, stage_broker, homes=HOMES))
        carriers.append(Carrier(centre.phones.url).start())
        stack.callback(carriers[0].stop)
        centre.carrier_url = carriers[0].url
        centre.start_api()
        centre.start_engine()
        centre.start_ingest()
        with centre.pool.connection() as conn:
            tokens = tuple(
                make_token(conn, user.username, "simulation", SystemClock().now()).secret
                for user in centre.district.operators
            )
        yield Stage(centre, stage_broker, tokens)
