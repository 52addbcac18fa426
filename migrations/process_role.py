"""The role that the processes log in with: it owns nothing and cannot rewrite a journal.

The owner runs the migrations and grants the role what it needs, anew each time, so that a new
table is covered. What a trigger refuses to everybody (rewriting a journal, a version) is not
granted either: a trigger can be switched off by a table's owner, and the role is none.
"""

import psycopg
from psycopg import sql

from migrations.errors import MigrationError
from migrations.runner import LOCK

_OWNED = """
SELECT c.oid, c.relname, c.relkind IN ('v', 'm') FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
    AND pg_get_userbyid(c.relowner) = current_user ORDER BY 2"""
# bits of pg_trigger.tgtype: 2 BEFORE, 8 DELETE, 16 UPDATE
_REFUSED = """
SELECT bool_or(tgtype & 8 > 0), bool_or(tgtype & 16 > 0) FROM pg_trigger t
JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgrelid = %s AND NOT t.tgisinternal AND t.tgtype & 2 > 0 AND p.proname LIKE 'refuse%%'"""
_SEQUENCES = """
SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
    AND pg_get_userbyid(relowner) = current_user"""
READ_ONLY = ("schema_migrations",)
CHANGEABLE = {"plans": "retired_at"}
"""The one column that may change in a table whose versions do not."""
FUNCTIONS = (
    "drop_old_readings(timestamptz)",
    "remove_access_views(bigint, timestamptz, timestamptz, integer)",
)
"""What runs as the owner."""


def prepare_role(conn: psycopg.Connection, role: str, password: str | None) -> list[str]:
    """Make the role if it is not there, and grant it what the processes need; what was done.

    MigrationError: there is no such role and the owner may not make one, or it is no plain role.
    """
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        made = _make(conn, role, password)
        _check(conn, role)
        _grant(conn, role)
    return [f"made role {role}"] if made else []


def _make(conn: psycopg.Connection, role: str, password: str | None) -> bool:
    if conn.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None:
        return False
    words = sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role))
    if password:  # hashed here: the server's log may show statements
        hashed = conn.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
        words += sql.SQL(" PASSWORD {}").format(sql.Literal(hashed.decode()))
    try:
        with conn.transaction():
            conn.execute(words)
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        return False  # another database of this server has just got it
    except psycopg.errors.InsufficientPrivilege:
        raise MigrationError(
            f"there is no role {role}, which ANXIN_DATABASE_URL names, and the owner may not make "
            f"one: let an administrator run CREATE ROLE {role} LOGIN PASSWORD '…'"
        ) from None
    return True


def _check(conn: psycopg.Connection, role: str) -> None:
    row = conn.execute(
        "SELECT rolsuper, pg_has_role(oid, current_user, 'MEMBER') FROM pg_roles"
        " WHERE rolname = %s",
        [role],
    ).fetchone()
    assert row is not None  # noqa: S101  it was made or found a moment ago
    if any(row):
        raise MigrationError(
            f"the role {role}, which ANXIN_DATABASE_URL names, is a superuser or a member of the "
            "owner's: let the processes log in with one that is neither"
        )


def _grant(conn: psycopg.Connection, role: str) -> None:
    who = sql.Identifier(role)
    _run(conn, "GRANT USAGE ON SCHEMA public TO {role}", role=who)
    for oid, table, is_view in conn.execute(_OWNED).fetchall():
        refused = conn.execute(_REFUSED, [oid]).fetchone() or (False, False)
        read_only = is_view or table in READ_ONLY
        allowed = "SELECT" if read_only else "SELECT, INSERT"
        if not read_only:
            allowed += "" if refused[1] else ", UPDATE"
            allowed += "" if refused[0] else ", DELETE"
        names = {"role": who, "table": sql.Identifier("public", table)}
        _run(conn, "REVOKE ALL ON {table} FROM {role}", **names)
        _run(conn, f"GRANT {allowed} ON {{table}} TO {{role}}", **names)
        if table in CHANGEABLE:
            column = sql.Identifier(CHANGEABLE[table])
            _run(conn, "REVOKE DELETE ON {table} FROM {role}", **names)
            _run(conn, "GRANT UPDATE ({column}) ON {table} TO {role}", column=column, **names)
    for (sequence,) in conn.execute(_SEQUENCES).fetchall():
        name = sql.Identifier("public", sequence)
        _run(conn, "GRANT USAGE ON SEQUENCE {sequence} TO {role}", sequence=name, role=who)
    for function in FUNCTIONS:
        _run(conn, f"GRANT EXECUTE ON FUNCTION public.{function} TO {{role}}", role=who)


def _run(conn: psycopg.Connection, words: str, **names: sql.Composable) -> None:
    conn.execute(sql.SQL(words).format(**names))
