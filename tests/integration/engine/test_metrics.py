"""Every metric that a rule or a panel names is one that we show."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from alerts.disk_space import DiskWatch
from alerts.metrics import ClockAhead, Disks, Parts, Waiting, exposed
from api.http.metrics import Metrics
from store.clock import ComparedClock
from store.db import Connection, Pool, open_pool
from tests.district import NOON
from tests.integration.api.api_kit import HandClock, build_house, deps_for
from tests.world import World

DEPLOY = Path(__file__).parents[3] / "deploy"


def expressions() -> Iterator[str]:
    rules = yaml.safe_load((DEPLOY / "prometheus-rules.yml").read_text(encoding="utf-8"))
    for group in rules["groups"]:
        for rule in group["rules"]:
            assert rule["annotations"]["summary"]
            yield rule["expr"]
    board = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
    for panel in board["panels"]:
        for target in panel["targets"]:
            yield target["expr"]


NAMED = sorted({name for text in expressions() for name in re.findall(r"anxin_\w+", text)})


@pytest.fixture
def shown(pool: Pool, database_url: str, tmp_path: Path) -> set[str]:
    """Names of all that the three processes show."""
    clock = HandClock()
    registry = CollectorRegistry()
    registry.register(Waiting(pool, clock))
    compared = ComparedClock(clock, clock.now)
    compared.compared(0.5)
    registry.register(ClockAhead(compared))
    registry.register(Disks(DiskWatch([str(tmp_path)])))
    registry.register(Parts(lambda: {"a": 1.0}, lambda: {"b": 1.0}, lambda: {"c": 1.0}))
    text = Metrics(deps_for(pool, database_url, clock)).text() + generate_latest(registry)
    families = list(text_string_to_metric_families(text.decode()))
    names = {family.name for family in families}
    names |= {f"{f.name}_total" for f in families if f.type == "counter"}
    return names | {f"{f.name}_bucket" for f in families if f.type == "histogram"}


def test_rules_and_panels_name_only_metrics_that_exist(shown: set[str]) -> None:
    assert len(NAMED) > 15
    assert [name for name in NAMED if name not in shown] == []


def test_the_api_also_shows_what_it_has_counted(
    pool: Pool, conn: Connection, database_url: str
) -> None:
    house = build_house(pool, conn, database_url)
    house.press()
    text = house.client().get("/metrics").text
    assert 'anxin_alarms_raised_total{kind="help_call",priority="1"}' in text


def test_waiting_messages_and_late_timers_show(pool: Pool) -> None:
    world = World(pool)
    world.raised()
    world.time = NOON.replace(hour=5)
    registry = CollectorRegistry()
    registry.register(Waiting(pool, world))
    assert registry.get_sample_value("anxin_timer_overdue_seconds") == pytest.approx(3540)
    assert registry.get_sample_value("anxin_outbox_oldest_seconds", {"lane": "1"}) == 3600
    assert registry.get_sample_value("anxin_database_up") == 1


def test_without_the_database_a_scrape_still_answers() -> None:
    with open_pool("postgresql://postgres@127.0.0.1:1/none", size=1) as away:
        registry = CollectorRegistry()
        registry.register(Waiting(away, HandClock(), patience=0.2))
        assert registry.get_sample_value("anxin_database_up") == 0


def test_what_a_process_shows_ends_with_it() -> None:
    with exposed(Parts(lambda: {"x": 2.0})):
        assert REGISTRY.get_sample_value("anxin_part_idle_seconds", {"part": "x"}) == 2.0
    assert REGISTRY.get_sample_value("anxin_part_idle_seconds", {"part": "x"}) is None
