"""A database's schema as readable text, the same on every server we support.

After a new migration: `python -m tests.integration.store.schema DATABASE_URL` writes
expected_schema.txt from a migrated database; read the difference before committing it.
"""

import sys
from pathlib import Path

import psycopg

EXPECTED = Path(__file__).with_name("expected_schema.txt")

_TABLES = """
SELECT oid, relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname"""
_COLUMNS = """
SELECT attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
    pg_get_expr(adbin, adrelid)
FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""
_CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s AND contype IN ('p', 'u', 'f', 'c') ORDER BY contype, conname"""
_INDEXES = """
SELECT pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid
    AND contype IN ('p', 'u')) ORDER BY 1"""
_TRIGGERS = """
SELECT pg_get_triggerdef(oid) FROM pg_trigger
WHERE tgrelid = %s AND NOT tgisinternal AND tgname NOT LIKE 'ts\\_%%' ORDER BY tgname"""
_FUNCTIONS = """
SELECT pg_get_functiondef(p.oid) FROM pg_proc p
WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend d
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY proname"""


def describe(conn: psycopg.Connection) -> str:
    """Tables with columns, constraints, indexes and triggers; then functions. Hypertables look
    like the tables they are made from."""
    lines: list[str] = []
    for oid, table in conn.execute(_TABLES).fetchall():
        lines += [f"table {table}"]
        for name, kind, required, identity, default in conn.execute(_COLUMNS, [oid]).fetchall():
            parts = [f"  {name} {kind}", "not null" if required else ""]
            parts += ["identity" if identity else "", f"default {default}" if default else ""]
            lines.append(" ".join(part for part in parts if part))
        constraints = conn.execute(_CONSTRAINTS, [oid]).fetchall()
        lines += [f"  constraint {name} {text}" for name, text in constraints]
        for query in (_INDEXES, _TRIGGERS):
            lines += [f"  {text}" for (text,) in conn.execute(query, [oid]).fetchall()]
        lines.append("")
    lines += [text.strip() for (text,) in conn.execute(_FUNCTIONS).fetchall()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with psycopg.connect(sys.argv[1]) as connection:
        EXPECTED.write_text(describe(connection), encoding="utf-8")
