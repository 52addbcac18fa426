"""`anxin simulate`: a scenario with a verdict, or everyday life until stopped."""

import json
import re
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from device_sim.centre.http_client import HttpError
from device_sim.clock import SimulatedTime, utc_now
from device_sim.commands.addresses import HostPort
from device_sim.commands.log_setup import log_warnings_only
from device_sim.commands.shutdown import run_until_stopped
from device_sim.home.homes_file import HomeSpec, read_homes
from device_sim.oracle.junit import junit_xml, unjudged_xml
from device_sim.oracle.report import RunResult, text_summary
from device_sim.plan.compiler import WHOLE, Shard
from device_sim.runs.errors import CannotPlayError
from device_sim.runs.everyday_homes import EverydayHomes
from device_sim.runs.run import Run, Surroundings
from device_sim.runs.traffic import write_traffic
from device_sim.scenario import library
from device_sim.scenario.model import Scenario
from device_sim.scenario.needs import needs_of
from device_sim.scenario.parser import scenario_schema

UNJUDGED = 3
"""Exit status: it could not be judged."""
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("scenario", required=False)
@click.option("--homes", "file", type=FILE, help="JSON file of homes: log-ins and devices.")
@click.option(
    "--broker",
    "--mqtt",
    "broker",
    type=HostPort(),
    default="127.0.0.1:1883",
    show_default=True,
    help="Where the hubs connect.",
)
@click.option("--api", help="The centre's address: what it stored and raised is compared.")
@click.option(
    "--token",
    "tokens",
    multiple=True,
    envvar="ANXIN_TOKEN",
    help="A bearer token of role operator; several: one an operator.",
)
@click.option("--token-file", type=FILE, help="A file with such a token, as `anxin seed` writes.")
@click.option("--phones", help="The simulated phones' address: what people got is compared.")
@click.option("--clock", envvar="ANXIN_CLOCK", help="The centre's clock, as its ANXIN_CLOCK.")
@click.option("--seed", type=int, help="Instead of the scenario's.  [default: 0]")
@click.option("--speed", help="Simulated seconds in a real one, or max: do not wait at all.")
@click.option("--start", help="Simulated beginning (ISO 8601 with a zone); same start, same bytes.")
@click.option("--epoch", help="Everyday life: the real moment from which --speed counts.")
@click.option("--count", type=click.IntRange(1), help="Only the first so many homes.")
@click.option(
    "--ramp", type=click.FloatRange(0), default=0.0, help="Seconds over which the hubs connect."
)
@click.option(
    "--probe",
    type=click.FloatRange(0),
    default=0.0,
    help="Press every so many seconds in one more home, from a process of its own.",
)
@click.option("--part", help="2/4: only the second of four processes that share the homes.")
@click.option(
    "--close-open",
    is_flag=True,
    help="Close alarms of these homes that are open from before and would be counted to.",
)
@click.option("--leave-open", is_flag=True, help="Leave the run's alarms for somebody to look at.")
@click.option(
    "--send-only", is_flag=True, help="Only make traffic: without --api that is well then."
)
@click.option("--junit", "junit_file", type=FILE, help="Write JUnit XML, for CI.")
@click.option("--json", "json_file", type=FILE, help="Write the whole result as JSON.")
@click.option("--traffic", type=FILE, help="Only write what would be sent; connect to nothing.")
@click.option("--list", "list_", is_flag=True, help="The ready scenarios.")
@click.option("--schema", "show_schema", is_flag=True, help="The JSON Schema of a scenario.")
def simulate(scenario: str | None, **given: Any) -> None:
    """Play SCENARIO (a file, or a ready one by name) and say whether all arrived, once, in time.

    Exit status 0: all was well, 1: something is missing, doubled or late, 2: wrong usage, 3: it
    could not be judged (no broker or centre, another time, nothing compared). Without SCENARIO the
    homes live their everyday life until stopped.
    """
    log_warnings_only()
    if given["list_"]:
        for name in library.names():
            scenario_ = library.load(name)
            click.echo(f"{name:<24} {scenario_.about.strip().splitlines()[0]}")
            click.echo(f"{'':<24} needs {'; '.join(needs_of(scenario_))}")
        return
    if given["show_schema"]:
        click.echo(json.dumps(scenario_schema(), indent=1))
        return
    try:
        status = _run_everyday(given) if scenario is None else _run_scenario(scenario, given)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except (CannotPlayError, HttpError, OSError) as error:
        _write(given["junit_file"], unjudged_xml(scenario or "everyday", str(error)))
        _write(given["json_file"], json.dumps({"scenario": scenario, "error": str(error)}) + "\n")
        click.echo(f"Error: {error}", err=True)
        status = UNJUDGED
    click.get_current_context().exit(status)


def _homes(given: dict[str, Any]) -> list[HomeSpec]:
    if given["file"] is None:
        raise ValueError("--homes is missing: `anxin demo` and `anxin seed` write such a file")
    return read_homes(given["file"])[: given["count"]]


def _run_scenario(which: str, given: dict[str, Any]) -> int:
    scenario = library.load(which)
    if given["seed"] is not None:
        scenario = scenario.model_copy(update={"seed": given["seed"]})
    homes = _homes(given)
    if given["count"]:
        homes_left = given["count"] - (1 if given["probe"] else 0)
        scenario = _smaller(scenario, homes_left)
    start = _instant("--start", given["start"]) if given["start"] else None
    if given["traffic"]:
        begins = start or scenario.starting(utc_now())
        sent = write_traffic(scenario, homes, begins, given["traffic"], _part(given["part"]))
        click.echo(f"{sent} messages in {given['traffic']}")
        return 0
    run = Run(scenario, homes, _surroundings(given, start))
    outcome = _with_progress(run, scenario)
    click.echo(text_summary(outcome))
    _write(given["junit_file"], junit_xml(outcome))
    _write(given["json_file"], json.dumps(outcome.document(), indent=1) + "\n")
    sent_only = given["send_only"] and outcome.day is None
    return 0 if sent_only else outcome.exit_status


def _smaller(scenario: Scenario, homes: int) -> Scenario:
    """For the first so many homes, with the steps as far as they concern those."""
    if homes >= scenario.homes:
        return scenario
    steps = [
        step.model_copy(update={"homes": left})
        for step in scenario.steps
        if (left := tuple(n for n in step.homes if n <= homes)) or not step.homes
    ]
    return scenario.model_copy(update={"homes": homes, "steps": steps})


def _surroundings(given: dict[str, Any], start: datetime | None) -> Surroundings:
    tokens = tuple(given["tokens"])
    if given["token_file"]:
        tokens += (_token_of(given["token_file"]),)
    if given["api"] and not tokens:
        raise ValueError("--api needs --token: `anxin token --role operator` makes one")
    at_once = given["speed"] == "max"
    if at_once and given["api"]:
        raise ValueError("--speed max is for traffic alone: leave --api out")
    host, port = given["broker"]
    return Surroundings(
        host,
        port,
        given["api"] or "",
        tokens or ("",),
        given["phones"] or "",
        SimulatedTime.read(given["clock"]) if given["clock"] else None,
        None if at_once else _speed(given["speed"]),
        start,
        at_once,
        given["ramp"],
        given["probe"],
        part=_part(given["part"]),
        close_open=given["close_open"],
        leave_open=given["leave_open"],
    )


def _token_of(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except OSError as error:
        raise ValueError(f"--token-file {file}: {error.strerror}") from error


def _with_progress(run: Run, scenario: Scenario) -> RunResult:
    """Ctrl-C ends the run early; what was sent is judged all the same."""
    before = signal.signal(signal.SIGINT, lambda *_: run.halt())
    try:
        with click.progressbar(
            length=1000, label=scenario.name, file=sys.stderr, show_pos=False
        ) as bar:
            return run.outcome(lambda done: bar.update(max(0, int(done * 1000) - bar.pos)))
    finally:
        signal.signal(signal.SIGINT, before)


def _run_everyday(given: dict[str, Any]) -> int:
    """Everyday life, until stopped."""
    specs = _homes(given)
    epoch = _instant("--epoch", given["epoch"]) if given["epoch"] else utc_now()
    clock = SimulatedTime.read(given["clock"]) if given["clock"] else None
    time = clock or SimulatedTime(epoch, _speed(given["speed"]) or 1.0)
    homes = EverydayHomes(specs, *given["broker"], seed=given["seed"] or 0, time=time)
    homes.start()
    run_until_stopped(lambda: click.echo(f"simulating {len(specs)} homes"), homes.stop)
    return 0


def _part(text: str | None) -> Shard:
    if text is None:
        return WHOLE
    found = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", text)
    if found is None:
        raise ValueError(f"--part {text}: write 2/4 for the second of four")
    return Shard(int(found[1]), int(found[2]))


def _speed(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        speed = float(text)
    except ValueError:
        raise ValueError(f"--speed {text}: write a number, like 60, or max") from None
    if not 0 < speed <= 10_000:
        raise ValueError(f"--speed {text}: it must be above 0 and at most 10000")
    return speed


def _instant(option: str, given: str) -> datetime:
    at = datetime.fromisoformat(given)
    if at.tzinfo is None:
        raise ValueError(f"{option} needs a time zone, for example 2026-11-21T08:00:00Z")
    return at


def _write(path: Path | None, text: str) -> None:
    if path is None:
        return
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from error
