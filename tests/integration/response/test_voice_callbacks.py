"""A call's callbacks: forged, repeated, in any order: the same end.

Broken on purpose by dropping `provider_rank < rank` from the statement `callback`: the orders then
end differently.
"""

from itertools import permutations

import pytest
from twilio.request_validator import RequestValidator

from alerts.policy import Policy
from alerts.response.call_answers import picked_up, receive_status
from alerts.response.call_script import PickedUp
from store.alarm import alarms
from store.db import Connection, Pool
from store.model import Notification, Role
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


def _status(house: House, call: Notification, status: str, by: str = "human") -> None:
    picked = PickedUp(call.id, SID, by)
    receive_status(house.conn, picked, status, 12, NOON, POLICY)


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
                picked_up(house.conn, PickedUp(call.id, SID, "human", "1"), NOON, POLICY)
            else:
                _status(house, call, event)
        after = outbox.get(house.conn, call.id)
        assert after is not None
        assert (after.state, after.provider_rank) == ("DELIVERED", 6), order
        assert house.conn.execute("SELECT count(*) FROM responses").fetchone() == (1,)
        events = [e.event for e in alarms.events_of(house.conn, call.alarm_id or 0)]
        assert events.count("responded") == round_, order


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


def test_voice_mail_is_hung_up_on_and_is_no_answer(house: House) -> None:
    call = _call(house)
    script = picked_up(house.conn, PickedUp(call.id, SID, "machine_start"), NOON, POLICY)
    assert not script.says
    assert not script.ask
    pressed = picked_up(house.conn, PickedUp(call.id, SID, "machine_start", "1"), NOON, POLICY)
    assert not pressed.says
    after = outbox.get(house.conn, call.id)
    assert after is not None
    assert (after.state, after.error_code) == ("FAILED", "voice_mail")


def test_another_calls_id_reaches_nothing(house: House) -> None:
    call = _call(house)
    _status(house, call, "in-progress")
    other = PickedUp(call.id, "CA" + "2" * 32, "human", "1")
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
