"""Apprise and signed webhooks against real servers on this machine, through the outbox."""

import hashlib
import hmac
import json
import logging
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import psycopg
import pytest

from alerts.alarm import closing, operator_actions
from alerts.alarm.receiving import receive_signal
from alerts.engine.sender import Sender
from alerts.notify.channels.apprise import AppriseChannel, check
from alerts.notify.channels.interface import Channel
from alerts.notify.channels.webhook import WebhookChannel
from alerts.policy import Policy
from alerts.setting_fields import LOOPBACK
from store.alarm import alarms
from store.db import Connection, Pool
from store.home import registry
from store.model import Kind, OutboxLane, Outcome, Signal
from store.notify import outbox, preferences, subscriptions
from tests.district import NOON, District, build_district
from tests.integration.api.api_kit import HandClock
from tests.receivers import http_receiver, mail_server

POLICY = Policy(language="en", channels=frozenset({"sms", "apprise"}))
SECRET = "a secret of thirty-two characters"


@pytest.fixture
def district(conn: Connection) -> District:
    return build_district(conn)


def _press(conn: Connection, kind: Kind = Kind.HELP_CALL) -> int:
    with conn.transaction():
        device = registry.find_device(conn, "H0001", "button-1")
        assert device is not None
        signal = Signal("button-1", kind, True, False, None, NOON, NOON, True, False)
        number = receive_signal(conn, device, signal, NOON, POLICY).alarm_id
    assert number is not None
    return number


def _sender(pool: Pool, clock: HandClock, **channels: Channel) -> Sender:
    return Sender(pool, channels, clock, POLICY, "test")


def _apprise(pool: Pool) -> AppriseChannel:
    def url_of(address: str) -> str | None:
        with pool.connection() as conn:
            return preferences.address(conn, int(address.partition(":")[2]))

    return AppriseChannel(url_of)


def _webhook(pool: Pool, clock: HandClock) -> WebhookChannel:
    def target_of(address: str) -> subscriptions.Target | None:
        with pool.connection() as conn:
            return subscriptions.target(conn, int(address.partition(":")[2]))

    return WebhookChannel(target_of, clock, "https://anxin.example.org", LOOPBACK)


def _by_apprise(conn: Connection, district: District, *urls: str) -> None:
    preferences.set_channels(conn, district.home.contacts[0], [("apprise", url) for url in urls])


def test_ntfy_gets_the_text_and_it_counts_as_sent_never_as_delivered(
    pool: Pool, conn: Connection, district: District
) -> None:
    with http_receiver() as ntfy:
        _by_apprise(conn, district, f"ntfy://127.0.0.1:{ntfy.port}/family")
        alarm = _press(conn)
        assert _sender(pool, HandClock(), apprise=_apprise(pool)).send_next(OutboxLane.LIFE)
        assert b"help call" in ntfy.next_post().body
    sent = next(n for n in outbox.of_alarm(conn, alarm) if n.channel == "apprise")
    assert sent.state == "SENT"
    assert "ntfy" not in sent.address, "the outbox holds no address that is a secret"


def test_json_receivers_and_mail_servers_are_reached(
    pool: Pool, conn: Connection, district: District
) -> None:
    with mail_server() as (port, mails):
        url = f"mailto://127.0.0.1:{port}?from=centre@example.org&to=na@example.org&mode=insecure"
        assert check(url) is None
        _by_apprise(conn, district, url)
        _press(conn)
        assert _sender(pool, HandClock(), apprise=_apprise(pool)).send_next(OutboxLane.LIFE)
        mail = message_from_bytes(mails.get(timeout=10))
    assert "na@example.org" in str(mail["To"])
    assert "help call" in _text(mail)


def test_a_service_that_refuses_is_tried_again_and_the_next_way_taken_at_once(
    pool: Pool, conn: Connection, district: District, caplog: pytest.LogCaptureFixture
) -> None:
    """Broken on purpose by taking every answer for sent (drop the check of notify's result)."""
    caplog.set_level(logging.DEBUG)
    with http_receiver() as first, http_receiver() as second:
        first.answers.put(500)
        _by_apprise(
            conn,
            district,
            f"json://user:sesame@127.0.0.1:{first.port}/one",
            f"json://127.0.0.1:{second.port}/two",
        )
        alarm, clock = _press(conn), HandClock()
        sender = _sender(pool, clock, apprise=_apprise(pool))
        assert sender.send_next(OutboxLane.LIFE)
        assert sender.send_next(OutboxLane.LIFE), "the next way waits for nothing"
        assert json.loads(second.next_post().body)["message"].startswith("[Anxin]")
        clock.move(seconds=5)
        assert sender.send_next(OutboxLane.LIFE)
        first.next_post(), first.next_post()
    states = {n.state for n in outbox.of_alarm(conn, alarm) if n.channel == "apprise"}
    assert states == {"SENT"}
    assert "sesame" not in caplog.text


@pytest.mark.parametrize(
    "url",
    ["", "ntfy", "file:///etc/passwd", "syslog://", "dbus://", "dingtalk://?secret", "nope://x"],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    wrong = check(url)
    assert wrong is not None
    assert len(url) < 5 or url not in wrong


def test_every_change_of_an_alarm_reaches_its_subscribers_signed(
    pool: Pool, conn: Connection, district: District
) -> None:
    """Broken on purpose by queueing after the transaction: a rolled-back change is then told."""
    clock = HandClock()
    with http_receiver() as city:
        subscriptions.add(
            conn, url=f"{city.url}/in", secret=SECRET, kinds=["help_call"], areas=["G1"], now=NOON
        )
        subscriptions.add(
            conn, url=f"{city.url}/never", secret=SECRET, kinds=["smoke"], areas=None, now=NOON
        )
        with conn.transaction():
            _press(conn)
            raise psycopg.Rollback
        alarm = _press(conn)
        operator_actions.acknowledge(conn, alarm, district.operator, NOON, POLICY)
        closing.close(conn, alarm, Outcome.ASSISTANCE, "tea", district.operator, NOON, POLICY)
        sender = _sender(pool, clock, webhook=_webhook(pool, clock))
        posts = []
        while sender.send_next(OutboxLane.LIFE):
            posts.append(city.next_post())
    assert {post.path for post in posts} == {"/in"}
    events = [json.loads(post.body) for post in posts]
    kinds = [event["type"].removeprefix("org.anxin.alarm.") for event in events]
    assert [k for k in kinds if k in ("raised", "acknowledged", "closed")] == [
        "raised",
        "acknowledged",
        "closed",
    ]
    assert not {"queued", "sent", "delivered"} & set(kinds)
    last = events[-1]
    assert {last["specversion"], last["source"], last["subject"]} == {
        "1.0",
        "https://anxin.example.org",
        f"alarms/{alarm}",
    }
    assert (last["data"]["state"], last["data"]["outcome"]) == ("CLOSED", "assistance")
    assert len({event["id"] for event in events}) == len(events)
    for post in posts:
        assert post.headers["content-type"].startswith("application/cloudevents+json")
        _check_signature(post.headers["anxin-signature"], post.body)


def test_a_receiver_that_is_down_is_tried_again_later_and_a_refusal_is_final(
    pool: Pool, conn: Connection, district: District
) -> None:
    clock = HandClock()
    with http_receiver() as city:
        subscriptions.add(conn, url=city.url, secret=SECRET, kinds=None, areas=None, now=NOON)
        with conn.transaction():
            alarm = _press(conn)
        conn.execute(
            "DELETE FROM notifications WHERE id NOT IN "
            "(SELECT min(id) FROM notifications WHERE channel = 'webhook')"
        )
        sender = _sender(pool, clock, webhook=_webhook(pool, clock))
        for answer in (503, 429, 408):
            city.answers.put(answer)
            assert sender.send_next(OutboxLane.LIFE)
            assert not sender.send_next(OutboxLane.LIFE), "not before its time"
            clock.move(hours=1)
        city.answers.put(410)
        assert sender.send_next(OutboxLane.LIFE)
        clock.move(hours=1)
        assert not sender.send_next(OutboxLane.LIFE)
        ids = {json.loads(city.next_post().body)["id"] for _ in range(4)}
    assert len(ids) == 1, "the same event whatever the try"
    row = conn.execute("SELECT state, error_code, attempts FROM notifications").fetchone()
    assert row == ("FAILED", "410", 4)
    assert "delivery_failed" not in [e.event for e in alarms.events_of(conn, alarm)]


def test_an_ended_subscription_gets_nothing_more(
    pool: Pool, conn: Connection, district: District
) -> None:
    clock = HandClock()
    with http_receiver() as city:
        made = subscriptions.add(
            conn, url=city.url, secret=SECRET, kinds=None, areas=None, now=NOON
        )
        _press(conn)
        assert subscriptions.disable(conn, made.id, NOON + timedelta(seconds=1))
        sender = _sender(pool, clock, webhook=_webhook(pool, clock))
        while sender.send_next(OutboxLane.LIFE):
            pass
        assert city.posts.empty()


def _check_signature(header: str, body: bytes) -> None:
    parts = dict(part.split("=", 1) for part in header.split(","))
    wanted = hmac.new(SECRET.encode(), parts["t"].encode() + b"." + body, hashlib.sha256)
    assert parts["v1"] == wanted.hexdigest()
    assert int(parts["t"]) == int(NOON.timestamp())


def _text(mail: Any) -> str:
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            return str(part.get_payload(decode=True).decode())
    return str(mail.get_payload(decode=True).decode())
