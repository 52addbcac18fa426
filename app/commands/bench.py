"""`anxin bench`: how fast, each figure beside a limit measured in the same run."""

import sys

import click

from app.bench.drain import drain_rates
from app.bench.passes import engine_passes
from app.bench.press import press_latency
from app.wiring import SWITCH_INTERVAL


@click.command()
@click.option("--presses", type=click.IntRange(10, 260), default=200, show_default=True)
@click.option("--rate", type=click.FloatRange(0), default=[500.0, 1000.0], multiple=True,
              show_default=True, help="Readings a second in the background.")  # fmt: skip
@click.option("--backlog", type=click.IntRange(1000), default=20_000, show_default=True,
              help="Readings that wait in the broker for ingest.")  # fmt: skip
@click.option("--homes", type=click.IntRange(100), default=10_000, show_default=True,
              help="Homes that an engine supervises.")  # fmt: skip
def bench(presses: int, rate: tuple[float, ...], backlog: int, homes: int) -> None:
    """Measure on the embedded database and broker. Takes about a minute for each rate."""
    sys.setswitchinterval(SWITCH_INTERVAL)  # the clock that is held must not wait for its turn
    for readings in rate:
        for figure in press_latency(presses, readings):
            click.echo(str(figure))
    bare, ours = drain_rates(backlog)
    click.echo(
        f"readings/s committed and acknowledged, {backlog} waiting: {ours:,.0f}   "
        f"bare client receive and decode: {bare:,.0f}   ({ours / bare:.0%})"
    )
    for line in engine_passes(homes):
        click.echo(line)
