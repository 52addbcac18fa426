"""A whole day of the same seed is the same bytes, in whichever process and in how many.

Breaks when an order comes from a set or a dict of hashes, an id or a number from an unseeded
generator, or when what one home sends depends on another.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime
from typing import get_args

import pytest

from device_sim.home.homes_file import DeviceSpec, HomeSpec
from device_sim.plan.compiler import WHOLE, Shard
from device_sim.runs.traffic import each_message
from device_sim.scenario import library
from device_sim.scenario.model import Dialect, Scenario
from device_sim.scenario.parser import ScenarioError

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
DIALECTS: tuple[str, ...] = get_args(Dialect)
DEVICES = (
    DeviceSpec("button-1", "help_call", "卫生间"),
    DeviceSpec("button-2", "help_call", "卧室"),
    DeviceSpec("smoke-1", "smoke", "厨房"),
    DeviceSpec("gas-1", "gas_leak", "厨房"),
    DeviceSpec("water-1", "water_leak", "卫生间"),
    DeviceSpec("climate-1", "climate", "客厅"),
    DeviceSpec("motion-1", "motion", "客厅"),
    DeviceSpec("door-1", "door", "门口"),
    DeviceSpec("bed-1", "bed", "卧室"),
)
FEW = 12
HOMES = [HomeSpec(f"H{n:04}", "x", DEVICES) for n in range(1, FEW + 1)]
Digests = dict[str, str]


def day(dialect: str) -> Scenario:
    """The staffed day with all that befalls its two hundred homes, in a few."""
    whole = library.load("day-staffed")
    steps = [
        step.model_copy(update={"homes": tuple((n - 1) % FEW + 1 for n in step.homes)})
        for step in whole.steps
    ]
    return whole.model_copy(update={"dialect": dialect, "homes": FEW, "steps": steps})


def digests(dialect: str, part: Shard = WHOLE) -> Digests:
    """What each home sends, in its order; and what all of them send together."""
    said: dict[str, hashlib._Hash] = defaultdict(hashlib.sha256)

    def take(topic: str, payload: bytes) -> None:
        for name in ("all", _home_of(topic)):
            said[name].update(topic.encode() + b" " + payload + b"\n")

    each_message(day(dialect), HOMES, START, take, part)
    return {name: digest.hexdigest() for name, digest in said.items()}


def _home_of(topic: str) -> str:
    return topic.split("/")[1] if topic.startswith("homes/") else topic


def in_a_process(seed: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.device_sim.test_same_bytes"],
        env={**os.environ, "PYTHONHASHSEED": seed},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.long
def test_two_processes_with_other_hashes_send_the_same_bytes_all_day() -> None:
    """Every format, all devices, the whole day."""
    processes = [in_a_process(seed) for seed in ("1", "2")]
    first, second = (json.loads(process.communicate(timeout=300)[0]) for process in processes)
    assert set(first) == set(DIALECTS)
    assert all(len(each) > FEW for each in first.values())
    assert first == second


@pytest.mark.parametrize("dialect", ["native", "chirpstack"])
def test_parts_send_what_the_whole_would(dialect: str) -> None:
    """Breaks when a home's numbers or dice depend on how many homes its process has."""
    whole, parts = digests(dialect), [digests(dialect, Shard(n, 3)) for n in (1, 2, 3)]
    del whole["all"]
    homes = [set(part) - {"all"} for part in parts]
    assert sum(len(each) for each in homes) == len(whole)
    together = {name: digest for part in parts for name, digest in part.items() if name != "all"}
    assert together == whole


@pytest.mark.parametrize(("number", "of"), [(0, 2), (3, 2)])
def test_a_part_that_is_not_there_is_said(number: int, of: int) -> None:
    with pytest.raises(ScenarioError, match=f"no part {number} of {of}"):
        Shard(number, of)


if __name__ == "__main__":
    print(json.dumps({dialect: digests(dialect) for dialect in DIALECTS}))
