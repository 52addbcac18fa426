"""What the tests of the rules on a home's rhythm share."""

import pytest

from store import listening
from tests.district import NOON
from tests.rhythm import HOUR, Home
from tests.world import World


@pytest.fixture
def home(world: World) -> Home:
    world.run(listening.note, NOON - 24 * HOUR, anew=True)
    return Home(world)
