"""160 seconds of a carrier that refuses, with the limits the product has: figures are printed."""

from collections.abc import Callable

import pytest

from alerts.policy import Policy
from tests import carrier_drill
from tests.acceptance.conftest import broker, open_up
from tests.centre import EVERY_WAY, LIFE_SENDER, REST_SENDER, Centre

POLICY = Policy(
    language="en", channels=EVERY_WAY, life_sender=LIFE_SENDER, routine_sender=REST_SENDER
)
__all__ = ["broker", "open_up"]

pytestmark = pytest.mark.timeout(600)
REFUSED_FOR = 160.0
TOLD_WITHIN = 30.0
AFTER_RECOVERY = 5.0


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
