"""A centre for each story."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.broker import AnyBroker, running_broker
from tests.centre import Centre, open_centre


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyBroker]:
    with running_broker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.fixture
def open_up(database_url: str, broker: AnyBroker) -> Iterator[Callable[..., Centre]]:
    """Opens a centre of which nothing runs yet."""
    with ExitStack() as stack:

        def up(**options: Any) -> Centre:
            return stack.enter_context(open_centre(database_url, broker, **options))

        yield up


@pytest.fixture
def centre(open_up: Callable[..., Centre]) -> Centre:
    """A centre with one home, everything running."""
    centre = open_up()
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    return centre
