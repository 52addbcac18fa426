"""120 is prompted beside the ladder: nobody waits for relatives before an ambulance is called.

Broken on purpose by making the prompt a step of the plan: it then comes last, and not at all once
somebody has taken the alarm.
"""

from collections.abc import Callable

from alerts.policy import Policy
from tests.centre import Centre

QUICK = Policy(language="en", no_contact=2, pass_pause=600)
LADDER = [
    {"after_seconds": 0, "target": "home"},
    {"after_seconds": 0, "target": "contact", "position": 1},
    {"after_seconds": 600, "target": "contact", "position": 2},
]


def test_120_is_prompted_while_the_ladder_waits_and_until_the_resident_is_heard(
    open_up: Callable[..., Centre],
) -> None:
    centre = open_up(policy=QUICK)
    centre.set_plan(LADDER)
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    console = centre.console()
    alarm = centre.hub().press("button-1", kind="help_call").wait_acknowledged(10).alarm or 0
    centre.contact(1).wait_for_sms("help call")
    console.act(f"alarms/{alarm}/acknowledge")
    prompted = console.wait_for(lambda a: bool(a["prompts"]), "the prompt")
    assert [p["service"] for p in prompted["prompts"]] == ["120", "110"]
    assert prompted["calls_owner"], "it rings for who has the alarm"
    console.act(f"alarms/{alarm}/contact", reached=True)
    heard = console.wait_for(lambda a: not a["prompts"] and a["version"] > 3, "its end")
    assert not heard["calls_owner"]
    assert {"prompted", "resident_reached"} <= set(console.journal(alarm))


def test_the_home_hears_that_help_is_called(open_up: Callable[..., Centre]) -> None:
    centre = open_up(policy=QUICK)
    centre.set_plan(LADDER)
    centre.start_engine()
    centre.start_ingest()
    hub = centre.hub()
    hub.press("button-1", kind="help_call").wait_acknowledged(10)
    said = hub.wait_progress("RAISED")
    assert "help is called" in said.text
