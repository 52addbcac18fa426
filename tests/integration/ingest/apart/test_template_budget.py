"""What a home's templates may cost: bounded, elsewhere, and nobody else's to pay."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Event
from time import monotonic, thread_time

import pytest

from ingest.dialects.home_assistant.learned_entities import MAX_AT_TOPIC
from ingest.dialects.vocabulary.template_renders import LEFT_OUT
from ingest.rendering import render_process
from ingest.rendering.budget import PER_MINUTE, HomeBudget
from ingest.rendering.job import Job
from ingest.rendering.render_process import RenderProcess
from tests.integration.ingest.bulk_lane import Lane, lane
from tests.servers.process import wait_until

__all__ = ["lane"]

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
TOPIC = "homes/H0001/homeassistant"
DEAR = "{{ [" + ",".join(["value_json"] * 220) + "]|string }}"
"""90 ms over LONG."""
LONG = "[" + ",".join(["[]"] * 10_600) + "]"
LONG_WORDS = "{{ value_json.t | float(0) " + "+ 0 " * 60 + "}}"
"""Not quick, and honest: it is rendered elsewhere, and counts."""


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shared machine may be busy: here nothing is killed that does not hang."""
    monkeypatch.setattr(render_process, "DEADLINE", 30.0)


@pytest.fixture
def renders() -> Iterator[RenderProcess]:
    made = RenderProcess(HomeBudget(), deadline=2.0)
    yield made
    made.stop()


def config(lane: Lane, name: str, component: str = "sensor", **fields: object) -> None:
    body = {"state_topic": "x/state", "device": {"identifiers": ["esp"]}, **fields}
    lane.gets(f"{TOPIC}/{component}/{name}/config", body, retain=True)


def reasons(lane: Lane) -> list[str]:
    return [reason for reason in lane.dead() if LEFT_OUT in reason]


def test_what_is_not_quick_is_rendered_by_another_process_and_counts(lane: Lane) -> None:
    config(lane, "t", device_class="temperature", unit_of_measurement="°C", val_tpl=LONG_WORDS)
    lane.gets(f"{TOPIC}/x/state", {"t": 20.5})
    assert lane.metrics("temperature") == [("esp", 20.5)]
    assert lane.dead() == []


def test_a_hundred_dear_templates_cost_the_lane_next_to_nothing(lane: Lane) -> None:
    """Broken by rendering on the lane's thread: 100 × 90 ms for each of these messages."""
    for number in range(MAX_AT_TOPIC):
        config(lane, f"s{number}", value_template=DEAR)
    began = thread_time()
    for _ in range(10):
        lane.gets(f"{TOPIC}/x/state", LONG)
    assert thread_time() - began < 2.0
    assert len(reasons(lane)) == 1, "told once, not with each message and part"


def test_a_home_over_its_budget_is_still_heard_where_its_topics_say_it_themselves(
    lane: Lane,
) -> None:
    """Broken by dropping the message: this home's smoke is then never told."""
    config(lane, "dear", "binary_sensor", device_class="motion", value_template=DEAR)
    config(lane, "s", "binary_sensor", device_class="smoke", state_topic="k/smoke", val_tpl=DEAR)
    for number in range(30):  # 90 ms each: more than a minute's allowance
        lane.gets(f"{TOPIC}/x/state", LONG[:-1] + f",{number}]")
    lane.gets(f"{TOPIC}/k/smoke", "ON")
    assert lane.alarms() == [("smoke", 1, False)]
    lane.gets("homes/H0001/button-1/signal", {"kind": "help_call"})
    assert lane.open() == [("smoke", 1), ("help_call", 1)]


def test_what_can_alarm_is_rendered_before_telemetry(lane: Lane) -> None:
    """Broken by the order of the configs: the first ones take all the time of the message."""
    for number in range(2):
        config(lane, f"a{number}", value_template=DEAR)
    smoke = "{{ 'ON' if value_json | length > 3 else 'OFF' " + "+ '' " * 20 + "}}"
    config(lane, "z", "binary_sensor", device_class="smoke", value_template=smoke)
    lane.gets(f"{TOPIC}/x/state", LONG)
    assert lane.alarms() == [("smoke", 1, False)]


def test_a_topic_has_room_for_so_many_parts_and_says_so_once(lane: Lane) -> None:
    parts = {
        f"p{n}": {"p": "binary_sensor", "state_topic": "x/state", "device_class": "smoke"}
        for n in range(60)
    }
    for device in ("a", "b"):
        for _ in range(2):
            body = {"dev": {"ids": [device]}, "cmps": parts}
            lane.gets(f"{TOPIC}/device/{device}/config", body, retain=True)
    (reason,) = lane.dead()
    assert f"more than {MAX_AT_TOPIC} parts at one topic" in reason
    lane.gets(f"{TOPIC}/x/state", "ON")
    assert [kind for kind, _ in lane.open()] == ["smoke"]


def test_configs_that_are_dear_to_compile_are_not_compiled_by_the_lane(lane: Lane) -> None:
    """Broken by checking a template on the lane's thread: 71 ms for the longest, 100 a config."""
    parts = {
        f"p{n}": {
            "p": "sensor",
            "state_topic": f"x/{n}",
            "val_tpl": "{{ " + "+".join(["1"] * 110) + f"+{n} }}}}",
        }
        for n in range(100)
    }
    began = thread_time()
    lane.gets(f"{TOPIC}/device/a/config", {"dev": {"ids": ["a"]}, "cmps": parts}, retain=True)
    assert thread_time() - began < 1.0
    assert lane.dead() != []


def test_a_process_that_hangs_is_killed_and_the_next_home_gets_a_new_one(
    renders: RenderProcess,
) -> None:
    first = Job("H0001", "{}", NOW, renders=["{{ value_json | length }}"])
    renders.finish(first)
    assert first.rendered["{{ value_json | length }}"].text == "0"
    pid = renders.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    began = monotonic()
    hung = Job("H0001", "{}", NOW, renders=["{{ 1 }}"])
    renders.finish(hung)
    assert hung.rendered["{{ 1 }}"].refused == LEFT_OUT
    assert monotonic() - began < 10.0
    again, other = (Job(home, "{}", NOW, renders=["{{ 2 }}"]) for home in ("H0001", "H0002"))
    renders.finish(again)
    renders.finish(other)
    assert again.rendered["{{ 2 }}"].refused == LEFT_OUT, "its home has used up its minute"
    assert other.rendered["{{ 2 }}"].text == "2"
    assert renders.pid != pid


def test_one_render_ends_with_its_time_between_two_steps() -> None:
    renders = RenderProcess(HomeBudget())
    dear = "{{ " + " + ".join(["value|from_json|length"] * 10) + " }}"
    job = Job("H0001", LONG, NOW, renders=[*(f"{dear}{n}" for n in range(20)), "{{ 1 }}"])
    renders.finish(job)
    assert job.rendered["{{ 1 }}"].refused == LEFT_OUT
    renders.stop()
    assert [found for found in job.rendered.values() if found.text is not None]


def test_the_process_ends_with_who_started_it() -> None:
    """Broken by a child that waits on after its parent was killed."""
    program = (
        "import os\n"
        "from datetime import UTC, datetime\n"
        "from ingest.rendering.budget import HomeBudget\n"
        "from ingest.rendering.job import Job\n"
        "from ingest.rendering.render_process import RenderProcess\n"
        "made = RenderProcess(HomeBudget())\n"
        "made.finish(Job('H', '{}', datetime.now(UTC), renders=['{{ 1 }}']))\n"
        "print(made.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, timeout=60
    )
    child = int(done.stdout.splitlines()[-1])
    assert wait_until_gone(child)


def wait_until_gone(pid: int) -> bool:
    def gone() -> bool:
        try:
            with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
                return stat.read().rpartition(")")[2].split()[0] == "Z"
        except FileNotFoundError:
            return True

    wait_until(gone, "the end of the process", 10)
    return True


def test_a_stopped_process_answers_everybody_at_once() -> None:
    """Broken by working off the queue first: a lane could not be left for minutes."""
    made = RenderProcess(HomeBudget(PER_MINUTE))
    done = Event()
    for number in range(200):
        job = Job(f"H{number}", LONG, NOW, renders=[DEAR])
        made.submit(job, done.set if number == 199 else lambda: None)
    made.stop()
    assert done.is_set()
