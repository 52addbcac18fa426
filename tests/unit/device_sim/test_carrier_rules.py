"""The pure rules of the simulated carrier: parts of an SMS, tries of a webhook, numbers, dates."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_sim.carrier.errors import SilentCarrierError
from device_sim.carrier.numbering import may_exist, takes_sms
from device_sim.carrier.opt_out import opt_out_change, opt_out_type
from device_sim.carrier.segments import segments_of
from device_sim.carrier.twilio import listing
from device_sim.carrier.twilio.account import Account
from device_sim.carrier.twilio.connection_overrides import Overrides, failure_of, split_overrides
from device_sim.carrier.twilio.errors import CarrierError
from tests.unit.device_sim.test_phones_rules import NOON, messages

EMOJI = "🚨"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),  # not ASCII, and yet GSM
        ("`" + "a" * 70, 2),  # ASCII, and yet not GSM
        ("[" * 80, 1),
        ("[" * 80 + "a", 2),
        ("a" * 152 + "[" + "a" * 152, 3),  # an escape is not torn apart
        ("好" * 70, 1),
        ("好" * 71, 2),
        (EMOJI * 35, 1),
        (EMOJI * 36, 2),
        (EMOJI * 66, 2),
        (EMOJI * 67, 3),  # 33 in each part of 67: the 34th would be torn apart
    ],
)
def test_parts_are_counted_as_carriers_do(text: str, parts: int) -> None:
    assert segments_of(text) == parts


@given(st.text(min_size=1, max_size=700))
def test_a_longer_text_never_takes_fewer_parts(text: str) -> None:
    assert segments_of(text) >= segments_of(text[:-1]) >= 1


def test_a_webhook_is_tried_once_more_only_without_a_connection() -> None:
    url, usual = split_overrides("https://centre.example/sms?n=1")
    assert url == "https://centre.example/sms?n=1"
    assert usual.again("ct", 1, 0.0)
    assert not usual.again("ct", 2, 0.0)
    assert not any(usual.again(failure, 1, 0.0) for failure in ("rt", "4xx", "5xx"))


def test_the_fragment_says_how_often_and_after_what_and_is_not_sent() -> None:
    url, given_ = split_overrides("http://c.example/s?n=1#rc=3&rp=5xx,rt&ct=2000&rt=1000&tt=9000")
    assert url == "http://c.example/s?n=1"
    assert given_ == Overrides(2.0, 1.0, 9.0, 3, frozenset({"5xx", "rt"}))
    assert given_.again("5xx", 3, 8.9)
    assert not given_.again("5xx", 4, 0.0)
    assert not given_.again("5xx", 1, 9.0)
    assert not given_.again("ct", 1, 0.0)
    assert all(
        split_overrides("http://c.example/#rp=all")[1].again(failure, 1, 0.0)
        for failure in ("ct", "rt", "4xx", "5xx")
    )


@pytest.mark.parametrize("fragment", ["rc=6", "rc=-1", "rc=x", "ct=99", "rt=15001", "rp=never", ""])
def test_overrides_out_of_bounds_are_not_heeded(fragment: str) -> None:
    assert split_overrides(f"http://c.example/#{fragment}")[1] == Overrides()


@pytest.mark.parametrize(
    ("status", "failure"), [(200, None), (302, None), (404, "4xx"), (503, "5xx")]
)
def test_answers_are_failures_by_their_class(status: int, failure: str | None) -> None:
    assert failure_of(status) == failure


@pytest.mark.parametrize(
    ("number", "exists", "sms"),
    [
        ("+8613800000001", True, True),
        ("+861380000000", False, False),
        ("+8612800000001", False, False),
        ("+8673184512345", True, False),
        ("+861012345678", True, False),
        ("+15005550006", True, True),
        ("+11005550006", False, True),
        ("+1500555000", False, True),
        ("+447700900001", True, True),
        ("12345", False, True),
    ],
)
def test_numbers_that_cannot_be_are_known_by_their_plan(
    number: str, exists: bool, sms: bool
) -> None:
    assert (may_exist(number), takes_sms(number)) == (exists, sms)


@pytest.mark.parametrize(
    ("text", "stopped", "kind"),
    [
        ("stop", False, "STOP"),
        ("START", True, "START"),
        ("Help.", False, "HELP"),
        ("info", False, "HELP"),
        ("please help", False, None),
        ("1", False, None),
    ],
)
def test_the_carrier_names_what_it_took_a_word_for(
    text: str, stopped: bool, kind: str | None
) -> None:
    assert opt_out_type(text, opt_out_change(text, stopped)) == kind


def test_no_date_finds_what_was_never_sent() -> None:
    waiting = replace(messages(1)[0], date_sent=None)
    for name in ("DateSent", "DateSent>", "DateSent<"):
        query = {name: f"{NOON:%Y-%m-%d}"}
        assert listing.chosen([waiting], query, "DateSent", listing.sent_at) == []
        assert listing.chosen([waiting], query, "DateSent", listing.created_at) == [waiting]
    assert listing.chosen([waiting], {}, "DateSent", listing.sent_at) == [waiting]


def test_lists_are_in_the_order_of_sending_and_end_with_the_unsent() -> None:
    one, two, three = messages(3)
    waiting, early = replace(two, date_sent=None), replace(three, date_sent=NOON - timedelta(1))
    found = listing.chosen([one, waiting, early], {}, "DateSent", listing.sent_at)
    assert found == [one, early, waiting]


@pytest.mark.parametrize(
    ("outcome", "status", "code"),
    [
        ("unauthorized", 401, 20003),
        ("suspended", 403, 20005),
        ("rate_limited", 429, 20429),
        ("server_error", 503, 20500),
    ],
)
def test_an_accounts_fault_meets_that_many_requests(outcome: str, status: int, code: int) -> None:
    account = Account()
    account.behave({"outcome": outcome, "times": 2, "retry_after": 7})
    for _ in range(2):
        with pytest.raises(CarrierError) as caught:
            account.check()
        assert (caught.value.status, caught.value.code) == (status, code)
    account.check()
    assert account.behaviour.outcome == "active"


def test_what_is_not_given_stays_as_it_was() -> None:
    account = Account()
    account.behave({"webhooks": "patient"})
    account.behave({"outcome": "unreachable", "connection": "silent"})
    with pytest.raises(SilentCarrierError):
        account.check()
    assert account.behaviour.webhooks == "patient"


def test_calls_beyond_the_limit_wait_in_the_queue() -> None:
    account = Account()
    assert [account.call_wait() for _ in range(3)] == [0, 0, 0]
    account.behave({"calls_per_second": 2})
    waits = [account.call_wait() for _ in range(3)]
    assert [round(wait, 1) for wait in waits] == [0.0, 0.5, 1.0]
