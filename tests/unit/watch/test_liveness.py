"""What silence means: tables of cases, and what holds for every district."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.watch.liveness import (
    GRACE,
    RULE,
    AreaTree,
    battery_is_low,
    correlate,
    device_deadline,
    home_is_observable,
    hub_deadline,
    outage_is_over,
)
from store.watch.monitored_devices import AreaHubs, DeviceWatch, HubWatch
from tests.district import NOON

HUB = HubWatch(1, 1, 900, True, NOON, NOON, None, None, None, NOON - timedelta(days=9))
DEVICE = DeviceWatch(
    id=1,
    home_id=1,
    area_id=1,
    code="button-1",
    report_seconds=3600,
    bound_at=NOON,
    last_seen_at=NOON,
    offline_at=None,
    down_since=None,
    alarm_id=None,
    battery=None,
    battery_low=15,
    low_since=None,
    hub_down=False,
    hub_back_at=None,
)
MINUTE = timedelta(minutes=1)
# one district (1) with communities 2 and 3, grids 4, 5 in 2 and 6, 7 in 3
TREE = {1: None, 2: 1, 3: 1, 4: 2, 5: 2, 6: 3, 7: 3}


def areas(**hubs: int) -> list[AreaHubs]:
    """`g4=10`: ten hubs directly in grid 4."""
    return [AreaHubs(a, parent, hubs.get(f"g{a}", 0)) for a, parent in TREE.items()]


def down(**hubs: int) -> dict[int, int]:
    return {int(a[1:]) * 1000 + n: int(a[1:]) for a, count in hubs.items() for n in range(count)}


def test_a_hub_that_reports_every_15_minutes_is_missed_within_45() -> None:
    deadline = hub_deadline(HUB)
    assert deadline is not None
    assert 30 * MINUTE < deadline - NOON <= 45 * MINUTE


@pytest.mark.parametrize(
    ("changes", "minutes"),
    [
        ({"report_seconds": 60}, 7),
        ({"online": False, "changed_at": NOON + MINUTE}, 6),
        ({"online": False, "changed_at": NOON - MINUTE}, 35),  # heard since
        ({"online": False, "changed_at": NOON + 34 * MINUTE}, 35),
        ({"online": None, "changed_at": None}, 35),
    ],
)
def test_when_a_hub_counts_as_down(changes: dict[str, Any], minutes: int) -> None:
    assert hub_deadline(replace(HUB, **changes)) == NOON + minutes * MINUTE


def test_a_hub_never_heard_is_silent_since_it_was_registered_and_says_nothing_of_its_home() -> None:
    hub = replace(HUB, last_seen_at=None, online=None, changed_at=None, added_at=NOON)
    assert hub_deadline(hub) == NOON + 35 * MINUTE
    assert not home_is_observable(hub, NOON)


def test_only_a_home_whose_hub_reports_can_be_judged_by_its_silence() -> None:
    assert home_is_observable(HUB, NOON + MINUTE)
    assert home_is_observable(None, NOON)
    assert not home_is_observable(HUB, NOON + 36 * MINUTE)
    assert not home_is_observable(replace(HUB, down_since=NOON), NOON + MINUTE)
    offline = replace(HUB, online=False, changed_at=NOON + MINUTE)
    assert not home_is_observable(offline, NOON + 2 * MINUTE)


@pytest.mark.parametrize(
    ("changes", "minutes"),
    [
        ({}, 125),
        ({"report_seconds": 0}, None),
        ({"report_seconds": 0, "offline_at": NOON + MINUTE}, 6),
        ({"offline_at": NOON + MINUTE}, 6),
        ({"offline_at": NOON - MINUTE}, 125),
        ({"bound_at": None}, None),
        ({"last_seen_at": None}, 125),
        ({"last_seen_at": None, "bound_at": NOON + 60 * MINUTE}, 185),
        ({"last_seen_at": None, "bound_at": None}, None),
        ({"last_seen_at": None, "report_seconds": 0}, None),
        ({"last_seen_at": None, "hub_down": True}, None),
        ({"last_seen_at": None, "hub_back_at": NOON + 60 * MINUTE}, 185),
        ({"hub_down": True}, None),
        ({"hub_back_at": NOON + 60 * MINUTE}, 185),  # its own interval after the hub came back
    ],
)
def test_when_a_device_counts_as_down(changes: dict[str, Any], minutes: int | None) -> None:
    expected = None if minutes is None else NOON + minutes * MINUTE
    assert device_deadline(replace(DEVICE, **changes)) == expected


def test_a_wavering_battery_is_low_once() -> None:
    low, seen = False, []
    for percent in (16, 14.9, 15.5, 14, 19.9, 20, 16, 15):
        low = battery_is_low(percent, 15, was_low=low)
        seen.append(low)
    assert seen == [False, True, True, True, True, False, False, False]
    assert battery_is_low(None, 15, was_low=True)


@pytest.mark.parametrize(
    ("hubs", "silent", "outages"),
    [
        ({"g4": 10}, {"g4": 1}, []),  # one hub
        ({"g4": 10}, {"g4": 4}, []),  # too few
        ({"g4": 100}, {"g4": 29}, []),  # too small a share
        ({"g4": 10}, {"g4": 5}, [4]),
        ({"g4": 10, "g5": 10}, {"g4": 10, "g5": 10}, [2]),  # the community, not its grids
        ({"g4": 10, "g6": 10, "g5": 60, "g7": 60}, {"g4": 10, "g6": 10}, [4, 6]),
        ({"g4": 30, "g6": 70}, {"g4": 30, "g6": 1}, [4]),  # a stray one elsewhere stays alone
        ({f"g{a}": 250 for a in (4, 5, 6, 7)}, {f"g{a}": 250 for a in (4, 5, 6, 7)}, [1]),
        ({"g4": 2, "g5": 2, "g6": 2}, {"g4": 2, "g5": 2, "g6": 2}, [1]),  # few in each, many in all
    ],
)
def test_the_lowest_area_that_explains_it(
    hubs: dict[str, int], silent: dict[str, int], outages: list[int]
) -> None:
    assert sorted(correlate(AreaTree(areas(**hubs)), down(**silent))) == outages


@given(
    st.dictionaries(st.sampled_from([4, 5, 6, 7]), st.integers(0, 30)),
    st.dictionaries(st.sampled_from([4, 5, 6, 7]), st.integers(0, 30)),
)
def test_an_outage_is_always_many_and_none_is_overlooked(
    working: dict[int, int], silent: dict[int, int]
) -> None:
    district = areas(**{f"g{a}": working.get(a, 0) + silent.get(a, 0) for a in (4, 5, 6, 7)})
    tree = AreaTree(district)
    gone = down(**{f"g{a}": n for a, n in silent.items()})
    found = correlate(tree, gone)
    explained = [home for homes in found.values() for home in homes]
    assert len(explained) == len(set(explained)) <= len(gone)
    for area, homes in found.items():
        inside = sum(a.hubs for a in district if tree.is_within(a.id, area))
        assert len(homes) >= RULE.number
        assert len(homes) >= RULE.share * inside
    assert correlate(tree, {h: a for h, a in gone.items() if h not in explained}) == {}


@pytest.mark.parametrize(
    ("children", "still", "over"), [(0, 0, False), (10, 3, False), (10, 2, True), (5, 0, True)]
)
def test_an_outage_is_over_when_nearly_all_are_back(children: int, still: int, over: bool) -> None:
    assert outage_is_over(children, still) is over


def test_grace_protects_from_flapping() -> None:
    """Offline and heard again within the grace: nothing has happened."""
    flapped = replace(HUB, online=False, changed_at=NOON + MINUTE, last_seen_at=NOON + 2 * MINUTE)
    deadline = hub_deadline(flapped)
    assert deadline is not None
    assert deadline > NOON + MINUTE + GRACE
