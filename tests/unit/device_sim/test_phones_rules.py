"""The pure parts of the simulated phones: behaviours, TwiML, keys, words, lists."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from device_sim.carrier.behaviour import Behaviour, Callbacks, SmsBehaviour, callbacks_at
from device_sim.carrier.opt_out import opt_out_change
from device_sim.carrier.records import Carrier, Message
from device_sim.carrier.twilio import listing
from device_sim.carrier.twilio.calls import twiml
from device_sim.carrier.twilio.documents import message_document
from device_sim.carrier.twilio.errors import CarrierError, code_of
from device_sim.carrier.twilio.sms import StatusStep, status_steps

STORY = ["queued", "sent", "delivered"]


def sms(outcome: str, **settings: object) -> SmsBehaviour:
    return SmsBehaviour.model_validate({"outcome": outcome} | settings)


@pytest.mark.parametrize(
    ("outcome", "settings", "states"),
    [
        ("delivered", {}, [("queued", None), ("sent", None), ("delivered", None)]),
        ("sent", {}, [("queued", None), ("sent", None)]),
        ("undelivered", {}, [("queued", None), ("sent", None), ("undelivered", 30003)]),
        (
            "undelivered",
            {"error_code": 30006},
            [*[("queued", None), ("sent", None)], ("undelivered", 30006)],
        ),
        ("failed", {"error_code": 30007}, [("queued", None), ("failed", 30007)]),
        ("hang_after_accepting", {}, [("queued", None), ("sent", None), ("delivered", None)]),
    ],
)
def test_a_message_goes_through_the_states_of_its_outcome(
    outcome: str, settings: dict[str, object], states: list[tuple[str, int | None]]
) -> None:
    steps = status_steps(sms(outcome, **settings), None)
    assert [(step.status, step.error_code) for step in steps] == states


def test_delays_add_up_from_state_to_state() -> None:
    slow = sms("delivered", delay_ms={"queued": 100, "sent": 200, "delivered": 300})
    assert [round(step.after_s, 6) for step in status_steps(slow, None)] == [0.1, 0.3, 0.6]


def test_a_message_not_sent_within_its_validity_fails() -> None:
    slow = sms("delivered", delay_ms={"sent": 2000})
    assert status_steps(slow, 1.0) == [StatusStep(0.0, "queued"), StatusStep(1.0, "failed", 30036)]
    assert status_steps(slow, 2.0)[-1].status == "delivered"


def test_callbacks_come_once_twice_backwards_or_never() -> None:
    assert callbacks_at(STORY, Callbacks.ONCE) == [("queued",), ("sent",), ("delivered",)]
    assert callbacks_at(STORY, Callbacks.DUPLICATE)[2] == ("delivered", "delivered")
    assert callbacks_at(STORY, Callbacks.REORDERED) == [(), (), ("delivered", "sent", "queued")]
    assert callbacks_at(STORY, Callbacks.NONE) == [(), (), ()]


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"sms": "teleported"}, "Input should be"),
        ({"sms": {"outcome": "delivered", "error_code": 30003}}, "error_code goes with"),
        ({"sms": {"outcome": "failed", "status": 503}}, "status goes with"),
        ({"sms": {"outcome": "failed", "times": 0}}, "greater than or equal to 1"),
        ({"sms": {"outcome": "failed", "delay_ms": {"sent": -1}}}, "greater than or equal to 0"),
        ({"call": {"outcome": "busy", "digits": "1"}}, "digits go with"),
        ({"call": {"outcome": "answer", "digits": "one"}}, "match pattern"),
        ({"fax": "busy"}, "Extra inputs"),
    ],
)
def test_a_wrong_behaviour_is_refused_with_the_reason(
    wrong: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Behaviour.model_validate(wrong)


def test_a_name_alone_is_a_behaviour() -> None:
    behaviour = Behaviour.model_validate({"sms": "undelivered", "call": "busy"})
    assert behaviour.sms is not None
    assert code_of(behaviour.sms) == 30003
    assert behaviour.call is not None
    assert behaviour.call.outcome == "busy"


def test_twiml_is_read_in_order() -> None:
    document = """<?xml version="1.0" encoding="UTF-8"?><Response>
      <Say language="zh-CN">您好</Say><Pause length="2"/>
      <Gather numDigits="1" timeout="7" action="/answer"><Say>Press 1</Say></Gather>
      <Dial timeout="9" action="/joined"><Number>+8613800000002</Number></Dial>
      <Redirect>/again</Redirect><Hangup/></Response>"""
    assert twiml.parse(document) == [
        twiml.Say("您好", "zh-CN"),
        twiml.Pause(2.0),
        twiml.Gather("/answer", timeout=7.0, num_digits=1, prompts=(twiml.Say("Press 1"),)),
        twiml.Dial((twiml.DialNumber("+8613800000002"),), "/joined", timeout=9.0),
        twiml.Redirect("/again"),
        twiml.Hangup(),
    ]


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ("", "12100"),
        ("<Response><Say></Response>", "12100"),
        ("<Reply/>", "12100 the root"),
        ("<Response><Sing>la</Sing></Response>", "12200 <Sing>"),
        ("<Response><Gather><Dial/></Gather></Response>", "cannot stand inside"),
        ('<Response><Pause length="long"/></Response>', "must be a number"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><Response/>', "DOCTYPE"),
    ],
)
def test_what_is_no_twiml_is_refused_with_twilios_code(document: str, complaint: str) -> None:
    with pytest.raises(twiml.TwimlError, match=complaint):
        twiml.parse(document)


@given(st.text(max_size=200))
def test_any_text_is_twiml_or_a_twiml_error(text: str) -> None:
    try:
        assert isinstance(twiml.parse(text), list)
    except twiml.TwimlError as error:
        assert str(error)[:5] in {"12100", "12200"}  # noqa: PT017 - either way is right


@pytest.mark.parametrize(
    ("keys", "gather", "taken", "rest"),
    [
        ("1", twiml.Gather(num_digits=1), "1", ""),
        ("19", twiml.Gather(num_digits=1), "1", "9"),
        ("12#", twiml.Gather(), "12", ""),
        ("12", twiml.Gather(), None, "12"),
        ("1", twiml.Gather(num_digits=2), None, "1"),
        ("#", twiml.Gather(num_digits=1), "", ""),
        ("#", twiml.Gather(num_digits=1, finish_on_key=""), "#", ""),
        ("", twiml.Gather(num_digits=1), None, ""),
    ],
)
def test_gather_takes_keys_up_to_its_number_or_finishing_key(
    keys: str, gather: twiml.Gather, taken: str | None, rest: str
) -> None:
    assert twiml.take_digits(keys, gather) == (taken, rest)


@pytest.mark.parametrize(
    ("text", "opted_out", "meant"),
    [
        ("STOP", False, True),
        (" stop. ", False, True),
        ("退订", False, True),
        ("td", False, True),
        ("please stop calling", False, None),
        ("1", False, None),
        ("START", True, False),
        ("yes", True, False),
        ("yes", False, None),
    ],
)
def test_only_the_whole_word_opts_out_or_in(text: str, opted_out: bool, meant: bool | None) -> None:
    assert opt_out_change(text, opted_out) is meant


NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def messages(count: int) -> list[Message]:
    return [
        Message(
            sid=f"SM{index}",
            carrier=Carrier.TWILIO,
            account_sid="AC",
            from_="+15005550006",
            to=f"+861380000000{index % 2}",
            body=str(index),
            direction="outbound-api",
            status="delivered",
            date_created=NOON + timedelta(minutes=index),
            date_updated=NOON,
            date_sent=NOON + timedelta(minutes=index),
        )
        for index in range(count)
    ]


def chosen(**query: str) -> list[str]:
    renamed = {name.replace("_after", ">").replace("_before", "<"): v for name, v in query.items()}
    found = listing.chosen(messages(6), renamed, "DateSent", listing.sent_at)
    return [message.body for message in found]


def test_lists_are_filtered_newest_first_with_inclusive_dates() -> None:
    assert chosen() == ["5", "4", "3", "2", "1", "0"]
    assert chosen(To="+8613800000001") == ["5", "3", "1"]
    assert chosen(DateSent_after="2026-11-21T12:04:00Z") == ["5", "4"]
    assert chosen(DateSent_before="2026-11-21T12:01:00Z") == ["1", "0"]
    assert chosen(DateSent="2026-11-21T12:02:00Z") == ["2"]
    assert chosen(DateSent="2026-11-21") == ["5", "4", "3", "2", "1", "0"]
    assert chosen(DateSent_after="2026-11-22") == []


def test_a_wrong_date_is_a_carrier_error() -> None:
    with pytest.raises(CarrierError, match="DateSent> must be"):
        chosen(DateSent_after="yesterday")


@given(count=st.integers(0, 40), size=st.integers(1, 12))
def test_pages_hold_every_record_once(count: int, size: int) -> None:
    records = messages(count)[::-1]
    query = {"PageSize": str(size), "To": "kept"}
    seen: list[str] = []
    while True:
        page = listing.page(records, query, "/Messages.json", "messages", message_document)
        seen += [record["sid"] for record in page["messages"]]
        if page["next_page_uri"] is None:
            break
        pairs = page["next_page_uri"].partition("?")[2].split("&")
        query = dict(pair.split("=") for pair in pairs)
        assert query["To"] == "kept"
    assert seen == [record.sid for record in records]
