"""Which carrier a message goes by, and that one telephone is not blocked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.notify.carriers import callee_budget, routing
from alerts.notify.carriers.abilities import CalleeLimit
from alerts.notify.carriers.aliyun.catalogue import CATALOGUE, GREETING, KEYS, NOTICE
from alerts.notify.carriers.routing import NO_CARRIER, can_say, choose, serving
from alerts.notify.channels.interface import Fault, SendError
from alerts.notify.contact_methods import methods_for
from alerts.policy import Policy
from store.model import Notification, NotificationState, OutboxLane
from store.notify.preferences import Preferences
from store.notify.refusals import IN_A_ROW, CarrierHealth
from tests.aliyun import mainland
from tests.sample_rows import person

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MAINLAND, ABROAD, HONG_KONG = "+8613800000001", "+14155550123", "+85261234567"
BOTH = Policy(**mainland(Policy()))
WITH_REASON = Policy(**mainland(Policy(), barred=False))
ONLY_TWILIO = Policy(barred_from_mainland=frozenset({"twilio"}))
OFFERED = ("aliyun", "twilio")


def message(number: str = MAINLAND, **changes: object) -> Notification:
    made = Notification(
        id=1,
        alarm_id=1,
        dispatch_id=None,
        person_id=1,
        purpose="alarm",
        channel="sms",
        lane=OutboxLane.LIFE,
        address=number,
        body="help call",
        dedupe="1",
        state=NotificationState.SENDING,
        due_at=NOW,
        attempts=1,
        claimed_by="test",
        claimed_at=NOW,
        provider_id=None,
        provider_rank=0,
        error_code=None,
        created_at=NOW,
        sent_at=None,
        finished_at=None,
        template="alarm",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def unwell(seconds: float, tried: float = 0.0) -> CarrierHealth:
    return CarrierHealth(IN_A_ROW, NOW - timedelta(seconds=seconds), NOW - timedelta(seconds=tried))


@pytest.mark.parametrize("channel", ["sms", "voice"])
@pytest.mark.parametrize(
    ("number", "policy", "carriers"),
    [
        (MAINLAND, BOTH, ["aliyun"]),
        (MAINLAND, WITH_REASON, ["aliyun", "twilio"]),
        (MAINLAND, ONLY_TWILIO, []),
        (MAINLAND, Policy(), ["twilio"]),
        (ABROAD, BOTH, ["twilio"]),
        (ABROAD, Policy(**mainland(Policy(), twilio=False)), []),
        (HONG_KONG, BOTH, ["twilio"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_destination_decides(
    channel: str, number: str, policy: Policy, carriers: list[str]
) -> None:
    assert serving(number, channel, policy) == carriers


def test_nothing_goes_abroad_without_a_reason_and_the_desk_is_told() -> None:
    """Break: let Twilio have what no other carrier serves. As a fault of our account the message
    waits, and the banner tells the desk."""
    with pytest.raises(SendError) as caught:
        choose(message(), ["twilio"], {}, NOW, ONLY_TWILIO)
    assert (caught.value.code, caught.value.fault) == (NO_CARRIER, Fault.ACCOUNT)
    found = methods_for(person(1), Preferences(), "alarm", OutboxLane.LIFE, ONLY_TWILIO, "alarm")
    assert [method.channel for method in found] == ["sms"], "it is queued, so that it is told"


def test_a_carrier_that_is_unwell_is_passed_by_where_another_may() -> None:
    assert choose(message(), OFFERED, {}, NOW, WITH_REASON).carrier == "aliyun"
    health = {"aliyun": unwell(60)}
    assert choose(message(), OFFERED, health, NOW, WITH_REASON).carrier == "twilio"
    assert choose(message(), OFFERED, health, NOW, BOTH).carrier == "aliyun", "it waits"
    both = health | {"twilio": unwell(60)}
    assert choose(message(), OFFERED, both, NOW, WITH_REASON).carrier == "aliyun"


@pytest.mark.parametrize(
    ("lane", "since_tried", "carrier"),
    [
        (OutboxLane.ROUTINE, 59, "twilio"),
        (OutboxLane.ROUTINE, 61, "aliyun"),
        (OutboxLane.LIFE, 61, "twilio"),
        (OutboxLane.LIFE, 301, "aliyun"),
    ],
)
def test_an_unwell_carrier_is_tried_again_now_and_then(
    lane: OutboxLane, since_tried: float, carrier: str
) -> None:
    """Break: never; then nothing would ever find it well again."""
    health = {"aliyun": unwell(600, since_tried)}
    assert choose(message(lane=lane), OFFERED, health, NOW, WITH_REASON).carrier == carrier


def test_what_was_refused_goes_by_another_at_once() -> None:
    refused = message(carrier="aliyun", fault="carrier", refusals=1)
    assert choose(refused, OFFERED, {}, NOW, WITH_REASON).carrier == "twilio"
    assert choose(refused, OFFERED, {}, NOW, BOTH).carrier == "aliyun"


@pytest.mark.parametrize(
    ("lane", "seconds", "carrier", "doubled"),
    [
        (OutboxLane.LIFE, 9, "aliyun", False),
        (OutboxLane.LIFE, 10, "twilio", True),
        (OutboxLane.AT_RISK, 600, "aliyun", False),
        (OutboxLane.ROUTINE, 600, "aliyun", False),
    ],
)
def test_a_lifes_message_in_doubt_passes_its_carrier_after_ten_seconds(
    lane: OutboxLane, seconds: float, carrier: str, doubled: bool
) -> None:
    doubted = message(lane=lane, carrier="aliyun", in_doubt=True, fault="carrier")
    found = choose(doubted, OFFERED, {"aliyun": unwell(seconds)}, NOW, WITH_REASON)
    assert (found.carrier, found.doubled) == (carrier, doubled)
    assert choose(doubted, OFFERED, {"aliyun": unwell(600)}, NOW, BOTH).carrier == "aliyun"


def test_in_doubt_at_a_carrier_that_is_no_longer_there_is_a_double() -> None:
    doubted = message(carrier="aliyun", in_doubt=True)
    found = choose(doubted, ["twilio"], {}, NOW, WITH_REASON)
    assert (found.carrier, found.doubled) == ("twilio", True)


@pytest.mark.parametrize(
    ("channel", "template", "says"),
    [
        ("sms", "alarm", True),
        ("sms", "going", True),
        ("sms", "", False),  # an operator's own words
        ("sms", "call_told", False),
        ("voice", "alarm", True),
        ("voice", "offer", True),
        ("voice", "accepted", False),  # ways in are no template
        ("voice", "", False),
    ],
)
def test_plans_know_what_a_carrier_can_say(channel: str, template: str, says: bool) -> None:
    """Break: queue a text that no template carries."""
    assert can_say(MAINLAND, channel, template, BOTH) is says
    assert can_say(MAINLAND, channel, template, WITH_REASON), "free text by the other"
    assert can_say(ABROAD, channel, template, BOTH)


def test_a_template_that_is_not_registered_is_not_planned_with() -> None:
    some = replace(BOTH, templates={"aliyun": frozenset({"alarm", NOTICE})})
    assert can_say(MAINLAND, "sms", "alarm", some)
    assert not can_say(MAINLAND, "sms", "going", some)
    assert can_say(MAINLAND, "voice", "alarm", some), "the notice alone"
    none = replace(BOTH, templates={"aliyun": frozenset({"alarm", GREETING})})
    assert not can_say(MAINLAND, "voice", "alarm", none), "a greeting without what keys say"
    keys = replace(BOTH, templates={"aliyun": frozenset({GREETING, *KEYS.values()})})
    assert can_say(MAINLAND, "voice", "alarm", keys)


def test_a_talk_goes_by_who_can_join_calls() -> None:
    talk = message(purpose="conference", channel="voice", template="")
    assert choose(talk, OFFERED, {}, NOW, WITH_REASON).carrier == "twilio"
    assert choose(replace(talk, address=ABROAD), OFFERED, {}, NOW, BOTH).carrier == "twilio"
    assert choose(replace(talk, address="CA1"), OFFERED, {}, NOW, BOTH).carrier == "twilio"
    with pytest.raises(SendError):
        choose(talk, OFFERED, {}, NOW, BOTH)


def test_all_that_is_said_in_a_call_is_in_the_catalogue() -> None:
    assert {GREETING, NOTICE, *KEYS.values()} == {n for n, t in CATALOGUE.items() if t.spoken}


LIMITS = (CalleeLimit(1, 60), CalleeLimit(5, 3600, life=2), CalleeLimit(20, 86_400, life=8))


def ago(*seconds: float) -> list[datetime]:
    return sorted(NOW - timedelta(seconds=s) for s in seconds)


@pytest.mark.parametrize(
    ("tried", "for_life", "seconds"),
    [
        ([], True, 0),
        ([0], True, 61),
        ([0.5], True, 60.5),
        ([60.5], True, 0.5),
        ([61], True, 0),
        ([70, 140, 210], False, 3601 - 210),
        ([70, 140, 210], True, 0),
        ([70, 140, 210, 280, 350], True, 3601 - 350),
        ([4000 + 61 * n for n in range(12)], False, 86_401 - 4000 - 61 * 11),
        ([4000 + 61 * n for n in range(12)], True, 0),
    ],
)
def test_a_telephone_waits_as_its_carrier_counts(
    tried: list[float], for_life: bool, seconds: float
) -> None:
    """Break: forget what is kept for life-safety, or the second by which two block each other."""
    found = callee_budget.wait(ago(*tried), LIMITS, NOW, for_life=for_life)
    assert found == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("lane", "purpose", "for_life", "longest"),
    [
        (OutboxLane.LIFE, "alarm", True, 300),
        (OutboxLane.LIFE, "offer", True, 300),
        (OutboxLane.LIFE, "over", False, 3600),
        (OutboxLane.AT_RISK, "alarm", False, 300),
        (OutboxLane.ROUTINE, "told", False, 3600),
    ],
)
def test_what_is_kept_is_for_calls_for_help(
    lane: OutboxLane, purpose: str, for_life: bool, longest: float
) -> None:
    """News of a life's alarm can wait; the next call for help cannot."""
    one = message(lane=lane, purpose=purpose)
    assert callee_budget.is_for_life(one) is for_life
    assert callee_budget.longest_wait(one) == longest


def test_without_limits_nothing_waits() -> None:
    assert callee_budget.wait(ago(0, 0, 0), (), NOW, for_life=False) == 0
    assert routing.only_templates(ABROAD, BOTH) is False
    assert routing.only_templates(MAINLAND, BOTH) is True
    assert routing.only_templates(None, BOTH) is False
