"""A running centre gets the ladders of the product and keeps every plan it has written itself."""

from importlib import resources

import pytest

from alerts.escalation import plan_versions
from alerts.escalation.plan_validation import Draft
from store.escalation import plans
from store.model import Kind
from tests.world import World

LADDERS = (resources.files("migrations") / "0260_ladders.sql").read_text(encoding="utf-8")
STEPS = [{"after_seconds": 0, "target": "contacts"}]


@pytest.fixture
def before(world: World) -> World:
    """As it was before the ladders came."""
    world.sql(
        "DELETE FROM plans WHERE created_at = '2000-01-02Z' AND kind IS DISTINCT FROM 'area_outage'"
    )
    world.sql("UPDATE plans SET retired_at = NULL WHERE kind IS DISTINCT FROM 'area_outage'")
    return world


def in_force(world: World) -> set[tuple[str, int]]:
    found = world.run(plans.list_plans, home=None, retired=False)
    return {(plan.code, plan.version) for plan in found}


def save(world: World, code: str, kind: Kind | None) -> None:
    draft = Draft(code, kind, None, STEPS, 2)
    world.run(plan_versions.save, draft, world.district.operator, world.time)


def test_what_came_with_the_product_is_followed_by_its_next_version(before: World) -> None:
    assert ("default", 1) in in_force(before)
    before.sql(LADDERS)
    assert {
        ("default", 2),
        ("danger-smoke", 1),
        ("danger-water_leak", 1),
        ("unconfirmed_press", 2),
        ("technical-device_fault", 2),
        ("technical-low_battery", 1),
        ("comfort-door_open", 1),
    } <= in_force(before)
    assert len(before.run(plans.in_force, Kind.SMOKE, None)) == 1


def test_a_plan_that_a_centre_has_written_stays(before: World) -> None:
    """Break: retire by code alone, or put a ladder of a kind before a centre's own for any."""
    save(before, "default", None)
    save(before, "technical-tamper", Kind.TAMPER)
    before.sql(LADDERS)
    mine = in_force(before)
    assert {("default", 2), ("technical-tamper", 2)} <= mine
    assert not [code for code, _ in mine if code.startswith("danger-")]
    taken = before.run(plans.plan_for, None, Kind.SMOKE, endangers=True)
    assert taken is not None
    assert taken.steps == STEPS


def test_a_centres_own_plan_of_a_kind_stays_beside_the_ladders(before: World) -> None:
    save(before, "fire", Kind.SMOKE)
    before.sql(LADDERS)
    mine = in_force(before)
    assert {("fire", 1), ("default", 2), ("danger-gas_leak", 1)} <= mine
    assert ("danger-smoke", 1) not in mine
