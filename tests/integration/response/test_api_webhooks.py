"""What the carrier says: only with our account's signature, and as often as it likes."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from twilio.request_validator import RequestValidator

from api.app import create_app
from store.db import Connection, Pool
from store.notify import outbox
from tests.integration.api.api_kit import PUBLIC, TWILIO_TOKEN, House, build_house

SMS = "/webhooks/twilio/sms"
SID = "SM" + "1" * 32


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url, homes=1)


@pytest.fixture
def carrier(house: House) -> TestClient:
    return house.client()


def sign(path: str, fields: dict[str, str], token: str = TWILIO_TOKEN) -> dict[str, str]:
    signature = RequestValidator(token).compute_signature(PUBLIC + path, fields)
    return {"X-Twilio-Signature": signature}


def post(carrier: TestClient, path: str, fields: dict[str, str]) -> Any:
    return carrier.post(path, data=fields, headers=sign(path, fields))


def reply(house: House, text: str, sid: str = SID) -> dict[str, str]:
    return {"MessageSid": sid, "From": house.district.home.phones[0], "To": "+1", "Body": text}


def answers(conn: Connection) -> list[str]:
    return [row[0] for row in conn.execute("SELECT answer FROM responses")]


def test_a_reply_by_sms_is_a_response(house: House, carrier: TestClient, conn: Connection) -> None:
    send_one(conn, house)
    answer = post(carrier, SMS, reply(house, "1"))
    assert answer.status_code == 200
    assert answer.text.endswith("<Response/>")
    assert answer.headers["content-type"].startswith("application/xml")
    assert answers(conn) == ["going"]
    post(carrier, SMS, reply(house, "1"))
    assert conn.execute("SELECT count(*) FROM inbound_messages").fetchone() == (1,)


def test_what_is_forged_is_refused_and_changes_nothing(
    house: House, carrier: TestClient, conn: Connection
) -> None:
    send_one(conn, house)
    fields = reply(house, "1")
    good = sign(SMS, fields)
    forged = [
        carrier.post(SMS, data=fields),
        carrier.post(SMS, data=fields, headers={"X-Twilio-Signature": "guess"}),
        carrier.post(SMS, data=fields, headers=sign(SMS, fields, "another token")),
        carrier.post(SMS, data={**fields, "Body": "2"}, headers=good),
        carrier.post(SMS, data={**fields, "More": "x"}, headers=good),
        carrier.post(f"{SMS}?x=1", data=fields, headers=good),
        carrier.post("/webhooks/twilio/status", data=fields, headers=good),
        carrier.post(SMS, data=fields, headers={**good, "Host": "evil.example"}),
    ]
    assert [f.status_code for f in forged[:-1]] == [403] * 7
    assert forged[-1].status_code == 200  # the address signed is ours, not what a request claims
    assert len(answers(conn)) == 1


def test_without_an_account_nothing_is_believed(
    pool: Pool, conn: Connection, database_url: str
) -> None:
    house = build_house(pool, conn, database_url, homes=1)
    app = create_app(replace(house.app.state.deps, twilio_auth_token=None))
    fields = reply(house, "1")
    answer = TestClient(app).post(SMS, data=fields, headers=sign(SMS, fields, ""))
    assert answer.status_code == 403


def send_one(conn: Connection, house: House) -> int:
    """The first message of an alarm, as if it had just gone out."""
    house.press()
    found = outbox.claim(conn, 1, "test", house.clock.now(), ["sms"])  # type: ignore[arg-type]
    assert found is not None
    outbox.record_sent(conn, found.id, "test", SID, house.clock.now())
    return found.id


@pytest.mark.parametrize("order", [*permutations(["sent", "delivered", "sending"])])
def test_callbacks_in_any_order_end_in_the_same_state(
    house: House, carrier: TestClient, conn: Connection, order: tuple[str, ...]
) -> None:
    number = send_one(conn, house)
    path = f"/webhooks/twilio/status?notification={number}"
    for status in (*order, *order):
        fields = {"MessageSid": SID, "MessageStatus": status}
        assert post(carrier, path, fields).status_code == 204
    found = outbox.get(conn, number)
    assert found is not None
    assert found.state == "DELIVERED"


def test_a_failure_goes_on_to_the_next_contact(
    house: House, carrier: TestClient, conn: Connection
) -> None:
    number = send_one(conn, house)
    fields = {"MessageSid": SID, "MessageStatus": "undelivered", "ErrorCode": "30003"}
    assert post(carrier, f"/webhooks/twilio/status?notification={number}", fields).is_success
    failed = outbox.get(conn, number)
    assert failed is not None
    assert (failed.state, failed.error_code) == ("FAILED", "30003")
    hurried = conn.execute(
        "SELECT due_at <= %s FROM timers WHERE kind = 'step'", [house.clock.now()]
    ).fetchone()
    assert hurried == (True,)


@pytest.mark.parametrize(
    "fields", [{}, {"MessageSid": SID}, {"MessageSid": "a\x00b", "MessageStatus": "sent"}]
)
def test_a_callback_that_cannot_be_read_is_a_clear_error(
    carrier: TestClient, fields: dict[str, str]
) -> None:
    answer = post(carrier, "/webhooks/twilio/status", fields)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("number", ["", "x", "-1", "٣", "9" * 30])
def test_a_callback_for_a_message_nobody_knows_is_passed_over(
    carrier: TestClient, number: str
) -> None:
    path = f"/webhooks/twilio/status?notification={number}"
    signed = f"/webhooks/twilio/status?notification={httpx.QueryParams({'n': number})}".replace(
        "notification=n=", "notification="
    )
    fields = {"MessageSid": SID, "MessageStatus": "sent"}
    answer = carrier.post(path, data=fields, headers=sign(signed, fields))
    assert answer.status_code == 204


SPARE = "https://spare.example.org"


@pytest.fixture
def spare(house: House) -> TestClient:
    """The API that is also reached at a second address."""
    return TestClient(create_app(replace(house.app.state.deps, fallback_url=SPARE)))


def signed_for(base: str, path: str, fields: dict[str, str]) -> dict[str, str]:
    return {
        "X-Twilio-Signature": RequestValidator(TWILIO_TOKEN).compute_signature(base + path, fields)
    }


def test_what_comes_to_the_fallback_address_counts(
    house: House, carrier: TestClient, spare: TestClient, conn: Connection
) -> None:
    send_one(conn, house)
    fields = reply(house, "1") | {"ErrorCode": "11205", "ErrorUrl": PUBLIC + SMS}
    signed = signed_for(SPARE, SMS, fields)
    assert carrier.post(SMS, data=fields, headers=signed).status_code == 403, "there is none"
    assert answers(conn) == []
    assert spare.post(SMS, data=fields, headers=signed).status_code == 200
    assert answers(conn) == ["going"]
    other = signed_for("https://evil.example.org", SMS, fields)
    assert spare.post(SMS, data=fields, headers=other).status_code == 403


@pytest.mark.parametrize("base", [PUBLIC, SPARE])
def test_a_key_is_asked_for_where_the_carrier_was_answered(
    house: House, spare: TestClient, conn: Connection, base: str
) -> None:
    house.press()
    (number,) = conn.execute(
        "UPDATE notifications SET channel = 'voice', state = 'SENT'"
        " WHERE channel = 'sms' RETURNING id"
    ).fetchone() or (0,)
    path = f"/webhooks/twilio/voice?notification={number}"
    fields = {"CallSid": "CA" + "1" * 32, "CallStatus": "in-progress"}
    answer = spare.post(path, data=fields, headers=signed_for(base, path, fields))
    assert f'action="{base}/webhooks/twilio/voice?' in answer.text
    assert "#rc=" in answer.text, "a key that meets an error of ours comes again"


@pytest.mark.parametrize(
    ("text", "media", "understood"), [("", "1", "text"), ("1", "2", "yes"), ("1", "x", "yes")]
)
def test_a_picture_is_not_lost_without_a_word(
    house: House, carrier: TestClient, conn: Connection, text: str, media: str, understood: str
) -> None:
    house.press()
    post(carrier, SMS, reply(house, text) | {"NumMedia": media})
    ((meaning, body),) = conn.execute("SELECT understood, body FROM inbound_messages").fetchall()
    assert meaning == understood
    assert body.startswith(text)
    assert (body != text) == media.isdigit()


@pytest.mark.parametrize(
    ("text", "said", "understood", "stops"),
    [
        ("END", "STOP", "stop", 1),
        ("END", "", "text", 0),
        ("adios", "STOP", "stop", 1),
        ("YES", "START", "seen", 0),
        ("ayuda", "HELP", "help", 0),
        ("1", "SOMETHING_NEW", "yes", 0),
    ],
)
def test_opting_out_is_what_the_carrier_says(
    house: House,
    carrier: TestClient,
    conn: Connection,
    text: str,
    said: str,
    understood: str,
    stops: int,
) -> None:
    house.press()
    post(carrier, SMS, reply(house, text) | ({"OptOutType": said} if said else {}))
    assert conn.execute("SELECT understood FROM inbound_messages").fetchall() == [(understood,)]
    assert conn.execute("SELECT count(*) FROM sms_stops").fetchone() == (stops,)


def test_a_stop_that_may_have_been_about_the_alarm_is_read_by_a_person(
    house: House, carrier: TestClient, conn: Connection
) -> None:
    """The carrier sends nothing more, so it is a stop; she may have meant the alarm."""
    house.press()
    post(carrier, SMS, reply(house, "CANCEL") | {"OptOutType": "STOP"})
    assert conn.execute("SELECT body FROM inbound_messages WHERE for_desk").fetchall() == [
        ("CANCEL",)
    ]
