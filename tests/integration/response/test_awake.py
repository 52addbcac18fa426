"""Who counts as awake, and is not called for silence: people, not telephones that answer alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.response.calls import centre_calls
from store.access import desk_presence, desk_telephones
from tests.world import World

FAMILY = {"after_seconds": 0, "target": "contacts"}
LATER = {"after_seconds": 3000, "target": "console"}


@pytest.fixture
def told(world: World) -> World:
    """The family has a text, and nobody has answered it."""
    world.policy = replace(world.policy, channels=frozenset({"sms", "voice"}))
    world.plan(FAMILY, LATER)
    world.raised()
    world.messages_leave()
    return world


def called(world: World) -> bool:
    """Whether the daughter is telephoned when the time is up."""
    world.pass_time(45)
    daughter = world.home.phones[0]
    found = world.sql(
        "SELECT count(*) FROM notifications WHERE channel = 'voice' AND address = %s", daughter
    )
    return found == [1]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("自动回复：开车中，稍后联系您", True),
        ("[Auto-reply] I'm driving with Do Not Disturb turned on", True),
        ("what is it?", False),
        ("3", False),
    ],
)
def test_a_telephone_that_answers_by_itself_is_nobody(told: World, text: str, calls: bool) -> None:
    told.text(told.home.phones[0], text)
    assert called(told) is calls


@pytest.mark.parametrize("taken", [False, True])
def test_a_call_to_the_centre_counts_when_somebody_has_talked_with_them(
    told: World, taken: bool
) -> None:
    """A number can be forged: ringing alone is nobody's answer."""
    by = told.district.operators[0]
    told.run(desk_presence.saw, [by.id], told.now())
    told.run(desk_telephones.start, by.id, "+8613700000001", told.now())
    arguments = ("twilio", "CA1", told.home.phones[0], told.now(), told.policy)
    script = told.run(centre_calls.came_in, *arguments)
    assert script.ringing is not None
    if taken:
        ring = script.ringing.ring_id
        told.run(centre_calls.ring_answered, ring, "1", told.now(), told.policy)
        told.time += timedelta(seconds=10)
    told.run(centre_calls.hung_up, "twilio", "CA1", told.home.phones[0], told.now(), told.policy)
    told.time -= timedelta(seconds=10) if taken else timedelta()
    assert called(told) is not taken
