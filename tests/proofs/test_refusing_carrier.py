"""160 seconds of a carrier that refuses, with the limits the product has: figures are printed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from alerts.policy import Policy
from tests import carrier_drill
from tests.broker import AnyBroker, running_broker
from tests.centre import EVERY_WAY, LIFE_SENDER, REST_SENDER, Centre, open_centre

POLICY = Policy(
    language="en", channels=EVERY_WAY, life_sender=LIFE_SENDER, routine_sender=REST_SENDER
)
pytestmark = pytest.mark.timeout(600)
REFUSED_FOR = 160.0
TOLD_WITHIN = 30.0
AFTER_RECOVERY = 5.0


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyBroker]:
    with running_broker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.fixture
def open_up(database_url: str, broker: AnyBroker) -> Iterator[Callable[..., Centre]]:
    with ExitStack() as stack:

        def up(**options: Any) -> Centre:
            return stack.enter_context(open_centre(database_url, broker, **options))

        yield up


@pytest.mark.parametrize("outage", ["429", "500", "suspended"])
def test_160_seconds_of_refusals(open_up: Callable[..., Centre], outage: str) -> None:
    centre = open_up(policy=POLICY, homes=5)
    centre.set_plan(carrier_drill.PLAN)
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    drill = carrier_drill.play(centre, outage, REFUSED_FOR, presses=10)
    print(f"{outage}, {REFUSED_FOR:.0f} s, 10 alarms: {drill}")
    assert drill.told is not None
    assert drill.told < TOLD_WITHIN
    assert drill.first_page < AFTER_RECOVERY
    assert (drill.exhausted, drill.unanswered) == (0, 0)
