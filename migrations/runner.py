"""Brings a database to the newest schema: numbered SQL files, once each, in order.

Safe to start from several machines at once (an advisory lock lets one through at a time). A file
that has been applied must never change: its checksum is kept and compared.
"""

import hashlib
from importlib import resources

import psycopg

from migrations.errors import MigrationError

__all__ = ["MigrationError", "migrate", "migration_files", "pending"]

LOCK = 7_236_451_900  # any number of our own; all runners use the same
_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL
)"""
# Files that could not be applied everywhere, and were replaced by one that does the same: checksums
# of the earlier texts.
_REPLACED = {
    # it read a setting that only a superuser may read
    "0004_hypertable.sql": {"5ab29df9c40feb7f3a20f996bc0255493a87fd64e50e58ebaddf20dc5cd5c2c4"},
}


def migrate(database_url: str) -> list[str]:
    """Apply what is missing and return the names of the files applied, oldest first.

    Each file runs in a transaction of its own. Raises MigrationError when an applied file was
    changed or is missing here, psycopg.Error when the database refuses.
    """
    with psycopg.connect(database_url, autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        conn.execute(_LEDGER)
        missing = pending(conn)
        files = migration_files()
        for name in missing:
            _apply(conn, name, files[name])
        return missing


def pending(conn: psycopg.Connection) -> list[str]:
    """The files not applied yet, oldest first; changes nothing. Raises as `migrate` does."""
    files = migration_files()
    row = conn.execute("SELECT to_regclass('schema_migrations')").fetchone()
    if row is None or row[0] is None:
        return list(files)
    applied: dict[str, str] = dict(
        conn.execute("SELECT name, checksum FROM schema_migrations").fetchall()
    )
    _check_history(applied, files)
    return [name for name in files if name not in applied]


def migration_files() -> dict[str, str]:
    """File name → SQL text, in the order of application."""
    folder = resources.files("migrations")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


def _apply(conn: psycopg.Connection, name: str, sql: str) -> None:
    with conn.transaction():
        conn.execute(sql.encode())
        conn.execute(
            "INSERT INTO schema_migrations VALUES (%s, %s, clock_timestamp())",
            [name, _checksum(sql)],
        )


def _check_history(applied: dict[str, str], files: dict[str, str]) -> None:
    for name, checksum in applied.items():
        if name not in files:
            raise MigrationError(
                f"the database has migration {name}, which this version does not know: "
                "it was made by a newer version; install that one"
            )
        if checksum not in {_checksum(files[name]), *_REPLACED.get(name, ())}:
            raise MigrationError(
                f"migration {name} was changed after it had been applied: "
                "put the file back and write the change as a new migration"
            )


def _checksum(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()
