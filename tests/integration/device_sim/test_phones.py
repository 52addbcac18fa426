"""The simulated phones against the real `twilio` client and a real webhook server."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from device_sim.phones import Phones

ACCOUNT = "AC" + "0" * 32
TOKEN = "a token"
SENDER = "+15005550006"
DAUGHTER = "+8613800000001"
SON = "+8613800000002"


class Webhook:
    """A server under test: keeps what is posted to it, checks the signatures, answers as told."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, str]]] = []
        self.answers: dict[str, tuple[int, str]] = {}
        self.forged: list[str] = []
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def wait(self, count: int, path: str = "") -> list[dict[str, str]]:
        """The first `count` posts to this path."""

        def found() -> list[dict[str, str]]:
            return [form for at, form in self.posts if at.startswith(path)]

        with self._changed:
            assert self._changed.wait_for(lambda: len(found()) >= count, 10), self.posts
            return found()[:count]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"] or 0)
                raw = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
                form = {name: values[0] for name, values in raw.items()}
                signature = self.headers["X-Twilio-Signature"]
                url = webhook.url + self.path
                if not RequestValidator(TOKEN).validate(url, form, signature):
                    webhook.forged.append(url)
                status, body = webhook.answers.get(self.path, (200, "<Response/>"))
                with webhook._changed:
                    webhook.posts.append((self.path, form))
                    webhook._changed.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: Any) -> None: ...

        return Handler


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    webhook = Webhook()
    yield webhook
    webhook.close()
    assert webhook.forged == []


@pytest.fixture
def phones(webhook: Webhook) -> Iterator[Phones]:
    with Phones(ACCOUNT, TOKEN, inbound_url=f"{webhook.url}/sms") as phones:
        yield phones


@pytest.fixture
def twilio(phones: Phones) -> Client:
    client = Client(ACCOUNT, TOKEN, http_client=TwilioHttpClient(timeout=5))
    client.api.base_url = phones.url
    return client


def send(twilio: Client, text: str = "help", to: str = DAUGHTER, **more: Any) -> Any:
    return twilio.messages.create(to=to, from_=SENDER, body=text, **more)


def refused(twilio: Client, to: str = DAUGHTER) -> TwilioRestException:
    with pytest.raises(TwilioRestException) as caught:
        send(twilio, to=to)
    return caught.value


def test_a_message_reaches_the_phone_and_its_story_the_webhook(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    url = f"{webhook.url}/status?alarm=7"
    message = send(twilio, "紧急呼叫 #7", validity_period=60, status_callback=url)
    assert (message.status, message.direction) == ("queued", "outbound-api")
    assert phones[DAUGHTER].wait_for_sms(containing="#7").body == "紧急呼叫 #7"
    posts = webhook.wait(3, "/status")
    assert [post["MessageStatus"] for post in posts] == ["queued", "sent", "delivered"]
    assert {post["MessageSid"] for post in posts} == {message.sid}
    fetched = twilio.messages(message.sid).fetch()
    assert fetched.status == "delivered"
    assert abs(datetime.now(UTC) - fetched.date_sent) < timedelta(seconds=30)


def test_requests_are_kept_with_their_time_of_arrival(twilio: Client, phones: Phones) -> None:
    send(twilio, "first")
    send(twilio, "second")
    request = phones.wait_for_request(lambda request: request.body == "second")
    assert request.to == DAUGHTER
    assert phones.requests[0].at <= request.at


def test_a_messaging_service_sends_from_its_own_number(webhook: Webhook) -> None:
    service = "MG" + "1" * 32
    with Phones(ACCOUNT, TOKEN, senders={service: "+15005550009"}) as phones:
        client = Client(ACCOUNT, TOKEN)
        client.api.base_url = phones.url
        created = client.messages.create(to=SON, messaging_service_sid=service, body="hello")
        assert (created.status, created.messaging_service_sid) == ("accepted", service)
        assert phones[SON].wait_for_sms().from_ == "+15005550009"


def test_lists_find_a_message_again_by_number_and_time(twilio: Client, phones: Phones) -> None:
    for number in range(7):
        send(twilio, f"m{number}", to=SON if number % 2 else DAUGHTER)
        phones[SON if number % 2 else DAUGHTER].wait_for_sms()
    since = datetime.now(UTC) - timedelta(minutes=1)
    found = twilio.messages.list(to=SON, from_=SENDER, date_sent_after=since)
    assert [message.body for message in found] == ["m5", "m3", "m1"]
    assert twilio.messages.list(date_sent_before=since) == []
    assert [m.body for m in twilio.messages.stream(page_size=3)] == [
        f"m{number}" for number in reversed(range(7))
    ]
    assert len(twilio.messages.list(limit=2)) == 2


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, 21604),
        ({"To": "12345"}, 21211),
        ({"To": DAUGHTER}, 21603),
        ({"To": DAUGHTER, "From": "!?"}, 21212),
        ({"To": DAUGHTER, "From": SENDER}, 21602),
        ({"To": DAUGHTER, "From": SENDER, "Body": "x" * 1601}, 21617),
        ({"To": DAUGHTER, "From": SENDER, "Body": "x", "StatusCallback": "ftp://x"}, 21609),
        ({"To": DAUGHTER, "From": SENDER, "Body": "x", "ValidityPeriod": "0"}, 20001),
    ],
)
def test_a_wrong_message_is_refused_as_twilio_would(
    phones: Phones, form: dict[str, str], code: int
) -> None:
    answer = requests.post(
        f"{phones.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        data=form,
        auth=(ACCOUNT, TOKEN),
        timeout=5,
    )
    error = answer.json()
    assert (answer.status_code, error["code"], error["status"]) == (400, code, 400)
    assert error["more_info"].endswith(str(code))
    assert error["message"]


def test_a_wrong_password_is_refused(phones: Phones) -> None:
    client = Client(ACCOUNT, "guessed")
    client.api.base_url = phones.url
    error = refused(client)
    assert (error.status, error.code) == (401, 20003)
    assert phones[DAUGHTER].sent_to_it == []


def test_what_is_not_there_is_404(twilio: Client) -> None:
    for missing in (twilio.messages("SM1"), twilio.calls("CA1")):
        with pytest.raises(TwilioRestException) as caught:
            missing.fetch()
        assert (caught.value.status, caught.value.code) == (404, 20404)


@pytest.mark.parametrize("code", [30003, 30005, 30006, 30007, 30008])
@pytest.mark.parametrize("outcome", ["undelivered", "failed"])
def test_a_message_that_does_not_arrive_says_why(
    twilio: Client, phones: Phones, webhook: Webhook, outcome: str, code: int
) -> None:
    phones[DAUGHTER].behave(sms=outcome, error_code=code)
    message = send(twilio, status_callback=f"{webhook.url}/status")
    last = webhook.wait(2 if outcome == "failed" else 3, "/status")[-1]
    assert (last["MessageStatus"], last["ErrorCode"]) == (outcome, str(code))
    fetched = message.fetch()
    assert (fetched.status, fetched.error_code) == (outcome, code)
    assert phones[DAUGHTER].messages == []


@pytest.mark.parametrize("code", [21610, 21614, 21211])
def test_a_rejected_number_is_rejected_n_times_and_then_normal(
    twilio: Client, phones: Phones, code: int
) -> None:
    phones[DAUGHTER].behave(sms="rejected", error_code=code, times=2)
    assert [refused(twilio).code for _ in range(2)] == [code, code]
    send(twilio, "at last")
    phones[DAUGHTER].wait_for_sms("at last")


def test_too_many_requests_and_server_errors(twilio: Client, phones: Phones) -> None:
    phones[DAUGHTER].behave(sms="rate_limited", retry_after=7, times=1)
    answer = requests.post(
        f"{phones.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        data={"To": DAUGHTER, "From": SENDER, "Body": "x"},
        auth=(ACCOUNT, TOKEN),
        timeout=5,
    )
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json()["code"] == 20429
    phones[DAUGHTER].behave(sms="server_error", status=502, times=1)
    assert refused(twilio).status == 502


@pytest.mark.parametrize("connection", ["drop", "silent"])
def test_a_carrier_that_accepts_and_then_hangs_has_the_message(
    phones: Phones, connection: str
) -> None:
    client = Client(ACCOUNT, TOKEN, http_client=TwilioHttpClient(timeout=0.2))
    client.api.base_url = phones.url
    phones[DAUGHTER].behave(sms="hang_after_accepting", connection=connection, times=1)
    expected = requests.ConnectionError if connection == "drop" else requests.ReadTimeout
    with pytest.raises(expected):
        send(client, "ambiguous")
    assert [m.body for m in client.messages.list(to=DAUGHTER)] == ["ambiguous"]
    phones[DAUGHTER].wait_for_sms("ambiguous")


@pytest.mark.parametrize("connection", ["drop", "silent"])
def test_a_carrier_that_hangs_before_accepting_has_nothing(phones: Phones, connection: str) -> None:
    client = Client(ACCOUNT, TOKEN, http_client=TwilioHttpClient(timeout=0.2))
    client.api.base_url = phones.url
    phones[DAUGHTER].behave(sms="hang_before_accepting", connection=connection, times=1)
    with pytest.raises((requests.ConnectionError, requests.ReadTimeout)):
        send(client, "lost")
    assert client.messages.list(to=DAUGHTER) == []
    assert len(phones.requests) == 2


@pytest.mark.parametrize(
    ("callbacks", "expected"),
    [
        ("duplicate", ["queued", "queued", "sent", "sent", "delivered", "delivered"]),
        ("reordered", ["delivered", "sent", "queued"]),
    ],
)
def test_callbacks_can_come_twice_or_backwards(
    twilio: Client, phones: Phones, webhook: Webhook, callbacks: str, expected: list[str]
) -> None:
    phones[DAUGHTER].behave(sms="delivered", callbacks=callbacks)
    send(twilio, status_callback=f"{webhook.url}/status")
    posts = webhook.wait(len(expected), "/status")
    assert [post["MessageStatus"] for post in posts] == expected


def test_a_late_message_expires(twilio: Client, phones: Phones, webhook: Webhook) -> None:
    phones[DAUGHTER].behave(sms="delivered", delay_ms={"sent": 60_000})
    send(twilio, validity_period=1, status_callback=f"{webhook.url}/status")
    last = webhook.wait(2, "/status")[-1]
    assert (last["MessageStatus"], last["ErrorCode"]) == ("failed", "30036")


def test_a_reply_is_posted_with_twilios_form(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    send(twilio, "can you go?")
    phones[DAUGHTER].wait_for_sms("can you go?")
    reply = phones[DAUGHTER].reply("1")
    (form,) = webhook.wait(1, "/sms")
    assert (form["From"], form["To"], form["Body"]) == (DAUGHTER, SENDER, "1")
    assert (form["MessageSid"], form["NumMedia"]) == (reply.sid, "0")
    assert form["AccountSid"] == ACCOUNT


def test_a_webhook_may_answer_a_reply_with_a_message(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    webhook.answers["/sms"] = (200, "<Response><Message>谢谢</Message></Response>")
    send(twilio)
    phones[DAUGHTER].wait_for_sms()
    phones[DAUGHTER].reply("1")
    assert phones[DAUGHTER].wait_for_sms("谢谢").direction == "outbound-reply"


@pytest.mark.parametrize("word", ["STOP", "退订"])
def test_stop_closes_the_number_to_that_sender_until_start(
    twilio: Client, phones: Phones, webhook: Webhook, word: str
) -> None:
    send(twilio)
    phones[DAUGHTER].wait_for_sms()
    phones[DAUGHTER].reply(word)
    assert webhook.wait(1, "/sms")[0]["OptOutType"] == "STOP"
    assert refused(twilio).code == 21610
    twilio.messages.create(to=DAUGHTER, from_="+15005550007", body="another sender")
    phones[DAUGHTER].wait_for_sms("another sender")
    phones[DAUGHTER].reply("START", to=SENDER)
    send(twilio, "back")
    phones[DAUGHTER].wait_for_sms("back")


def test_a_dead_webhook_holds_up_nothing(twilio: Client, phones: Phones, webhook: Webhook) -> None:
    for _ in range(20):
        send(twilio, "lost", to=SON, status_callback="http://127.0.0.1:1/status")
    send(twilio, "heard", status_callback=f"{webhook.url}/status")
    assert webhook.wait(3, "/status")[-1]["MessageStatus"] == "delivered"
    assert len(phones[SON].messages) == 20


def test_a_webhook_that_fails_is_tried_again_by_a_patient_carrier(
    twilio: Client, phones: Phones, webhook: Webhook
) -> None:
    phones.behave(webhooks="patient")
    webhook.answers["/status"] = (503, "")
    send(twilio, status_callback=f"{webhook.url}/status")
    webhook.wait(1, "/status")
    webhook.answers.clear()
    statuses = [form["MessageStatus"] for form in webhook.wait(4, "/status")]
    assert statuses == ["queued", "queued", "sent", "delivered"]


def test_waiting_in_vain_says_what_came_instead(twilio: Client, phones: Phones) -> None:
    send(twilio, "something else")
    phones[DAUGHTER].wait_for_sms()
    with pytest.raises(AssertionError, match="something else"):
        phones[DAUGHTER].wait_for_sms("something else", timeout=0.01)
