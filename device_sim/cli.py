"""`anxin phones` and `anxin simulate`."""

import json
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import FrameType

import click

from device_sim.homes import Homes, SimulatedTime
from device_sim.homes_file import read_homes
from device_sim.hub import utc_now
from device_sim.phones import Phones
from device_sim.phones.network import NUMBER


class Address(click.ParamType[tuple[str, int]]):
    """HOST:PORT."""

    name = "HOST:PORT"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """`127.0.0.1:1883` → ("127.0.0.1", 1883)."""
        host, _, port = str(value).rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            self.fail(f"{value!r} must be HOST:PORT, for example 127.0.0.1:1883", param, ctx)
        return host.strip("[]"), int(port)


@click.command()
@click.option("--http", type=Address(), default="127.0.0.1:8010", show_default=True)
@click.option(
    "--account-sid", envvar="ANXIN_TWILIO_ACCOUNT_SID", required=True, help="AC and 32 digits."
)
@click.option("--auth-token", envvar="ANXIN_TWILIO_AUTH_TOKEN", required=True)
@click.option("--inbound-url", help="Where replies are posted: the server's inbound SMS webhook.")
@click.option(
    "--names",
    type=click.Path(path_type=Path),
    help='JSON file {"+8613800000001": "daughter Li", …}: phones that are there from the start.',
)
def phones(
    http: tuple[str, int],
    account_sid: str,
    auth_token: str,
    inbound_url: str | None,
    names: Path | None,
) -> None:
    """Simulated phones: a carrier with Twilio's REST API, and a page that shows the phones."""
    host, port = http
    labels = _read_names(names) if names else {}
    carrier = Phones(account_sid, auth_token, inbound_url, host=host, port=port)
    for number, name in labels.items():
        carrier[number].name = name
    try:
        carrier.start()
    except OSError as error:
        carrier.stop()
        raise click.ClickException(f"{error.strerror or error}; choose another --http") from error
    _until_stopped(lambda: click.echo(f"phones {carrier.url}/phones"), carrier.stop)


@click.command()
@click.option(
    "--homes", "file", type=click.Path(path_type=Path), required=True, help="JSON file of homes."
)
@click.option("--mqtt", type=Address(), default="127.0.0.1:1883", show_default=True)
@click.option("--seed", default=0, show_default=True, help="The same seed lives the same days.")
@click.option(
    "--speed",
    type=click.FloatRange(0, 10_000, min_open=True),
    default=1.0,
    show_default=True,
    help="How much faster than real time; the centre must run at the same speed and epoch.",
)
@click.option("--epoch", help="Real moment from which --speed counts (ISO 8601); now if left out.")
@click.option("--count", type=click.IntRange(1), help="Only the first so many homes of the file.")
def simulate(
    file: Path,
    mqtt: tuple[str, int],
    seed: int,
    speed: float,
    epoch: str | None,
    count: int | None,
) -> None:
    """Simulated homes against any broker, until stopped."""
    try:
        specs = read_homes(file)[:count]
        time = SimulatedTime(_instant(epoch), speed)
        homes = Homes(specs, *mqtt, seed=seed, time=time)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    homes.start()
    _until_stopped(lambda: click.echo(f"simulating {len(specs)} homes"), homes.stop)


def _instant(given: str | None) -> datetime:
    if given is None:
        return utc_now()
    at = datetime.fromisoformat(given)
    if at.tzinfo is None:
        raise ValueError("--epoch needs a time zone, for example 2026-11-21T08:00:00Z")
    return at


def _read_names(path: Path) -> dict[str, str]:
    try:
        given = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise click.UsageError(f"--names {path}: {error}") from error
    if not isinstance(given, dict):
        raise click.UsageError(f"--names {path}: must be an object of numbers and names")
    for number, name in given.items():
        if not NUMBER.match(number) or not isinstance(name, str):
            raise click.UsageError(f"--names {path}: {number!r}: {name!r} is no number and name")
    return given


def _until_stopped(begun: Callable[[], None], stop: Callable[[], None]) -> None:
    """Wait for SIGTERM or SIGINT, then stop; `begun` speaks when both would be heard."""
    told = threading.Event()

    def hear(_: int, __: FrameType | None) -> None:
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, hear)
    try:
        begun()
        told.wait()
    finally:
        stop()
