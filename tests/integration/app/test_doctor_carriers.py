"""`anxin doctor` on carriers' accounts, and on the addresses at which we are reached."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from alerts.setting_fields import read_networks
from app.config.settings import Settings
from app.doctor.channels import check_channels, check_public_url
from app.doctor.mainland_numbers import check_mainland_numbers
from app.doctor.settings_check import check_settings
from app.free_port import free_port
from device_sim.carrier.alibaba.access_key import DEMO_KEY
from device_sim.phones import Phones
from store.db import Connection
from tests import aliyun
from tests.district import build_district
from tests.integration.app.test_doctor import findings, levels

ACCOUNT, TOKEN = "AC" + "1" * 32, "secret-token"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def phones() -> Iterator[Phones]:
    carrier = Phones(ACCOUNT, TOKEN, None, host="127.0.0.1", port=0)
    carrier.start()
    yield carrier
    carrier.stop()


def carrier(url: str, **values: str) -> dict[str, object]:
    account = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN}
    senders = {"twilio_from": "+8610000000001", "twilio_life_from": "+8610000000002"}
    return {**account, **senders, "twilio_api_url": url, **values}


def test_the_carriers_account_is_tried(phones: Phones) -> None:
    found = findings(check_channels, **carrier(phones.url))
    assert [level for level, _ in found.values()] == ["ok", "ok"]
    assert "simulated" in found["carrier"][1]
    refused = levels(check_channels, **carrier(phones.url, twilio_auth_token="other"))
    assert refused["carrier"] == "wrong"
    away = levels(check_channels, **carrier(f"http://127.0.0.1:{free_port()}"))
    assert away["carrier"] == "wrong"


def test_an_account_that_is_suspended_is_not_taken_for_a_wrong_token(phones: Phones) -> None:
    phones.behave(outcome="suspended")
    found = findings(check_channels, **carrier(phones.url))
    assert found["carrier"][0] == "wrong"
    assert "not active" in found["carrier"][1]
    assert "token" not in found["carrier"][1]


@pytest.mark.parametrize("life", ["", "+8610000000001"])
def test_life_safety_without_a_sender_of_its_own_is_a_warning(phones: Phones, life: str) -> None:
    found = levels(check_channels, **carrier(phones.url, twilio_life_from=life))
    assert found == {"carrier": "ok", "life sender": "warning"}


@pytest.fixture
def domestic() -> Iterator[Phones]:
    with Phones(ACCOUNT, TOKEN, alibaba=aliyun.simulated()) as phones:
        yield phones


def aliyun_settings(phones: Phones, **changes: object) -> dict[str, object]:
    return {
        "aliyun_access_key_id": DEMO_KEY.id,
        "aliyun_access_key_secret": DEMO_KEY.secret,
        "aliyun_sign_name": aliyun.SIGN_NAME,
        "aliyun_templates": aliyun.CODES,
        "aliyun_queues": aliyun.QUEUES,
        "aliyun_voice_number": aliyun.SHOWN,
        "aliyun_interactive_calls": True,
        "aliyun_endpoint": phones.url,
        **changes,
    }


def said(phones: Phones, **changes: object) -> list[str]:
    settings = Settings.model_construct(
        **{**Settings().model_dump(), **aliyun_settings(phones, **changes)}
    )
    return [f"{f.level.name} {f.what}: {f.text}" for f in check_channels(settings)]


def test_the_carrier_of_the_mainland_is_tried(domestic: Phones) -> None:
    assert [line.split()[0] for line in said(domestic)] == ["ok", "ok"]
    assert not [r for r in domestic.requests if r.path in ("/SendSms", "/IvrCall")]


def test_a_template_that_is_not_approved_or_another_is_named(domestic: Phones) -> None:
    """Break: believe the settings."""
    codes = aliyun.CODES
    domestic.alibaba.catalogue.register(
        {
            "templates": {
                codes["alarm"]: {"content": "${where}有报警", "status": "approved"},
                codes["going"]: {"content": "${who}去了", "status": "in_review"},
            }
        }
    )
    found = said(domestic, aliyun_templates={**codes, "over": "SMS_1"})
    assert any(f"alarm: {codes['alarm']} says something else" in line for line in found)
    assert any(f"going: {codes['going']} is being reviewed" in line for line in found)
    assert any("over: SMS_1 is refused" in line for line in found)


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ({"outcome": "unknown_key"}, "refuses the account (InvalidAccessKeyId.NotFound)"),
        ({"outcome": "wrong_signature"}, "refuses the account (SignatureDoesNotMatch)"),
        ({"outcome": "unreachable"}, "does not answer as it should"),
    ],
)
def test_an_account_that_does_not_answer_is_wrong(
    domestic: Phones, behaviour: dict[str, str], words: str
) -> None:
    domestic.alibaba.behave(**behaviour)
    found = said(domestic)
    assert any(line.startswith("wrong") and words in line for line in found)
    assert DEMO_KEY.secret not in "".join(found)


def test_a_signature_that_is_not_ours_is_wrong(domestic: Phones) -> None:
    assert any(line.startswith("wrong") for line in said(domestic, aliyun_sign_name="别人"))


def test_what_settings_leave_out_is_said(domestic: Phones) -> None:
    few = {name: aliyun.CODES[name] for name in ("alarm", "call_notice")}
    found = said(domestic, aliyun_templates=few, aliyun_interactive_calls=False)
    assert any("without accepted, acknowledged" in line for line in found)
    assert any("nobody can answer a call by a key" in line for line in found)


TWILIO = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_from": "+14155550123"}


@pytest.mark.parametrize(
    ("settings", "level", "words"),
    [
        ({}, "wrong", "no carrier may serve them"),
        (TWILIO, "wrong", "no carrier may serve them"),
        ({**TWILIO, "mainland_abroad_reason": "agreed"}, "warning", "a carrier abroad"),
        ({**TWILIO, "twilio_api_url": "http://127.0.0.1:1"}, "warning", "a carrier abroad"),
        ({"aliyun_access_key_id": "LTAIxxxxxx"}, "ok", "by Alibaba Cloud"),
    ],
)
def test_numbers_of_the_mainland_without_a_carrier_are_told(
    database_url: str,
    conn: Connection,
    settings: dict[str, object],
    level: str,
    words: str,
) -> None:
    assert findings(check_mainland_numbers, database_url=database_url, **settings) == {}
    build_district(conn, homes=1)
    conn.commit()
    found = findings(check_mainland_numbers, database_url=database_url, **settings)["+86 numbers"]
    assert found[0] == level
    assert words in found[1]


def test_no_carrier_is_a_warning() -> None:
    assert levels(check_channels) == {"carrier": "warning"}


@pytest.mark.parametrize(("status", "level"), [(200, "ok"), (502, "warning"), (None, "warning")])
def test_the_fallback_address_is_tried(
    phones: Phones, answering: Callable[[int, bytes], str], status: int | None, level: str
) -> None:
    url = answering(status, b"") if status else f"http://127.0.0.1:{free_port()}"
    found = levels(check_channels, **carrier(phones.url, twilio_fallback_url=url))
    assert found["fallback address"] == level


@pytest.fixture
def answering() -> Iterator[Callable[[int, bytes], str]]:
    """Make a web server that answers everything alike; its address."""
    servers: list[HTTPServer] = []

    def serve(status: int, body: bytes) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        servers.append(HTTPServer(("127.0.0.1", 0), Handler))
        Thread(target=servers[-1].serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_suspended_account_is_found(answering: Callable[[int, bytes], str]) -> None:
    active, suspended = answering(200, b'{"status":"active"}'), b'{"status":"suspended"}'
    assert levels(check_channels, **carrier(active))["carrier"] == "ok"
    assert levels(check_channels, **carrier(answering(200, suspended)))["carrier"] == "wrong"
    assert levels(check_channels, **carrier(answering(200, b"<html>")))["carrier"] == "wrong"
    assert levels(check_channels, **carrier(answering(503, b"")))["carrier"] == "wrong"


def test_an_address_that_leads_elsewhere_is_a_warning(
    answering: Callable[[int, bytes], str],
) -> None:
    ours = answering(200, b'{"client": {"address": "127.0.0.1", "forwarded": "none"}}')
    assert levels(check_public_url, public_url=ours) == {"public address": "ok"}
    for other in (answering(404, b""), answering(200, b"<html>"), answering(200, b"[]")):
        assert levels(check_public_url, public_url=other) == {"public address": "warning"}
    nobody = f"http://127.0.0.1:{free_port()}"
    assert levels(check_public_url, public_url=nobody) == {"public address": "warning"}


@pytest.mark.parametrize(("forwarded", "level"), [("taken", "ok"), ("ignored", "wrong")])
def test_a_proxy_that_is_not_named_is_found(
    answering: Callable[[int, bytes], str], forwarded: str, level: str
) -> None:
    """Break: not asking: behind it all people are one address, which one guesser bars."""
    client = f'{{"client": {{"address": "172.18.0.1", "forwarded": "{forwarded}"}}}}'
    found = findings(check_public_url, public_url=answering(200, client.encode()))
    assert found["trusted proxies"][0] == level
    assert "172.18.0.1" in found["trusted proxies"][1]


@pytest.mark.parametrize(
    ("networks", "level"),
    [("10.0.0.0/8, 127.0.0.1, fd00:1::/48", None), ("0.0.0.0/0", "wrong"), ("::/0", "wrong")],
)
def test_trusting_the_world_is_found(networks: str, level: str | None) -> None:
    found = levels(check_settings, trusted_proxies=read_networks(networks))
    assert found.get("trusted proxies") == level
