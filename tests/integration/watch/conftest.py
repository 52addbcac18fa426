"""Fixture `home`: a home full of sensors, for tests of activity rules."""

import pytest

from store.watch import liveness
from tests.district import NOON
from tests.sensor_home import HOUR, Home
from tests.world import World


@pytest.fixture
def home(world: World) -> Home:
    world.run(liveness.note, NOON - 24 * HOUR, anew=True)
    return Home(world)
