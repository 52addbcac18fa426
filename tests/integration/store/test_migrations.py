"""From an empty database to the schema, once, whoever starts it and however often."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg._queries import PostgresQuery
from psycopg.adapt import Transformer
from psycopg.conninfo import make_conninfo

from migrations import runner
from migrations.runner import MigrationError, migrate, migration_files
from store.db import Connection, Queries
from store.dispatch_states import LIVE
from store.intake.readings import METRICS
from tests.district import NOON
from tests.integration.store.schema import EXPECTED, describe
from tests.unit.store.test_queries import FILES, query_file


@pytest.fixture
def empty_url(server_url: str) -> Iterator[str]:
    name = f"empty_{uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield make_conninfo(server_url, dbname=name)
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def schema_at(url: str) -> str:
    with psycopg.connect(url) as conn:
        return describe(conn)


def test_the_migrated_schema_is_the_expected_one(conn: Connection) -> None:
    assert describe(conn) == EXPECTED.read_text(encoding="utf-8")


def test_the_schema_is_the_same_without_timescaledb(empty_url: str) -> None:
    with psycopg.connect(empty_url, autocommit=True) as conn:
        conn.execute(runner._LEDGER)
        for name, sql in migration_files().items():
            if name != "0004_hypertable.sql":
                conn.execute(sql.encode())
        assert describe(conn) == EXPECTED.read_text(encoding="utf-8")


def test_readings_are_a_hypertable_where_the_server_can(owner: Connection) -> None:
    loaded = owner.execute(
        "SELECT current_setting('shared_preload_libraries') LIKE '%timescaledb%'"
    ).fetchone()
    if not (loaded and loaded[0]):
        pytest.skip("this server has no TimescaleDB")
    found = owner.execute(
        "SELECT hypertable_name FROM timescaledb_information.hypertables"
    ).fetchall()
    assert found == [("readings",)]


def test_a_second_run_does_nothing(empty_url: str) -> None:
    assert migrate(empty_url) == list(migration_files())
    before = schema_at(empty_url)
    assert migrate(empty_url) == []
    assert schema_at(empty_url) == before


def test_two_runners_at_once_apply_each_file_once(empty_url: str) -> None:
    done: list[list[str]] = []
    start = threading.Barrier(4)

    def run() -> None:
        start.wait()
        done.append(migrate(empty_url))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(done) == [[], [], [], list(migration_files())]


def test_a_changed_file_is_refused(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(empty_url)
    files = migration_files()
    changed = {
        name: sql + ("\n-- x" if name.startswith("0002") else "") for name, sql in files.items()
    }
    monkeypatch.setattr(runner, "migration_files", lambda: changed)
    with pytest.raises(MigrationError, match=r"0002_devices_and_readings\.sql was changed"):
        migrate(empty_url)


def test_a_database_of_a_newer_version_is_refused(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = migration_files()
    monkeypatch.setattr(runner, "migration_files", lambda: files | {"9999_new.sql": "SELECT 1"})
    assert migrate(empty_url)[-1] == "9999_new.sql"
    monkeypatch.undo()
    with pytest.raises(MigrationError, match=r"9999_new\.sql.*newer version"):
        migrate(empty_url)


def test_a_file_that_fails_leaves_nothing_behind(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = {
        "0001_good.sql": "CREATE TABLE good (a int)",
        "0002_bad.sql": "CREATE TABLE half (a int); SELECT 1/0",
    }
    monkeypatch.setattr(runner, "migration_files", lambda: bad)
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(empty_url)
    assert "table good" in schema_at(empty_url)
    assert "table half" not in schema_at(empty_url)
    bad["0002_bad.sql"] = "CREATE TABLE half (a int)"
    assert migrate(empty_url) == ["0002_bad.sql"]


def test_metrics_are_the_columns_of_readings_and_are_merged(conn: Connection) -> None:
    columns = [
        name
        for (name,) in conn.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'readings' AND table_schema = 'public' ORDER BY ordinal_position"
        )
    ]
    assert columns == ["at", "device_id", *METRICS, "arrival_time"]
    merge = Queries("intake/readings")["merge_staging"].decode()
    for name in METRICS:
        assert f"{name} = COALESCE(r.{name}, EXCLUDED.{name})" in merge


@pytest.mark.parametrize("path", FILES, ids=query_file)
def test_every_statement_prepares(conn: Connection, path: Path) -> None:
    """PostgreSQL parses it against the real tables, whatever the arguments."""
    conn.execute(Queries("intake/readings")["create_staging"])
    queries = Queries(query_file(path))
    refused = {}
    for name in queries.names():
        if name == "create_staging":
            continue
        try:
            query = PostgresQuery(Transformer(conn))
            # A chart's metric is a column's name, put in as an identifier.
            query.convert(queries[name].replace(b"{metric}", b"temperature"), Anything())
            conn.execute(f"PREPARE {name} AS ".encode() + query.query)
            conn.execute(f"DEALLOCATE {name}".encode())
        except psycopg.Error as error:
            refused[name] = str(error)
    assert refused == {}


class Anything(dict[str, None]):
    """A value for every name a statement asks for."""

    def __missing__(self, name: str) -> None:
        return None

    def __contains__(self, name: object) -> bool:
        return True


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alarm_events SET actor = 'nobody'",
        "DELETE FROM alarm_events",
        "TRUNCATE alarm_events",
        "TRUNCATE alarms CASCADE",
    ],
)
def test_the_journal_is_append_only(conn: Connection, owner: Connection, statement: str) -> None:
    """For its owner, too; the processes are not asked by a trigger, they have no right."""
    now = NOON
    conn.execute("INSERT INTO areas (level, code, name) VALUES ('grid', 'G', 'G')")
    conn.execute(
        "INSERT INTO alarms (code, area_id, kind, priority, raised_at, occurred_at, last_signal_at)"
        " SELECT '1', id, 'smoke', 1, %(now)s, %(now)s, %(now)s FROM areas",
        {"now": now},
    )
    conn.execute(
        "INSERT INTO alarm_events (alarm_id, at, event, actor) SELECT id, %s, 'raised', 'hub'"
        " FROM alarms",
        [now],
    )
    with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
        owner.execute(statement.encode())
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute(statement.encode())
    assert conn.execute("SELECT event, actor FROM alarm_events").fetchall() == [("raised", "hub")]


def test_the_index_of_live_dispatches_names_the_live_states(conn: Connection) -> None:
    """Else an offer would find no index for its conflict, or the wrong one."""
    (found,) = conn.execute(
        "SELECT pg_get_indexdef('dispatches_one_live'::regclass)"
    ).fetchone() or ("",)
    assert set(re.findall(r"'(\w+)'", found.partition(" WHERE ")[2])) == LIVE
