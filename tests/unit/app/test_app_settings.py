"""A wrong setting is one line that says which, why and what to write instead."""

import os
from pathlib import Path

import pytest

from app import main
from app.bootstrap.wiring import policy_of
from app.config.addresses import ListenAddress, MqttAddress
from app.config.settings import HINTS, Settings, load_settings
from app.doctor.report import Level
from app.doctor.settings_check import check_settings
from app.errors import SettingsError
from store.model import Kind


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("ANXIN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_defaults_are_those_of_the_contract() -> None:
    settings = load_settings()
    assert (settings.timezone, settings.language, settings.instance) == ("Asia/Shanghai", "zh", "1")
    assert settings.http == ListenAddress("0.0.0.0", 8000)
    assert str(settings.zone) == "Asia/Shanghai"
    assert settings.metrics is None


def test_every_setting_has_a_hint() -> None:
    assert set(Settings.model_fields) == set(HINTS)


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({}, ["ANXIN_DATABASE_URL is missing", "postgresql://"]),
        ({"ANXIN_DATABASE_URL": "mysql://u:hush@h/d"}, ["ANXIN_DATABASE_URL is wrong"]),
        ({"ANXIN_MQTT_URL": "http://u:hush@h"}, ["ANXIN_MQTT_URL is wrong", "mqtts://"]),
        ({"ANXIN_MQTT_URL": "mqtt://u:hush@h:99999"}, ["ANXIN_MQTT_URL", "65535"]),
        ({"ANXIN_MQTT_URL": "mqtt://u:hu/sh@h:1883"}, ["ANXIN_MQTT_URL"]),
        ({"ANXIN_SECRET_KEY": "hush"}, ["ANXIN_SECRET_KEY", "only 4 characters", "32"]),
        ({"ANXIN_TIMEZONE": "Mars/Base"}, ["ANXIN_TIMEZONE", "Asia/Shanghai"]),
        ({"ANXIN_LANGUAGE": "fr"}, ["ANXIN_LANGUAGE", "zh or en"]),
        ({"ANXIN_HTTP": "8000"}, ["ANXIN_HTTP", "HOST:PORT"]),
        ({"ANXIN_INSTANCE": "a b"}, ["ANXIN_INSTANCE"]),
        ({"ANXIN_TWILIO_AUTH_TOKEN": "hush"}, ["ANXIN_TWILIO_ACCOUNT_SID is missing"]),
        (
            {"ANXIN_ALIYUN_ACCESS_KEY_SECRET": "hush"},
            ["ANXIN_ALIYUN_ACCESS_KEY_ID is missing", "Alibaba Cloud"],
        ),
        (
            {"ANXIN_ALIYUN_TEMPLATES": '{"alarmm": "hush"}'},
            ["ANXIN_ALIYUN_TEMPLATES is wrong: alarmm is none of our templates"],
        ),
        ({"ANXIN_ALIYUN_QUEUES": '{"Sms": "hush"}'}, ["ANXIN_ALIYUN_QUEUES", "SmsReport"]),
        ({"ANXIN_ALIYUN_INTERACTIVE_CALLS": "1"}, ["ANXIN_ALIYUN_VOICE_NUMBER is missing"]),
        ({"ANXIN_TRUSTED_PROXIES": "a.b"}, ["ANXIN_TRUSTED_PROXIES is wrong", "172.18.0.1"]),
        ({"ANXIN_CLOCK": "fast"}, ["ANXIN_CLOCK", "three parts"]),
        ({"ANXIN_DEBUG": "perhaps"}, ["ANXIN_DEBUG"]),
        ({"ANXIN_DATABASSE_URL": "x"}, ["ANXIN_DATABASE_URL is missing", "ANXIN_DATABASSE_URL"]),
        ({"ANXIN_SECRET_KEY_FILE": "/none/at/all"}, ["ANXIN_SECRET_KEY_FILE", "No such file"]),
    ],
)
def test_a_bad_setting_is_one_line_and_exit_2(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    env: dict[str, str],
    words: list[str],
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert main.run(["migrate"]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("anxin: ANXIN_")
    assert all(word in said.err for word in words), said.err
    assert "hush" not in said.err
    assert "hu/sh" not in said.err


def test_secrets_come_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40 + "\n")
    monkeypatch.setenv("ANXIN_SECRET_KEY_FILE", str(tmp_path / "key"))
    assert load_settings(needs=["secret_key"]).secret_key == "k" * 40


def test_value_and_file_together_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("k" * 40)
    monkeypatch.setenv("ANXIN_SECRET_KEY", "o" * 40)
    monkeypatch.setenv("ANXIN_SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(SettingsError, match="both set"):
        load_settings()


def test_the_environment_outweighs_the_env_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("ANXIN_LANGUAGE=en\nANXIN_INSTANCE=file\n")
    monkeypatch.setenv("ANXIN_INSTANCE", "two")
    settings = load_settings()
    assert (settings.language, settings.instance) == ("en", "two")


def test_no_secret_is_in_the_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANXIN_DATABASE_URL", "postgresql://u:hush@h/d")
    monkeypatch.setenv("ANXIN_MQTT_URL", "mqtt://u:hush@h")
    monkeypatch.setenv("ANXIN_SECRET_KEY", "hush" * 10)
    monkeypatch.setenv("ANXIN_HEARTBEAT_URL", "https://monitor.example/hush")
    settings = load_settings()
    assert settings.mqtt.password == "hush"
    assert "hush" not in repr(settings)
    assert "hush" not in str(settings)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://host", MqttAddress("host", 1883, tls=False)),
        ("mqtts://host", MqttAddress("host", 8883, tls=True)),
        ("mqtt://u:p%40%2F@h:1999", MqttAddress("h", 1999, False, "u", "p@/")),
        ("mqtt://[::1]:1884/", MqttAddress("::1", 1884, tls=False)),
    ],
)
def test_mqtt_addresses(url: str, address: MqttAddress) -> None:
    assert MqttAddress.parse(url) == address


def test_listening_addresses() -> None:
    assert ListenAddress.parse("[::1]:80") == ListenAddress("::1", 80)
    assert str(ListenAddress("::1", 80)) == "[::1]:80"
    for wrong in ("host", ":80", "host:", "host:x", "host:70000"):
        with pytest.raises(ValueError, match=r"port|host"):
            ListenAddress.parse(wrong)


def test_settings_that_hold_several_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANXIN_VOICE_FIRST", "+86, +852")
    monkeypatch.setenv("ANXIN_SERVICES", '{"120": "+8673184512345"}')
    monkeypatch.setenv("ANXIN_PROGRESS_BY_KIND", '{"smoke": 180}')
    monkeypatch.setenv("ANXIN_GAS_COMPANY", "96777")
    monkeypatch.setenv("ANXIN_CENTRE_PHONE", "+86 731 8451 2345")
    monkeypatch.setenv("ANXIN_SEGMENTS_PER_SECOND", "2.5")
    settings = load_settings()
    assert settings.voice_first == ["+86", "+852"]
    assert settings.services == {"120": "+8673184512345"}
    assert settings.segments_per_second == 2.5
    assert policy_of(settings).progress_by_kind == {Kind.SMOKE: 180}
    assert policy_of(settings).gas_company == "96777"
    assert policy_of(settings).centre_phone == "+8673184512345"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GAS_COMPANY", "the gas company"),
        ("CENTRE_PHONE", "the centre"),
        ("CENTRE_PHONE", "0731 8451 2345"),
        ("CENTRE_PHONE", "+861391234567"),
        ("PROGRESS_BY_KIND", '{"smok": 180}'),
        ("PROGRESS_BY_KIND", '{"smoke": 5}'),
        ("SERVICES", "120"),
        ("SERVICES", '{"120": "ambulance"}'),
        ("SERVICES", '{"120": "+86120"}'),
        ("TWILIO_FROM", "+861391234567"),
        ("TWILIO_LIFE_FROM", "4155550123"),
        ("TWILIO_TEMPLATES", "{"),
        ("SEGMENTS_PER_SECOND", "fast"),
        ("CHINA_SMS_BUDGET", "-1"),
    ],
)
def test_a_value_that_cannot_be_read_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"ANXIN_{name}", value)
    with pytest.raises(SettingsError, match=f"^ANXIN_{name} is wrong: ") as refused:
        load_settings()
    assert "\n" not in str(refused.value)


def test_a_carrier_takes_real_time_in_a_simulation_too() -> None:
    """Breaks when a faster clock shrinks the time after which a sending counts as abandoned: the
    message would be sent twice."""
    real = policy_of(Settings()).claim_timeout
    simulated = Settings(clock="240@2026-11-21T08:00:00Z@2026-11-21T07:12:30Z")
    assert policy_of(simulated).claim_timeout == 240 * real


@pytest.mark.parametrize(("phone", "warned"), [("", True), ("12349", False)])
def test_a_centre_that_nobody_can_ring_is_warned_of(phone: str, warned: bool) -> None:
    """Break: say nothing: no text ends with a number, and nobody knows why."""
    found = [
        c for c in check_settings(load_settings(centre_phone=phone)) if "CENTRE_PHONE" in c.text
    ]
    assert [c.level for c in found] == ([Level.warning] if warned else [])
