"""Readings: each report once, whatever is repeated, late or in pieces."""

import json
from datetime import datetime, timedelta
from typing import Any

from ingest.packets import Message
from ingest.writing.batch_writer import BULK_LEAVES, BatchWriter
from ingest.writing.last_seen import LastSeen
from store.intake import readings
from store.intake.readings import METRICS, Row
from tests.world import World

SECOND = timedelta(seconds=1)


def stored(world: World, *columns: str) -> list[Any]:
    return world.sql(f"SELECT {', '.join(columns)} FROM readings ORDER BY device_id, at")


def store(world: World, *rows: Row) -> int:
    with world.pool.connection() as conn, conn.transaction():
        return readings.store_readings(conn, rows)


class Bulk:
    """The bulk lane's writer, fed by hand."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.writer = BatchWriter(world, world.policy, LastSeen(), BULK_LEAVES)

    def sends(self, *payloads: object, device: str = "sensor", after: float = 0) -> None:
        at = self.world.now() + timedelta(seconds=after)
        batch = [
            Message(f"homes/H0001/{device}/reading", json.dumps(p).encode(), False, 1, n, 0, at)
            for n, p in enumerate(payloads)
        ]
        self.world.run(self.writer.write, batch)


def test_with_a_time_of_the_device_a_report_is_stored_once(world: World) -> None:
    bulk = Bulk(world)
    report = {"at": "2026-11-21T03:59:00Z", "temperature": 21.5}
    bulk.sends(report, report)
    bulk.sends(report, after=60)
    Bulk(world).sends(report)  # after a restart
    assert stored(world, "temperature", "arrival_time") == [(21.5, None)]


def test_with_a_seq_and_no_time_a_report_is_stored_once(world: World) -> None:
    bulk = Bulk(world)
    bulk.sends({"seq": 1, "temperature": 1}, {"seq": 2, "temperature": 2})
    bulk.sends({"seq": 1, "temperature": 1}, {"seq": 2, "temperature": 2}, after=60)
    Bulk(world).sends({"seq": 2, "temperature": 2}, {"seq": 3, "temperature": 3}, after=120)
    assert stored(world, "temperature", "arrival_time") == [(1, True), (2, True), (3, True)]
    assert bulk.writer.take_stored_seqs() == {("H0001", "sensor"): 2}
    assert bulk.writer.take_stored_seqs() == {}


def test_reports_without_time_or_seq_of_the_same_moment_are_all_kept(world: World) -> None:
    Bulk(world).sends({"temperature": 1}, {"temperature": 1}, {"temperature": 2})
    assert stored(world, "temperature") == [1, 1, 2]


def test_pieces_of_one_moment_become_one_row_and_nothing_stored_is_overwritten(
    world: World,
) -> None:
    at = world.now()
    assert store(world, Row(1, at, {"temperature": 20.0}, False)) == 1
    store(world, Row(1, at, {"temperature": 99.0, "humidity": 40.0}, False))
    store(world, Row(1, at, {"battery": 88.0}, False))
    assert stored(world, "temperature", "humidity", "battery") == [(20, 40, 88)]


def test_late_reports_find_their_place_beside_newer_ones(world: World) -> None:
    bulk = Bulk(world)
    bulk.sends({"at": "2026-11-21T03:59:00Z", "door": True})
    bulk.sends({"at": "2026-11-15T04:00:00Z", "door": False})
    bulk.sends({"at": "2026-11-13T04:00:00Z", "door": False})  # too old to be believed
    assert stored(world, "door", "arrival_time", "at") == [
        (0, None, datetime.fromisoformat("2026-11-15T04:00:00Z")),
        (1, None, datetime.fromisoformat("2026-11-21T03:59:00Z")),
        (0, True, world.now()),
    ]


def test_a_batch_with_one_known_report_keeps_all_the_others(world: World) -> None:
    rows = [Row(1, world.now() + n * SECOND, {"power": float(n)}, False) for n in range(100)]
    store(world, rows[50])
    store(world, *rows)
    assert stored(world, "power") == [float(n) for n in range(100)]


def test_five_thousand_rows_go_in_with_one_batch_and_again_without_a_trace(world: World) -> None:
    rows = [
        Row(n % 7, world.now() + n * SECOND, {METRICS[n % len(METRICS)]: n / 8}, n % 2 == 0)
        for n in range(5000)
    ]
    assert store(world, *rows) == 5000
    store(world, *rows)
    assert world.sql("SELECT count(*) FROM readings") == [5000]
    sums = ", ".join(f"sum({name})" for name in METRICS)
    (found,) = world.sql(f"SELECT {sums} FROM readings")
    assert sum(found) == sum(n / 8 for n in range(5000))


def test_two_merges_in_one_transaction(world: World) -> None:
    store(world, Row(1, world.now(), {"co2": 1.0}, False))
    with world.pool.connection() as conn, conn.transaction():
        for extra in (1, 2):
            readings.store_readings(
                conn,
                [
                    Row(1, world.now(), {"voc": 5.0}, False),
                    Row(1, world.now() + extra * SECOND, {"co2": float(extra)}, False),
                ],
            )
    assert stored(world, "co2", "voc") == [(1, 5), (1, None), (2, None)]


def test_nothing_to_store(world: World) -> None:
    assert store(world) == 0
