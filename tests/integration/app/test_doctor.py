"""`anxin doctor` finds what is wrong with an installation, and only that."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from app import main
from app.access.mosquitto_access import MosquittoAccess
from app.config.addresses import ListenAddress
from app.config.settings import Settings
from app.doctor.access_rules import check_access
from app.doctor.broker import check_broker
from app.doctor.database import check_database
from app.doctor.phone_numbers import check_phone_numbers
from app.doctor.processes import check_processes
from app.doctor.report import Check
from app.doctor.topics import check_unread_topics
from app.embedded.broker import EmbeddedBroker
from app.free_port import free_port
from store.db import Connection
from store.engine import heartbeats
from store.intake import unread_topics
from store.intake.unread_topics import UnreadTopic
from tests.district import build_district
from tests.servers import CannotRunError, Mosquitto

ACCOUNT, TOKEN = "AC" + "1" * 32, "secret-token"
Brokers = Callable[..., Mosquitto]


def findings(check: Check, **values: object) -> dict[str, tuple[str, str]]:
    """What → (level, text)."""
    settings = Settings.model_construct(**{**Settings().model_dump(), **values})
    return {found.what: (found.level.name, found.text) for found in check(settings)}


def levels(check: Check, **values: object) -> dict[str, str]:
    return {what: level for what, (level, _) in findings(check, **values).items()}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def brokers() -> Iterator[Brokers]:
    made: list[Mosquitto] = []

    def make(version: str = "2.0", changes: Mapping[str, str] | None = None) -> Mosquitto:
        try:
            made.append(Mosquitto(version=version, changes=changes))
        except CannotRunError as reason:
            pytest.skip(str(reason))
        return made[-1].start()

    yield make
    for broker in made:
        broker.stop()
        broker.remove()


def mqtt(broker: Mosquitto, admin: bool = True) -> dict[str, object]:
    parsed = Settings(mqtt_url=broker.url, mqtt_admin_url=broker.admin_url)  # type: ignore[arg-type]
    return {
        "mqtt_url": parsed.mqtt_url,
        "mqtt_admin_url": parsed.mqtt_admin_url if admin else None,
    }


@pytest.mark.long
@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_the_deployments_broker_is_all_right(brokers: Brokers, version: str) -> None:
    broker = brokers(version)
    assert set(levels(check_broker, **mqtt(broker)).values()) == {"ok"}
    assert set(levels(check_access, **mqtt(broker)).values()) == {"ok"}
    with MosquittoAccess(broker.admin_url) as access:
        assert access.hubs() == []


@pytest.mark.long
def test_a_broker_that_drops_is_found_out(brokers: Brokers) -> None:
    broker = brokers(
        changes={
            "max_queued_messages 0": "max_queued_messages 100",
            "queue_qos0_messages true": "queue_qos0_messages false",
            "max_inflight_messages 5000": "max_inflight_messages 20",
            "max_packet_size 1114112": "max_packet_size 100000",
        }
    )
    found = findings(check_broker, **mqtt(broker))
    assert {what: level for what, (level, _) in found.items()} == {
        "broker": "ok",
        "queue, QoS 1": "wrong",
        "queue, QoS 0": "warning",
        "acks": "warning",
        "retained": "ok",
        "packet size": "wrong",
    }
    assert "max_queued_messages 0" in found["queue, QoS 1"][1]
    assert "100,000 bytes" in found["packet size"][1]


@pytest.mark.long
def test_a_broker_without_rules_is_found_out(brokers: Brokers) -> None:
    broker = brokers(
        changes={
            "pattern readwrite homes/%u/#": "pattern readwrite homes/#",
            "allow_anonymous false": "allow_anonymous true",
        }
    )
    found = levels(check_access, **mqtt(broker))
    assert (found["anonymous"], found["hubs' rights"]) == ("wrong", "wrong")


def test_rights_nobody_could_check_are_said_to_be_unchecked(brokers: Brokers) -> None:
    found = findings(check_access, **mqtt(brokers(), admin=False))
    assert found["hubs' rights"][0] == "warning"
    assert "not checked" in found["hubs' rights"][1]


def test_the_embedded_broker_keeps_what_it_should(tmp_path: Path) -> None:
    with EmbeddedBroker(tmp_path, devices=ListenAddress("127.0.0.1", 0)) as broker:
        settings = Settings(mqtt_url=broker.centre_url)  # type: ignore[arg-type]
        found = levels(check_broker, mqtt_url=settings.mqtt_url)
        assert found.pop("acks") == "warning"  # its window is 100
        assert set(found.values()) == {"ok"}
        assert levels(check_access, mqtt_url=settings.mqtt_url)["anonymous"] == "ok"


def test_no_broker_and_a_wrong_password_are_one_line(brokers: Brokers) -> None:
    broker = brokers()
    wrong = Settings(mqtt_url=f"mqtt://centre:no@127.0.0.1:{broker.port}")  # type: ignore[arg-type]
    assert "Not authorized" in findings(check_broker, mqtt_url=wrong.mqtt_url)["broker"][1]
    away = Settings(mqtt_url=f"mqtt://centre:no@127.0.0.1:{free_port()}")  # type: ignore[arg-type]
    assert "does not answer" in findings(check_broker, mqtt_url=away.mqtt_url)["broker"][1]


def test_a_migrated_database_is_all_right(database_url: str, conn: Connection) -> None:
    found = findings(check_database, database_url=database_url)
    # the servers of tests may run without fsync
    assert {what for what, (level, _) in found.items() if level != "ok"} <= {"durability"}
    assert "PostgreSQL" in found["database"][1]
    assert "ms" in found["commit"][1]


def test_processes_that_own_the_tables_are_found(database_url: str, owner_url: str) -> None:
    """Break: asking nothing: who is in a process switches a journal's trigger off."""
    assert findings(check_database, database_url=database_url)["role"][0] == "ok"
    level, text = findings(check_database, database_url=owner_url)["role"]
    assert level == "warning"
    assert "ANXIN_DATABASE_OWNER_URL" in text


def test_missing_and_changed_migrations_are_found(database_url: str, owner: Connection) -> None:
    owner.execute("DELETE FROM schema_migrations WHERE name LIKE '0010%'")
    assert "anxin migrate" in findings(check_database, database_url=database_url)["tables"][1]
    owner.execute("UPDATE schema_migrations SET checksum = 'other'")
    assert findings(check_database, database_url=database_url)["tables"][0] == "wrong"


def test_a_database_that_would_lose_alarms_is_found(database_url: str, conn: Connection) -> None:
    careless = psycopg.conninfo.make_conninfo(database_url, options="-c synchronous_commit=off")
    level, text = findings(check_database, database_url=careless)["durability"]
    assert level == "wrong"
    assert "synchronous_commit is off" in text


def test_no_database_is_one_line(database_url: str) -> None:
    nobody = psycopg.conninfo.make_conninfo(database_url, dbname="none_such")
    assert list(levels(check_database, database_url=nobody).items()) == [("database", "wrong")]


def test_homes_that_send_what_nobody_reads_are_named(database_url: str, conn: Connection) -> None:
    district = build_district(conn)
    assert levels(check_unread_topics, database_url=database_url) == {"unread topics": "ok"}
    now = datetime.now(UTC)
    home = district.homes[0].code
    found = UnreadTopic(f"homes/{home}/tele/x/SENSOR", "place", "{t: 1}", now, now, 7)
    unread_topics.note(conn, [(home, found)])
    level, text = findings(check_unread_topics, database_url=database_url)["unread topics"]
    assert level == "warning"
    assert f"1 topics of 1 homes are read by no format: {home} (1, like {found.topic})" in text
    nobody = psycopg.conninfo.make_conninfo(database_url, dbname="none_such")
    assert levels(check_unread_topics, database_url=nobody) == {"unread topics": "wrong"}


def test_numbers_that_no_telephone_has_are_found_and_not_shown(
    database_url: str, conn: Connection
) -> None:
    """Kept since before anybody looked: they stay, and the page still opens for who has them."""
    district = build_district(conn)
    assert levels(check_phone_numbers, database_url=database_url) == {"phone numbers": "ok"}
    daughter = district.home.contacts[0]
    conn.execute("UPDATE people SET phone = '+8612912345678' WHERE id = %s", [daughter])
    conn.execute("UPDATE homes SET phone = '+86120123' WHERE code = 'H0001'")
    level, text = findings(check_phone_numbers, database_url=database_url)["phone numbers"]
    assert level == "warning"
    assert f"person {daughter}, home H0001" in text
    assert "129" not in text
    nobody = psycopg.conninfo.make_conninfo(database_url, dbname="none_such")
    assert levels(check_phone_numbers, database_url=nobody) == {"phone numbers": "wrong"}


def test_processes_that_are_silent_are_found(database_url: str, conn: Connection) -> None:
    assert levels(check_processes, database_url=database_url) == {
        "ingest": "wrong",
        "alerts": "wrong",
    }
    now = datetime.now(UTC)
    heartbeats.beat(conn, "alerts", "1", now, {})
    heartbeats.beat(conn, "ingest", "1", now, {"urgent": "connected", "bulk": "no broker"})
    heartbeats.beat(conn, "ingest", "2", now, {"urgent": "standby", "bulk": "standby"})
    assert levels(check_processes, database_url=database_url) == {
        "ingest": "ok",
        "alerts": "ok",
        "lane bulk": "wrong",
        "lane urgent": "ok",
    }


@pytest.mark.parametrize(
    ("age", "dropped", "expected"),
    [
        (3.0, 0, {"canary urgent": "ok", "canary bulk": "ok", "dropped": "ok"}),
        (61.0, 7, {"canary urgent": "wrong", "canary bulk": "ok", "dropped": "warning"}),
        (3.0, None, {"canary urgent": "ok", "canary bulk": "ok"}),
    ],
)
def test_what_ingest_says_of_the_broker_is_told(
    database_url: str, conn: Connection, age: float, dropped: int | None, expected: dict[str, str]
) -> None:
    """Broken by taking all that ingest says of itself for lanes: nobody holds a lane canary."""
    canary = {name: {"seconds": 0.01, "age_seconds": 3.0} for name in ("urgent", "bulk")}
    canary["urgent"]["age_seconds"] = age
    detail = {
        "urgent": "connected",
        "bulk": "connected",
        "canary": canary,
        "newest_message_age_seconds": {"urgent": 1.0},
        "broker_dropped": dropped,
    }
    now = datetime.now(UTC)
    heartbeats.beat(conn, "alerts", "1", now, {})
    heartbeats.beat(conn, "ingest", "1", now, detail)
    assert levels(check_processes, database_url=database_url) == {
        "ingest": "ok",
        "alerts": "ok",
        "lane bulk": "ok",
        "lane urgent": "ok",
        **expected,
    }


def test_the_command_says_one_line_each_and_how_bad_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANXIN_SECRET_KEY", "a" * 40)
    monkeypatch.setenv("ANXIN_PUBLIC_URL", f"http://127.0.0.1:{free_port()}")
    assert main.run(["doctor"]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert all(line.split()[0] in ("ok", "warning", "wrong") for line in lines)
    assert any(line.startswith("wrong    secret key") for line in lines)
    assert any(line.startswith("wrong    settings") for line in lines)


def test_a_setting_that_cannot_be_read_ends_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANXIN_SECRET_KEY", "hush")
    assert main.run(["doctor"]) == 2
    assert capsys.readouterr().out.startswith("wrong    settings")
