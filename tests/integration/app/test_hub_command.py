"""`anxin hub`: one command for both kinds of broker, recorded where there is a database."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from app import main
from app.access.mosquitto_access import MosquittoAccess
from app.free_port import free_port
from store.db import Connection
from store.duty import areas
from store.home import registry
from tests.servers import CannotRunError, Mosquitto
from tests.servers.mqtt import Peer

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    try:
        made = Mosquitto(version="2.0")
    except CannotRunError as reason:
        pytest.skip(str(reason))
    with made:
        yield made


@pytest.fixture
def homes(conn: Connection) -> list[str]:
    """Three homes without hubs."""
    areas.add(conn, level="district", code="D1", name="D", parent=None)
    areas.add(conn, level="community", code="C1", name="C", parent="D1")
    areas.add(conn, level="grid", code="G1", name="G", parent="C1")
    codes = ["H0001", "H0002", "H0003"]
    for code in codes:
        registry.add_home(conn, code=code, area="G1", address="", now=NOW)
    return codes


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ANXIN_MQTT_ADMIN_URL", raising=False)
    parts = psycopg.conninfo.conninfo_to_dict(database_url)
    options = "&".join(f"{k}={v}" for k, v in parts.items() if k not in ("dbname",))
    monkeypatch.setenv("ANXIN_DATABASE_URL", f"postgresql:///{parts['dbname']}?{options}")


@pytest.fixture
def mosquitto(monkeypatch: pytest.MonkeyPatch, broker: Mosquitto) -> Mosquitto:
    """The settings name the broker's administrator."""
    monkeypatch.setenv("ANXIN_MQTT_ADMIN_URL", broker.admin_url)
    return broker


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    return {line[1]: line[3] for line in lines}


def can_log_in(broker: Mosquitto, home: str, password: str) -> bool:
    return Peer(f"mqtt://{home}:{password}@127.0.0.1:{broker.port}").refused() == "Success"


def test_a_hub_added_at_mosquitto_logs_in_and_is_recorded(
    mosquitto: Mosquitto, homes: list[str], conn: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["hub", "add", "H0001"]) == 0
    passwords = printed(capsys)
    assert can_log_in(mosquitto, "H0001", passwords["H0001"])
    assert registry.hubs(conn) == ["H0001"]
    assert main.run(["hub", "list"]) == 0
    assert capsys.readouterr().out == "H0001\n"
    assert main.run(["hub", "revoke", "H0001"]) == 0
    assert not can_log_in(mosquitto, "H0001", passwords["H0001"])
    assert registry.hubs(conn) == []


def test_without_an_administrator_the_demos_file_is_changed(
    homes: list[str], conn: Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["hub", "add", "H0002", "--data", str(tmp_path)]) == 0
    accounts = json.loads((tmp_path / "broker" / "hubs.json").read_text())
    assert accounts["H0002"] == printed(capsys)["H0002"]
    assert registry.hubs(conn) == ["H0002"]


def test_a_home_the_database_does_not_have_is_one_line_and_nobody_is_let_in(
    mosquitto: Mosquitto, homes: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["hub", "add", "H9999"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "no home H9999" in said
    assert "console" in said
    with MosquittoAccess(mosquitto.admin_url) as access:
        assert access.hubs() == []


def test_all_adds_every_home_once_and_leaves_the_revoked_alone(
    mosquitto: Mosquitto, homes: list[str], conn: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.add_hub(conn, "H0002", NOW)
    registry.revoke_hub(conn, "H0002", NOW)
    assert main.run(["hub", "add", "--all"]) == 0
    passwords = printed(capsys)
    assert sorted(passwords) == ["H0001", "H0003"]
    assert all(can_log_in(mosquitto, *pair) for pair in passwords.items())
    assert main.run(["hub", "add", "--all"]) == 0
    assert printed(capsys) == {}


def test_more_homes_than_one_message_to_the_broker_holds(
    mosquitto: Mosquitto, homes: list[str], conn: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(4, 601):
        registry.add_home(conn, code=f"H{number:04}", area="G1", address="", now=NOW)
    assert main.run(["hub", "add", "--all"]) == 0
    passwords = printed(capsys)
    assert len(passwords) == 600 == len(registry.hubs(conn))
    assert can_log_in(mosquitto, "H0600", passwords["H0600"])


def test_what_failed_between_broker_and_database_is_repeated_by_the_same_command(
    mosquitto: Mosquitto,
    homes: list[str],
    conn: Connection,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(registry, "add_hub", _away)
        assert main.run(["hub", "add", "H0001"]) == 1
        said = capsys.readouterr()
        assert "repeat the command" in said.err
    assert registry.hubs(conn) == []
    assert main.run(["hub", "add", "H0001"]) == 0
    assert can_log_in(mosquitto, "H0001", printed(capsys)["H0001"])
    with monkeypatch.context() as broken:
        broken.setattr(registry, "revoke_hub", _away)
        assert main.run(["hub", "revoke", "H0001"]) == 1
        assert "H0001 may not log in any more, but" in capsys.readouterr().err
    assert main.run(["hub", "revoke", "H0001"]) == 0
    assert registry.hubs(conn) == []
    assert main.run(["hub", "revoke", "H0001"]) == 2


def _away(*_: object) -> None:
    raise psycopg.OperationalError("the connection is lost")


@pytest.mark.parametrize("words", [[], ["H0001", "--all"], ["--all", "--password-file", __file__]])
def test_one_home_or_all_of_them(words: list[str]) -> None:
    assert main.run(["hub", "add", *words]) == 2


def test_a_broker_that_is_away_is_one_line(
    homes: list[str],
    conn: Connection,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ANXIN_MQTT_ADMIN_URL", f"mqtt://admin:x@127.0.0.1:{free_port()}")
    assert main.run(["hub", "add", "H0001"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert registry.hubs(conn) == []
