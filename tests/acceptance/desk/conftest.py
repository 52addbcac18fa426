"""Stories of a whole centre with phones and screens in a real Chromium."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from alerts.policy import Policy
from tests.centre import Centre
from tests.screens.desk import Desk


@pytest.fixture
def open_desk(
    open_up: Callable[..., Centre], browser: Browser
) -> Iterator[Callable[[Policy], Desk]]:
    """Opens a centre with everything running, its screens still dark."""
    with ExitStack() as stack:

        def open_(policy: Policy) -> Desk:
            centre = open_up(policy=policy, homes=2)
            centre.start_api()
            centre.start_engine()
            centre.start_ingest()
            desk = Desk(centre, browser)
            stack.callback(desk.leave)
            return desk

        yield open_
