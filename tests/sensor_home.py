"""A home full of sensors, heard by ingest and judged by an engine; for tests of activity rules."""

import json
from datetime import datetime, timedelta
from typing import Any

from alerts.watch.rule_monitoring import check_rules
from ingest.packets import Message
from ingest.writing.batch_writer import BULK_LEAVES, BatchWriter
from ingest.writing.last_seen import LastSeen
from store.home import registry
from store.model import Alarm
from store.watch import liveness
from tests.district import NOON
from tests.world import ALWAYS, World

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NIGHT = NOON + 12 * HOUR
"""Midnight where the homes are: noon of the tests is 12 o'clock there."""


class Home:
    """One home whose sensors are heard by ingest and that an engine judges."""

    def __init__(self, world: World, code: str = "H0001") -> None:
        self.world, self.code = world, code
        self.seen = LastSeen()
        self.writer = BatchWriter(world, world.policy, self.seen, BULK_LEAVES)
        with world.pool.connection() as conn:
            home = world.home.id
            for device, role, room in (
                ("motion-1", "motion", "living room"),
                ("motion-2", "motion", "厨房"),
                ("motion-3", "motion", "卫生间"),
                ("door-1", "door", "门口"),
                ("bed-1", "bed", "bedroom"),
                ("climate-1", "climate", "living room"),
                ("climate-2", "climate", "bedroom"),
                ("climate-3", "climate", "阳台"),
            ):
                registry.add_device(conn, home_id=home, code=device, role=role, room=room, now=NOON)

    def says(self, device: str, retain: bool = False, **values: Any) -> None:
        topic = f"homes/{self.code}/{device}/reading"
        payload = json.dumps(values).encode()
        message = Message(topic, payload, retain, 1, 1, 0, self.world.now())
        self.world.run(self.writer.write, [message])
        self.world.run(self.seen.flush)

    def moves(self, *devices: str) -> None:
        """Somebody is seen by each of these, twenty seconds apart."""
        for device in devices or ("motion-1", "motion-2"):
            self.says(device, motion=1)
            self.world.time += timedelta(seconds=20)
            self.says(device, motion=0)

    def is_heard(self) -> None:
        """The hub and its sensors report that they are there."""
        for device in ("motion-1", "motion-2", "motion-3"):
            self.says(device, battery=90)

    def judged(self, at: datetime | None = None) -> list[Alarm]:
        """The home's alarms after an engine has looked, at a later time; its hub is alive."""
        self.world.time = at or self.world.time
        self.is_heard()
        return self.looked_at()

    def looked_at(self) -> list[Alarm]:
        self.world.run(liveness.note, self.world.time, anew=False)
        for _ in range(ALWAYS):
            if not check_rules(self.world.pool, self.world, self.world.policy):
                break
        else:
            raise AssertionError("the engine never comes to an end")
        return self.world.alarms()
