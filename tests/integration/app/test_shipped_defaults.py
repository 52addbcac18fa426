"""What comes with the product is installed beside what a centre has written, and never over it."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from alerts.escalation.steps import read_steps
from app.bootstrap import shipped_defaults
from app.bootstrap.shipped_defaults import install, shipped
from store.alarm import protocols
from store.alarm.kinds import KINDS
from store.escalation import plans
from store.model import Kind
from tests.world import World

CONSOLE = [{"after_seconds": 0, "target": "console"}]
Change = Callable[[dict[str, list[dict[str, Any]]]], None]


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch) -> Callable[[Change], None]:
    """The next version of the product, which ships something else."""

    def to(change: Change) -> None:
        now = {what: deepcopy(shipped(what)) for what in ("plans", "protocols")}
        change(now)
        monkeypatch.setattr(shipped_defaults, "shipped", lambda what: now[what])

    return to


def plan(world: World, code: str) -> list[plans.PlanOfCode]:
    return world.run(plans.versions_of, code)


def shipped_plan(code: str) -> dict[str, Any]:
    return next(one for one in shipped("plans") if one["code"] == code)


def own_plan(world: World, steps: list[dict[str, Any]]) -> None:
    """What the centre has written for smoke."""
    by, now = world.district.operator.id, world.now()
    world.run(plans.retire, plan(world, "danger-smoke")[0].id, now)
    world.run(
        plans.add,
        "danger-smoke",
        kind=Kind.SMOKE,
        home_id=None,
        steps=steps,
        cycles=3,
        by=by,
        now=now,
    )


def change_smoke(all_: dict[str, list[dict[str, Any]]]) -> None:
    next(p for p in all_["plans"] if p["code"] == "danger-smoke")["cycles"] = 5


def test_a_new_database_has_them_all_and_nothing_twice(world: World) -> None:
    for one in shipped("plans"):
        assert read_steps(one["steps"])
        newest = plan(world, one["code"])[0]
        assert (newest.retired_at, newest.created_by) == (None, None), one["code"]
        assert (newest.steps, newest.cycles) == (one["steps"], one["cycles"]), one["code"]
    for kind, record in KINDS.items():
        if record.endangers:
            assert kind in {one["kind"] for one in shipped("protocols")}, kind
    assert world.run(install, world.now()) == []


def test_an_upgrade_puts_its_plan_in_the_place_of_the_product_s_last_one(
    world: World, upgrade: Callable[[Change], None]
) -> None:
    before = plan(world, "danger-smoke")[0]
    upgrade(change_smoke)
    (line,) = world.run(install, world.now())
    assert line == f"plan danger-smoke: version {before.version + 1} of the product, in force"
    newest, old = plan(world, "danger-smoke")[:2]
    assert (newest.cycles, newest.retired_at) == (5, None)
    assert old.retired_at == world.now()
    assert world.run(install, world.now()) == []


def test_a_centre_s_own_plan_stays_in_force_and_the_product_s_can_be_copied(
    world: World, upgrade: Callable[[Change], None]
) -> None:
    own_plan(world, CONSOLE)
    upgrade(change_smoke)
    (line,) = world.run(install, world.now())
    assert "not in force" in line
    newest, own = plan(world, "danger-smoke")[:2]
    assert (newest.cycles, newest.created_by, newest.retired_at) == (5, None, world.now())
    assert (own.steps, own.retired_at) == (CONSOLE, None)
    assert world.raised("smoke").plan_id == own.id
    assert world.run(install, world.now()) == []


def test_a_new_plan_is_in_force_where_nobody_has_one_for_its_kind(
    world: World, upgrade: Callable[[Change], None]
) -> None:
    def add(all_: dict[str, list[dict[str, Any]]]) -> None:
        steps = [*CONSOLE, {"after_seconds": 60, "target": "contacts"}]
        for code, kind in (("new-cold", "cold"), ("new-smoke", "smoke")):
            all_["plans"].append({"code": code, "kind": kind, "cycles": 2, "steps": steps})

    upgrade(add)
    assert len(world.run(install, world.now())) == 2
    assert plan(world, "new-cold")[0].retired_at is None
    assert plan(world, "new-smoke")[0].retired_at is not None, "there is danger-smoke"


def test_a_plan_that_a_centre_took_out_of_force_does_not_come_back(
    world: World, upgrade: Callable[[Change], None]
) -> None:
    world.run(plans.retire, plan(world, "danger-smoke")[0].id, world.now())
    upgrade(change_smoke)
    world.run(install, world.now())
    assert all(one.retired_at is not None for one in plan(world, "danger-smoke"))


def test_a_centre_s_own_protocol_stays_and_the_product_s_is_renewed(
    world: World, upgrade: Callable[[Change], None]
) -> None:
    line = {"code": "own", "zh": "自己的", "en": "our own"}
    by, now = world.district.operator.id, world.now()
    world.run(protocols.add, Kind.FALL, [line], now.date(), by=by, now=now)

    def change(all_: dict[str, list[dict[str, Any]]]) -> None:
        for one in all_["protocols"]:
            one["lines"].append({"code": "more", "zh": "再问一次", "en": "Ask once more"})

    upgrade(change)
    lines = world.run(install, world.now())
    assert not any("protocol fall:" in each for each in lines)
    assert any(each.startswith("protocol smoke: version 2") for each in lines)
    assert world.run(protocols.versions, Kind.FALL)[0].lines == [line]
    assert world.run(protocols.versions, Kind.SMOKE)[0].lines[-1]["code"] == "more"
