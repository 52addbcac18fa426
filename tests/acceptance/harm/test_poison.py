"""A message that ends the process which takes it in: its home's own fault, and nobody else's harm.

Broken by taking in the batch as always: the process dies of it for ever. Broken by putting aside
what a process was at when somebody killed it: that may have been a press.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from tests.centre import Centre

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
POISON = b'{"kind": "help_call", "id": "poison"}'
DEADLY = """
import os, signal
from pathlib import Path
import ingest.dialects.native.reader as reader
good, deaths = reader.read_signal, Path(os.environ["DEATHS"])
def read_signal(device, payload, received_at):
    said = deaths.read_text()
    if b"poison" in payload and len(said) < int(os.environ["MOST_DEATHS"]):
        deaths.write_text(said + "x")
        os.kill(os.getpid(), signal.SIGKILL)
    return good(device, payload, received_at)
reader.read_signal = read_signal
"""
"""Imported by each process at its start."""
WITHIN = 1.0
"""Seconds from being connected to the others' presses."""


@pytest.fixture
def start(
    open_up: Callable[..., Centre], tmp_path: Path
) -> Iterator[tuple[Centre, Callable[[int], "subprocess.Popen[bytes]"]]]:
    centre = open_up(homes=2)
    (tmp_path / "sitecustomize.py").write_text(DEADLY)
    (tmp_path / "deaths").write_text("")
    running: list[subprocess.Popen[bytes]] = []

    def one(most: int) -> "subprocess.Popen[bytes]":
        env = {
            **os.environ,
            **centre.env("ingest-1"),
            "DEATHS": str(tmp_path / "deaths"),
            "MOST_DEATHS": str(most),
            "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
        }
        command = [sys.executable, "-P", "-m", "app.main", "ingest"]
        running.append(subprocess.Popen(command, cwd=ROOT, env=env))
        return running[-1]

    yield centre, one
    for process in running:
        process.terminate()
        process.wait(30)


def connected(centre: Centre) -> None:
    centre.wait_until(
        "SELECT detail->>'urgent' = 'connected' FROM heartbeats WHERE process = 'ingest'"
        " AND instance = 'ingest-1'",
        "ingest to be connected",
    )


def dies(process: "subprocess.Popen[bytes]") -> None:
    assert process.wait(30) == -signal.SIGKILL


def test_what_has_ended_two_processes_is_set_aside_by_the_third(
    start: tuple[Centre, Callable[[int], "subprocess.Popen[bytes]"]],
) -> None:
    centre, ingest = start
    first = ingest(99)
    connected(centre)
    centre.publish("H0001", "homes/H0001/button-1/signal", POISON)
    centre.publish("H0002", "homes/H0002/button-1/signal", b'{"kind": "help_call", "id": "other"}')
    dies(first)
    dies(ingest(99))
    third = ingest(99)
    took = seconds_from_connected(centre)
    assert took < WITHIN
    centre.wait_until(
        "SELECT count(*) = 1 FROM dead_letters WHERE reason LIKE 'set aside: it ends%%'",
        "the trial that failed",
    )
    assert third.poll() is None


def test_what_two_processes_were_at_by_chance_is_taken_in_after_all(
    start: tuple[Centre, Callable[[int], "subprocess.Popen[bytes]"]],
) -> None:
    centre, ingest = start
    first = ingest(2)
    connected(centre)
    centre.publish("H0001", "homes/H0001/button-1/signal", POISON)
    dies(first)
    dies(ingest(2))
    third = ingest(2)
    centre.wait_until(
        "SELECT count(*) = 1 FROM alarms a JOIN homes h ON h.id = a.home_id"
        " WHERE h.code = 'H0001' AND a.kind = 'help_call'",
        "the press that was set aside",
    )
    assert third.poll() is None
    centre.wait_until("SELECT count(*) = 0 FROM suspects", "nobody to be suspected any more")


def seconds_from_connected(centre: Centre) -> float:
    """From when the third process holds the lane to the other home's alarm."""
    centre.wait_until(
        "SELECT count(*) = 1 FROM lane_holders WHERE lane = 'urgent' AND NOT in_order"
        " AND EXISTS (SELECT FROM suspects)",
        "the third process to hold the lane",
    )
    began = monotonic()
    centre.wait_until(
        "SELECT count(*) = 1 FROM alarms a JOIN homes h ON h.id = a.home_id"
        " WHERE h.code = 'H0002' AND a.kind = 'help_call'",
        "the other home's press",
    )
    return monotonic() - began
