"""The processes log in with a role that owns nothing and cannot change what was done.

All integration tests run as this role (tests/databases.py): what it needs, they show. Here is what
it cannot do, and how `anxin migrate` makes it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from app.bootstrap.schema import bring_up_to_date
from migrations.errors import MigrationError
from store.db import Connection
from store.intake import rollups
from tests.databases import made_database, processes_url
from tests.district import NOON
from tests.servers import CannotRunError, TimescaleChroot

JOURNALS = ("alarm_events", "home_mode_events", "cover_events", "access_views")
VERSIONS = ("plans", "protocols")
DENIED = psycopg.errors.InsufficientPrivilege


@pytest.mark.parametrize("table", [*JOURNALS, *VERSIONS, "schema_migrations"])
def test_what_was_done_cannot_be_rewritten(conn: Connection, table: str) -> None:
    """Break: granting everything and leaving it to the triggers, which an owner can switch off."""
    column = "checksum" if table == "schema_migrations" else "at"
    column = {"plans": "steps", "protocols": "lines"}.get(table, column)
    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"DROP TABLE {table} CASCADE",
        f"CREATE TRIGGER mine BEFORE INSERT ON {table} EXECUTE FUNCTION refuse_change()",
    ):
        with pytest.raises(DENIED):
            conn.execute(statement.encode())


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (a int)",
        "CREATE FUNCTION refuse_change(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET session_replication_role = replica",
        "CREATE ROLE mine",
        "INSERT INTO schema_migrations VALUES ('x', 'y', '2026-11-21Z')",
        "COPY homes TO PROGRAM 'cat'",
    ],
)
def test_nothing_else_is_within_its_reach(conn: Connection, statement: str) -> None:
    with pytest.raises(DENIED):
        conn.execute(statement.encode())


def test_it_owns_nothing(conn: Connection) -> None:
    owned = conn.execute(
        "SELECT count(*) FROM pg_class WHERE pg_has_role(relowner, 'MEMBER')"
        " AND relnamespace = 'public'::regnamespace"
    ).fetchone()
    assert owned == (0,)


def test_a_new_table_is_granted_with_the_next_migrate(owner_url: str, conn: Connection) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE brand_new (a int)")
        try:
            with pytest.raises(DENIED):
                conn.execute("SELECT FROM brand_new")
            bring_up_to_date(owner_url, processes_url=processes_url(owner_url))
            conn.execute("INSERT INTO brand_new VALUES (1)")
        finally:
            owner.execute("DROP TABLE brand_new")


def test_old_readings_are_dropped_by_the_owners_function(conn: Connection) -> None:
    """Whatever stands in the caller's search path or temporary schema."""
    conn.execute("CREATE TEMPORARY TABLE pg_extension (extname text, extnamespace oid, oid oid)")
    conn.execute("CREATE FUNCTION pg_temp.drop_chunks() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    conn.execute("SET search_path = pg_temp, public")
    rollups.drop_readings(conn, NOON - timedelta(days=90))
    path = conn.execute(
        "SELECT prosecdef, proconfig FROM pg_proc WHERE proname = 'drop_old_readings'"
    ).fetchone()
    assert path == (True, ["search_path=pg_catalog, pg_temp"])


@contextmanager
def ordinary_owner(server: str) -> Iterator[str]:
    """A database whose owner is no superuser and may make no roles; the owner's address."""
    name = f"owner_{uuid4().hex[:8]}"
    with made_database(server) as url, psycopg.connect(server, autocommit=True) as admin:
        database = sql.Identifier(str(psycopg.conninfo.conninfo_to_dict(url)["dbname"]))
        role = sql.Identifier(name)
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'owner'").format(role))
        admin.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, role))
        yield make_conninfo(url, user=name, password="owner")
        admin.execute(sql.SQL("ALTER DATABASE {} OWNER TO CURRENT_USER").format(database))
        with psycopg.connect(url, autocommit=True) as inside:
            inside.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(role))
        admin.execute(sql.SQL("DROP ROLE {}").format(role))


def test_an_ordinary_owner_migrates(server_url: str) -> None:
    with ordinary_owner(server_url) as url:
        assert bring_up_to_date(url)
        with psycopg.connect(url) as conn:
            assert conn.execute("SELECT count(*) > 0 FROM protocols").fetchone() == (True,)


def test_an_owner_who_may_make_no_role_is_told_what_to_do(server_url: str) -> None:
    with ordinary_owner(server_url) as url:
        missing = make_conninfo(url, user="nobody_yet", password="hush")
        with pytest.raises(MigrationError, match="CREATE ROLE nobody_yet LOGIN") as said:
            bring_up_to_date(url, processes_url=missing)
        assert "hush" not in str(said.value)


def test_a_superuser_is_no_role_for_processes(owner_url: str, server_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as conn:
        conn.execute("CREATE ROLE too_much LOGIN SUPERUSER")
        try:
            with pytest.raises(MigrationError, match="superuser"):
                bring_up_to_date(owner_url, processes_url=make_conninfo(owner_url, user="too_much"))
        finally:
            conn.execute("DROP ROLE too_much")


@pytest.mark.long
def test_an_ordinary_owner_migrates_where_timescaledb_is_loaded() -> None:
    """Red before: permission denied to examine "shared_preload_libraries"."""
    try:
        server = TimescaleChroot()
    except CannotRunError as reason:
        pytest.skip(str(reason))
    with server, ordinary_owner(server.url) as url:
        with psycopg.connect(server.url, autocommit=True) as admin:
            admin.execute("CREATE ROLE test_processes LOGIN PASSWORD 'processes'")
        processes = make_conninfo(url, user="test_processes", password="processes")
        bring_up_to_date(url, processes_url=processes)
        with psycopg.connect(processes, autocommit=True) as conn:
            hypertable = conn.execute(
                "SELECT count(*) FROM timescaledb_information.hypertables"
            ).fetchone()
            assert hypertable == (1,)
            assert _stored_and_dropped(conn) == [NOON]


def _stored_and_dropped(conn: Connection) -> list[object]:
    """Two readings a year apart, of which retention leaves the younger."""
    conn.execute("INSERT INTO areas (level, code, name) VALUES ('grid', 'G', 'G')")
    conn.execute(
        "INSERT INTO homes (code, area_id, address, created_at) SELECT 'H', id, '', %s FROM areas",
        [NOON],
    )
    conn.execute(
        "INSERT INTO devices (home_id, code, found_at) SELECT id, 'd', %s FROM homes",
        [NOON],
    )
    for at in (NOON - timedelta(days=365), NOON):
        conn.execute(
            "INSERT INTO readings (device_id, at, temperature) SELECT id, %s, 20 FROM devices", [at]
        )
    assert rollups.drop_readings(conn, NOON - timedelta(days=90))
    return [at for (at,) in conn.execute("SELECT at FROM readings").fetchall()]
