"""A call's callbacks: forged, repeated, in any order: the same end.

Broken on purpose by dropping `provider_rank < rank` from the statement `callback`: the orders then
end differently.
"""

from itertools import permutations

import pytest
from twilio.request_validator import RequestValidator

from alerts.policy import Policy
from alerts.response.calls.call_answers import picked_up, receive_status
from alerts.response.calls.call_progress import HUNG_UP
from alerts.response.calls.call_script import Part, PickedUp, Script
from device_sim.carrier.behaviour import AnsweredBy
from store.alarm import alarms
from store.db import Connection, Pool
from store.model import Notification, Outcome, Role
from store.notify import outbox
from tests.district import NOON
from tests.integration.api.api_kit import PUBLIC, TWILIO_TOKEN, House, build_house

POLICY = Policy(language="en", channels=frozenset({"sms", "voice"}), voice_first=("+86",))
SID = "CA" + "1" * 32


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


def _call(house: House) -> Notification:
    """An alarm whose page is a call."""
    conn = house.conn
    alarm = house.press()
    conn.execute(
        "UPDATE notifications SET channel = 'voice', state = 'SENT', chain = 'step:1:1:0:1:1', "
        "dedupe = 'step:1:1:0:1:1:voice' WHERE alarm_id = %s AND purpose = 'alarm'",
        [alarm],
    )
    return next(n for n in outbox.of_alarm(conn, alarm) if n.channel == "voice")


def _status(house: House, call: Notification, status: str) -> None:
    receive_status(house.conn, PickedUp(call.id, SID), status, 12, NOON, POLICY)


def _key(
    house: House, call: Notification, digits: str, part: Part = Part.MESSAGE, attempt: int = 1
) -> Script:
    picked = PickedUp(call.id, SID, digits, attempt, part)
    return picked_up(house.conn, picked, NOON, POLICY)


def _after(house: House, call: Notification) -> tuple[str, str | None]:
    after = outbox.get(house.conn, call.id)
    assert after is not None
    return after.state, after.error_code


def test_a_key_is_worth_more_than_any_ending(house: House) -> None:
    call = _call(house)
    for round_, order in enumerate(permutations(["ringing", "in-progress", "completed", "key"]), 1):
        house.conn.execute("DELETE FROM responses")
        house.conn.execute(
            "UPDATE notifications SET state = 'SENT', provider_rank = 0, "
            "provider_id = NULL WHERE id = %s",
            [call.id],
        )
        for event in (*order, *order):
            if event == "key":
                _key(house, call, "1")
            else:
                _status(house, call, event)
        after = outbox.get(house.conn, call.id)
        assert after is not None
        assert (after.state, after.provider_rank) == ("DELIVERED", HUNG_UP), order
        assert house.conn.execute("SELECT count(*) FROM responses").fetchone() == (1,)
        events = [e.event for e in alarms.events_of(house.conn, call.alarm_id or 0)]
        assert events.count("responded") == round_, order


def test_a_key_on_a_telephone_that_two_share_is_the_answer_of_either(house: House) -> None:
    wife, husband = house.district.home.contacts[:2]
    phone = house.district.home.phones[0]
    house.conn.execute("UPDATE people SET phone = %s WHERE id = %s", [phone, husband])
    _key(house, _call(house), "1")
    rows = house.conn.execute("SELECT person_id, answer, others FROM responses").fetchall()
    assert rows == [(wife, "going", [husband])]


@pytest.mark.parametrize("ending", ["busy", "no-answer", "failed", "canceled", "completed"])
def test_an_ending_without_a_key_takes_the_next_way_once(house: House, ending: str) -> None:
    call = _call(house)
    for order in permutations(["initiated", "ringing", ending]):
        for status in order:
            _status(house, call, status)
    after = outbox.get(house.conn, call.id)
    assert after is not None
    assert (after.state, after.error_code) == (
        "FAILED",
        "no_key" if ending == "completed" else ending,
    )
    chain = outbox.of_chain(house.conn, call.chain)
    assert sorted(n.channel for n in chain) == ["sms", "voice"]


@pytest.mark.parametrize("by", [None, *AnsweredBy])
@pytest.mark.parametrize(("listens", "answers"), [("", ""), ("1", ""), ("1", "1")])
def test_a_key_decides_whatever_the_carrier_takes_them_for(
    house: House, by: AnsweredBy | None, listens: str, answers: str
) -> None:
    """Broken on purpose by hanging up on AnsweredBy=machine_start: a relative's key is lost."""
    call = _call(house)
    said = _ask_carrier(house, call, by)
    assert "care centre" in said
    assert "press 1" in said.casefold()
    assert not _private_words(house, said), "a machine may be listening"
    if listens:
        told = _ask_carrier(house, call, by, Digits=listens)
        assert told.count("Press 1 if you are going") == 2
    if answers:
        assert "you are going" in _ask_carrier(house, call, by, "message", Digits=answers)
    _report(house, call, by)
    wanted = {
        ("", ""): ("FAILED", "no_key"),
        ("1", ""): ("FAILED", "heard_only"),
        ("1", "1"): ("DELIVERED", None),
    }
    assert _after(house, call) == wanted[listens, answers]
    assert house.conn.execute("SELECT count(*) FROM responses").fetchone() == (len(answers),)


def _private_words(house: House, said: str) -> list[str]:
    words = [house.district.home.code, "Wang", "Yuelu Road", "alarm", "help call", "报警", "呼叫"]
    return [word for word in words if word.casefold() in said.casefold()]


def _ask_carrier(
    house: House,
    call: Notification,
    by: AnsweredBy | None,
    part: str = "",
    **form: str,
) -> str:
    asked = f"&part={part}" if part else ""
    url = f"/webhooks/twilio/voice?notification={call.id}{asked}"
    return _signed(house, url, {"CallSid": SID, "CallStatus": "in-progress", **_found(by), **form})


def _report(house: House, call: Notification, by: AnsweredBy | None) -> None:
    url = f"/webhooks/twilio/voice/status?notification={call.id}"
    form = {"CallSid": SID, "CallStatus": "completed", "CallDuration": "20", **_found(by)}
    _signed(house, url, form)


def _found(by: AnsweredBy | None) -> dict[str, str]:
    return {"AnsweredBy": by} if by is not None else {}


def _signed(house: House, url: str, form: dict[str, str]) -> str:
    good = RequestValidator(TWILIO_TOKEN).compute_signature(PUBLIC + url, form)
    answer = house.client().post(url, data=form, headers={"X-Twilio-Signature": good})
    assert answer.status_code in (200, 204)
    return str(answer.text)


def test_what_was_pressed_to_listen_is_no_answer(house: House) -> None:
    """Broken on purpose by taking every 1 for going: who only wants to listen is sent."""
    call = _call(house)
    told = _key(house, call, "1", Part.GREETING)
    assert (told.ask, told.part) == (True, Part.MESSAGE)
    again = _key(house, call, "1", Part.GREETING)
    assert again == told, "the carrier repeats itself"
    assert house.conn.execute("SELECT count(*) FROM responses").fetchone() == (0,)
    story = [e.event for e in alarms.events_of(house.conn, call.alarm_id or 0)]
    assert story.count("call_heard") == 1
    assert "call_answered" not in story


@pytest.mark.parametrize("part", Part)
def test_three_wrong_keys_end_the_call(house: House, part: Part) -> None:
    call = _call(house)
    for attempt in (1, 2):
        script = _key(house, call, "7", part, attempt)
        assert (script.ask, script.attempt, script.part) == (True, attempt + 1, part)
        assert script.says[0] == "That key is not known."
        assert bool(_private_words(house, " ".join(script.says))) == (part is Part.MESSAGE)
    assert not _key(house, call, "7", part, 3).ask


def test_who_listens_when_it_is_over_hears_that_and_nothing_more(house: House) -> None:
    call = _call(house)
    owner = house.users[Role.OPERATOR].id
    assert alarms.acknowledge(house.conn, call.alarm_id or 0, owner, NOON)
    assert alarms.close(house.conn, call.alarm_id or 0, Outcome.ASSISTANCE, NOON)
    script = _key(house, call, "1", Part.GREETING)
    assert not script.ask
    assert "dealt with" in " ".join(script.says)
    assert _private_words(house, " ".join(script.says)) == []


def test_another_calls_id_reaches_nothing(house: House) -> None:
    call = _call(house)
    _status(house, call, "in-progress")
    other = PickedUp(call.id, "CA" + "2" * 32, "1", part=Part.MESSAGE)
    picked_up(house.conn, other, NOON, POLICY)
    assert house.conn.execute("SELECT count(*) FROM responses").fetchone() == (0,)


@pytest.mark.parametrize("path", ["voice", "voice/status"])
def test_only_the_carriers_signature_is_believed(house: House, path: str) -> None:
    call = _call(house)
    url = f"/webhooks/twilio/{path}?notification={call.id}"
    form = {"CallSid": SID, "CallStatus": "completed", "Digits": "1"}
    assert house.client().post(url, data=form).status_code == 403
    good = RequestValidator(TWILIO_TOKEN).compute_signature(PUBLIC + url, form)
    headers = {"X-Twilio-Signature": good}
    assert house.client().post(url, data=form, headers=headers).status_code in (200, 204)
    assert (
        house.client().post(url, data={**form, "Digits": "2"}, headers=headers).status_code == 403
    )


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "99999999999999999999", "٣"])
def test_a_call_nobody_knows_is_hung_up_politely(house: House, number: str) -> None:
    url = "/webhooks/twilio/voice?notification=" + number
    form = {"CallSid": SID, "CallStatus": "in-progress"}
    client = house.client()
    signed = str(client.build_request("POST", url).url.raw_path, "ascii")
    good = RequestValidator(TWILIO_TOKEN).compute_signature(PUBLIC + signed, form)
    answer = client.post(url, data=form, headers={"X-Twilio-Signature": good})
    assert answer.status_code == 200
    assert "<Hangup" in answer.text


def test_ways_are_read_and_written_and_a_secret_never_comes_back(house: House) -> None:
    desk = house.client(Role.OPERATOR)
    person = house.district.home.contacts[0]
    url = f"/api/v1/people/{person}/ways"
    wanted = {
        "channels": [{"channel": "voice"}, {"channel": "apprise", "address": "ntfy://box/topic"}],
        "kinds": ["low_battery"],
        "quiet_from": "22:00",
        "quiet_to": "07:00",
    }
    shown = desk.put(url, json=wanted).json()
    assert [c["channel"] for c in shown["channels"]] == ["voice", "apprise"]
    assert "topic" not in str(shown)
    kept = {"channels": [{"channel": "apprise", "id": shown["channels"][1]["id"]}]}
    assert desk.put(url, json=kept).status_code == 200
    stored = house.conn.execute("SELECT address FROM person_channels").fetchall()
    assert stored == [("ntfy://box/topic",)]
    for wrong in (
        {"channels": [{"channel": "apprise", "address": "file:///etc/passwd"}]},
        {"channels": [{"channel": "sms", "address": "+8613800000001"}]},
        {"channels": [{"channel": "pigeon"}]},
        {"quiet_from": "22:00"},
        {"kinds": ["teleport"]},
    ):
        assert desk.put(url, json=wrong).status_code == 422, wrong
    assert desk.get("/api/v1/people/999999/ways").status_code == 404
    family = house.client(Role.FAMILY)
    mine = house.users[Role.FAMILY].person_id
    other = house.district.homes[-1].contacts[-1]
    assert family.get(f"/api/v1/people/{mine}/ways").status_code == 200
    assert family.put(f"/api/v1/people/{other}/ways", json={}).status_code == 404


def test_subscriptions_show_their_secret_once(house: House) -> None:
    admin = house.client(Role.ADMIN)
    new = {"url": "https://city.example.org/in", "kinds": ["smoke"], "areas": ["G1"]}
    made = admin.post("/api/v1/subscriptions", json=new).json()
    assert len(made["secret"]) >= 32
    listed = admin.get("/api/v1/subscriptions")
    assert made["secret"] not in listed.text
    assert listed.json()["items"][0]["kinds"] == ["smoke"]
    for wrong in (
        {"url": "ftp://x"},
        {"url": "https://x", "areas": ["nowhere"]},
        {"url": "https://x", "secret": "short"},
    ):
        assert admin.post("/api/v1/subscriptions", json=wrong).status_code == 422, wrong
    assert admin.delete(f"/api/v1/subscriptions/{made['id']}").status_code == 204
    assert admin.delete(f"/api/v1/subscriptions/{made['id']}").status_code == 404
