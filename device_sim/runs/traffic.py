"""Writes what a scenario would send without sending it: one line for each message."""

import base64
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import orjson

from device_sim.home.homes_file import HomeSpec
from device_sim.plan.compiler import WHOLE, Shard, compile_plan
from device_sim.runs.player import Player
from device_sim.scenario.model import Scenario


def each_message(
    scenario: Scenario,
    homes: Sequence[HomeSpec],
    start: datetime,
    take: Callable[[str, bytes], None],
    part: Shard = WHOLE,
) -> None:
    """Give `take` every message in its order: (topic, payload). Same seed and start, same bytes."""
    player = Player(
        compile_plan(scenario, homes, start, part), "127.0.0.1", 0, None, recorder=take, dry=True
    )
    try:
        player.play()
    finally:
        player.stop()


def write_traffic(
    scenario: Scenario,
    homes: Sequence[HomeSpec],
    start: datetime,
    path: Path,
    part: Shard = WHOLE,
) -> int:
    """JSON lines {"topic", "payload"} (`payload_base64` where it is no text); how many."""
    count = 0
    with path.open("wb") as file:

        def take(topic: str, payload: bytes) -> None:
            nonlocal count
            count += 1
            try:
                line = {"topic": topic, "payload": payload.decode()}
            except UnicodeDecodeError:
                line = {"topic": topic, "payload_base64": base64.b64encode(payload).decode()}
            file.write(orjson.dumps(line) + b"\n")

        each_message(scenario, homes, start, take, part)
    return count
