"""`anxin bench`: how fast, each figure beside a limit measured in the same run."""

import sys

import click

from app.bench.drain import measure_drain
from app.bench.engine_passes import measure_engine_passes, measure_rhythm_passes
from app.bench.growth import measure_growth, measure_reconnect
from app.bench.history import measure_history
from app.bench.press_latency import measure_press_latency
from app.bootstrap.wiring import SWITCH_INTERVAL

PARTS = ("press", "drain", "growth", "reconnect", "history", "passes")
HOUR = 3600.0


@click.command()
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="These parts, not all.")
@click.option("--presses", type=click.IntRange(10, 260), default=200, show_default=True)
@click.option(
    "--rate",
    type=click.FloatRange(0),
    default=[500.0, 1000.0],
    multiple=True,
    show_default=True,
    help="press: readings a second in the background.",
)
@click.option(
    "--backlog",
    type=click.IntRange(1000),
    default=50_000,
    show_default=True,
    help="drain, growth: messages that wait in the broker for ingest.",
)
@click.option(
    "--devices",
    type=click.IntRange(10),
    default=[1000, 10_000],
    multiple=True,
    show_default=True,
    help="growth: devices that they come from.",
)
@click.option(
    "--reconnecting",
    "returning",
    type=click.IntRange(10),
    default=2600,
    show_default=True,
    help="reconnect: devices with an hour of readings.",
)
@click.option(
    "--interval",
    type=click.FloatRange(20),
    default=1800.0,
    show_default=True,
    help="history: seconds between two reports, for a year.",
)
@click.option("--old-alarms", type=click.IntRange(1000), default=100_000, show_default=True)
@click.option(
    "--homes",
    type=click.IntRange(100),
    default=10_000,
    show_default=True,
    help="passes: homes that an engine supervises.",
)
def bench(
    only: tuple[str, ...],
    presses: int,
    rate: tuple[float, ...],
    backlog: int,
    devices: tuple[int, ...],
    returning: int,
    interval: float,
    old_alarms: int,
    homes: int,
) -> None:
    """Measure on this machine: embedded database; embedded broker for presses, Mosquitto, where
    there is one, for the rest. Some five minutes; a district's size takes an hour:
    --devices 100000 --reconnecting 26000 --interval 52 --old-alarms 1000000 --backlog 1000000."""
    sys.setswitchinterval(SWITCH_INTERVAL)  # the clock that is held must not wait for its turn
    wanted = only or PARTS
    if "press" in wanted:
        for readings in rate:
            for figure in measure_press_latency(presses, readings):
                click.echo(str(figure))
    if "drain" in wanted:
        click.echo(str(measure_drain(backlog)))
    if "growth" in wanted:
        for number in devices:
            click.echo(str(measure_growth(number, backlog)))
    if "reconnect" in wanted:
        click.echo(str(measure_reconnect(returning, HOUR)))
    if "history" in wanted:
        click.echo(str(measure_history(interval, old_alarms)))
    if "passes" in wanted:
        for line in (*measure_engine_passes(homes), *measure_rhythm_passes(homes)):
            click.echo(line)
