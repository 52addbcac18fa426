"""What tests rely on: each finds the database as the migrations left it."""

from store.db import Connection
from tests.databases import KeptDatabase
from tests.district import build_district
from tests.integration.api.api_kit import press

FILLED = """
INSERT INTO alarm_events (alarm_id, at, event, actor, data)
SELECT %s, now(), 'note', 'test', jsonb_build_object('text', repeat('x', 400))
FROM generate_series(1, 5000)"""


def test_a_large_journal_is_emptied_though_it_refuses_to_be(
    conn: Connection, owner_url: str, kept_databases: dict[str, KeptDatabase]
) -> None:
    build_district(conn)
    conn.execute(FILLED, [press(conn, "H0001")])
    kept_databases[owner_url].restore()
    for table in ("alarm_events", "alarms", "homes"):
        assert conn.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() == (0,)
    row = conn.execute("SELECT count(*) FROM protocols").fetchone()
    assert row is not None
    assert row[0] > 0, "what the migrations wrote is there"
