"""Many homes whose hubs are monitored: some heard of, some silent; for tests of supervision."""

from datetime import datetime

from alerts.watch.device_monitoring import monitor_devices
from store.home import registry
from tests.district import NOON
from tests.world import ALWAYS, World


def run_supervision(world: World, at: datetime | None = None) -> None:
    """What an engine's supervision does by then."""
    world.time = at or world.time
    for _ in range(ALWAYS):
        if not monitor_devices(world.pool, world.time, world.policy):
            return
    raise AssertionError("supervision never comes to an end")


def hear_hubs(world: World, *homes: str, at: datetime | None = None) -> None:
    """As ingest writes it: what somebody else holds is tried again."""
    left = set(homes)
    for _ in range(ALWAYS):
        if not left:
            return
        left -= world.run(registry.touch_hubs, dict.fromkeys(left, at or world.time))
    raise AssertionError(f"never written: {left}")


def build_homes(world: World, homes: int) -> list[str]:
    """So many homes with hubs, in two grids of one community, all just heard; and no others."""
    world.only_installed()
    world.sql(
        "INSERT INTO areas (parent_id, level, code, name)"
        " SELECT id, 'grid', 'G2', 'second' FROM areas WHERE code = 'C1'"
    )
    world.sql(
        "INSERT INTO homes (code, area_id, address, created_at)"
        " SELECT 'X' || n, (SELECT id FROM areas WHERE code = 'G' || 1 + n %% 2), 'road', %s"
        " FROM generate_series(1, %s) n",
        NOON,
        homes,
    )
    world.sql(
        "INSERT INTO hubs (home_id, added_at, online, changed_at, last_seen_at)"
        " SELECT id, %s, true, %s, %s FROM homes WHERE code LIKE 'X%%'",
        NOON,
        NOON,
        NOON,
    )
    return [f"X{n}" for n in range(1, homes + 1)]
