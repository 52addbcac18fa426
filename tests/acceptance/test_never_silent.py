"""An unanswered alarm goes from one to the next, twice through the list, and never falls silent.

Broken on purpose by returning from `plan_runner._run_due_steps` when the plan is exhausted: the
third round then never comes.
"""

from collections.abc import Callable

import pytest

from alerts.policy import Policy
from tests.centre import Centre

QUICK = Policy(language="en", pass_pause=1, exhausted_pause=1, contact_pause=600)
STEPS = [
    {"after_seconds": 0, "target": "console"},
    {"after_seconds": 0, "target": "contact", "position": 1},
    {"after_seconds": 1, "target": "contact", "position": 2},
    {"after_seconds": 1, "target": "grid_responder"},
]


def test_unanswered_alarm_reaches_the_second_contact_and_the_responder_again_and_again(
    open_up: Callable[..., Centre],
) -> None:
    centre = open_up(policy=QUICK)
    centre.set_plan(STEPS)
    centre.start_engine()
    centre.start_ingest()
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    for _ in range(3):  # the third time is beyond the plan's two cycles
        centre.contact(1).wait_for_sms("help call")
        centre.contact(2).wait_for_sms("help call")
    centre.responder().wait_for_sms("Can you go")
    centre.wait_until(
        "SELECT bool_or(event = 'plan_exhausted') FROM alarm_events", "the plan to be exhausted"
    )


@pytest.mark.long
def test_who_is_going_holds_back_neither_the_family_nor_the_centre_until_somebody_owns_it(
    open_up: Callable[..., Centre],
) -> None:
    """From then on the family waits: tests/acceptance/people/test_what_was_heard.py."""
    centre = open_up(policy=QUICK)
    centre.set_plan(STEPS)
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    centre.contact(1).behave(sms="delivered")
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    centre.contact(1).wait_for_sms("help call")
    centre.contact(1).reply("我去")
    centre.wait_until("SELECT count(*) > 0 FROM responses", "her answer")
    centre.contact(2).wait_for_sms("help call")
    centre.responder().wait_for_sms("Can you go")


def test_a_contact_who_cannot_be_reached_costs_no_time(open_up: Callable[..., Centre]) -> None:
    """Undelivered: the next one at once, not after the step's hour."""
    centre = open_up(policy=QUICK)
    centre.set_plan(
        [
            {"after_seconds": 0, "target": "contact", "position": 1},
            {"after_seconds": 3600, "target": "contact", "position": 2},
        ]
    )
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    centre.contact(1).behave(sms="undelivered", error_code=30003)
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    centre.contact(2).wait_for_sms("help call")
