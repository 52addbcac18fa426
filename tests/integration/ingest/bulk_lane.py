"""The bulk lane's writer over a real database, fed by hand."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from ingest.packets import Message
from ingest.writing.batch_writer import BULK_LEAVES, URGENT_LEAVES, BatchWriter
from ingest.writing.last_seen import LastSeen
from store.home import household, registry
from store.intake import dead_letters, dialect_state
from store.model import Alarm, AlarmState
from tests.world import World

Z2M = "homes/H0001/zigbee2mqtt"
EUI = "24e124535b316056"


class Lane:
    """The bulk lane's writer, and the urgent lane's for our own signals, fed by hand; `restarts`
    forgets what they remembered."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._made: list[BatchWriter] = []
        self.restarts()

    def ends(self) -> None:
        for writer in self._made:
            writer.stop()

    def restarts(self) -> None:
        self.ends()
        self.writer = BatchWriter(self.world, self.world.policy, LastSeen(), BULK_LEAVES)
        self.signals = BatchWriter(self.world, self.world.policy, LastSeen(), URGENT_LEAVES)
        self._made = [self.writer, self.signals]

    def gets(self, topic: str, payload: Any, *, retain: bool = False) -> None:
        self.gets_all([(topic, payload)], retain=retain)

    def gets_all(self, said: list[tuple[str, Any]], *, retain: bool = False) -> None:
        now = self.world.now()
        batch = [Message(topic, payload_of(what), retain, 1, 1, 0, now) for topic, what in said]
        native = all(topic.endswith("/signal") for topic, _ in said)
        self.world.run((self.signals if native else self.writer).write, batch)
        self.world.time += timedelta(seconds=10)

    def dead(self) -> list[str]:
        return [letter.reason for letter in reversed(self.world.run(dead_letters.newest))]

    def role(self, device: str, role: str, call_actions: list[str] | None = None) -> None:
        """What an installer declares."""
        now = self.world.now()
        with self.world.pool.connection() as conn:
            found = registry.find_device(conn, "H0001", device)
            assert found is not None
            household.change_device(
                conn, found.id, model="", role=role, room="", call_actions=call_actions, now=now
            )

    def closes(self, seconds: float = 5) -> None:
        """An operator takes the one open alarm and closes it; so much time passes."""
        (number,) = [found.id for found in self.world.alarms() if found.state != AlarmState.CLOSED]
        self.world.acknowledge(number)
        self.world.close(number)
        self.world.time += timedelta(seconds=seconds)

    def open(self) -> list[tuple[str, int]]:
        """Kind and count of each alarm that is open."""
        return [(a.kind, a.count) for a in self.world.alarms() if a.state != AlarmState.CLOSED]

    def orders(self) -> list[str]:
        """Devices for which there is an unfinished work order."""
        return list(
            self.world.sql(
                "SELECT d.code FROM work_orders w JOIN devices d ON d.id = w.device_id"
                " WHERE w.finished_at IS NULL ORDER BY w.id"
            )
        )

    def alarms(self) -> list[tuple[str, int, bool]]:
        """Kind, count and whether it has cleared, of each."""
        return [(a.kind, a.count, a.cleared_at is not None) for a in self.world.alarms()]

    def alarm(self) -> Alarm:
        (found,) = self.world.alarms()
        return found

    def device(self, code: str) -> tuple[Any, ...]:
        (row,) = self.world.sql(
            "SELECT dialect, vendor, model, suggests, online, last_press FROM devices"
            " WHERE code = %s",
            code,
        )
        return tuple(row)

    def metrics(self, *names: str) -> list[tuple[Any, ...]]:
        columns = ", ".join(f"r.{name}" for name in names)
        return [
            tuple(row)
            for row in self.world.sql(
                f"SELECT d.code, {columns} FROM readings r JOIN devices d ON d.id = r.device_id"
                " ORDER BY r.at, d.code"
            )
        ]


def payload_of(payload: Any) -> bytes:
    if isinstance(payload, bytes):
        return payload
    return (payload if isinstance(payload, str) else json.dumps(payload)).encode()


@pytest.fixture
def lane(world: World) -> Iterator[Lane]:
    made = Lane(world)
    yield made
    made.ends()


def bind_lorawan(lane: Lane, dialect: str, name: str) -> None:
    with lane.world.pool.connection() as conn:
        number = registry.find_device(conn, "H0001", "smoke-1")
        assert number is not None
        dialect_state.bind_lorawan(conn, dialect, name, number.id)


def paired(name: str, model: str, description: str, *exposes: dict[str, Any]) -> dict[str, Any]:
    definition = {
        "vendor": "Heiman",
        "model": model,
        "description": description,
        "exposes": list(exposes),
    }
    return {"friendly_name": name, "ieee_address": "0x1", "definition": definition}


SMOKE = paired(
    "厨房/smoke",
    "HS1SA",
    "Smoke detector",
    {"property": "smoke", "type": "binary", "access": 1, "value_on": True, "value_off": False},
    {"property": "battery", "type": "numeric", "access": 1, "unit": "%"},
)
