"""`anxin demo`: the whole system on this machine, with simulated homes and phones."""

import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from app.bootstrap.log_setup import configure_logging
from app.config.addresses import ListenAddress
from app.demo import background
from app.demo.district import OPERATORS
from app.demo.installation import DemoInstallation, DemoOptions, phones_address
from app.errors import AppError
from app.processes.supervisor import Supervisor
from device_sim.carrier.alibaba.access_key import DEMO_KEY


class Listen(click.ParamType[ListenAddress]):
    """HOST:PORT."""

    name = "HOST:PORT"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> ListenAddress:
        if isinstance(value, ListenAddress):
            return value
        try:
            address = ListenAddress.parse(str(value))
        except ValueError as error:
            self.fail(f"{value!r}: {error}; write HOST:PORT, like 127.0.0.1:8000", param, ctx)
        if address is None or address.port == 0:
            self.fail(f"{value!r}: name a port, like 127.0.0.1:8000", param, ctx)
        return address


@click.command()
@click.option("--homes", type=click.IntRange(1, 300), default=12, show_default=True)
@click.option("--http", type=Listen(), default="127.0.0.1:8000", show_default=True)
@click.option("--mqtt", type=Listen(), default="127.0.0.1:1883", show_default=True)
@click.option("--phones", type=Listen(), help="[default: 10 ports above --http]")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".data"),
    show_default=True,
    help="Where the database and the broker keep their files.",
)
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same people.")
@click.option(
    "--speed",
    type=click.FloatRange(0, 10_000, min_open=True),
    default=1.0,
    show_default=True,
    help="How much faster than real time.",
)
@click.option("--no-sim", is_flag=True, help="No simulated homes: connect your own devices.")
@click.option("--detach", is_flag=True, help="Run in the background, and come back at once.")
@click.option(
    "--until-ready",
    is_flag=True,
    help="Wait until the demo of --data is ready, and say its log-ins.",
)
@click.option("--stop", is_flag=True, help="End the demo of --data, and wait until it has ended.")
@click.option(
    "--broker",
    type=click.Choice(["auto", "embedded"]),
    default="auto",
    show_default=True,
    help="auto: the Mosquitto of this machine, if there is one.",
)
def demo(
    homes: int,
    http: ListenAddress,
    mqtt: ListenAddress,
    phones: ListenAddress | None,
    data: Path,
    seed: int,
    speed: float,
    no_sim: bool,
    detach: bool,
    until_ready: bool,
    stop: bool,
    broker: str,
) -> None:
    """Run everything on this machine until Ctrl-C, also when the shell that started it ends.

    In CI: `anxin demo --detach --until-ready`, then `anxin demo --stop`. Exit status 3: there is no
    demo to wait for.
    """
    configure_logging("text", "warning")
    if stop:
        click.echo("ended" if background.stop(data) else f"no demo runs in {data}")
        return
    beside = phones or phones_address(http)
    if not until_ready or detach:
        background.refuse_second(data)
    if detach:
        _check_addresses(http, beside, mqtt)
        background.start(data, [a for a in sys.argv[2:] if a not in ("--detach", "--until-ready")])
    if until_ready:
        click.echo(background.wait_until_ready(data))
    if detach or until_ready:
        return
    _check_addresses(http, beside, mqtt)
    with background.held(data) as say:
        options = DemoOptions(homes, http, mqtt, data, seed, speed, not no_sim, phones=beside)
        _run(replace(options, mosquitto=broker == "auto"), say)


def _check_addresses(http: ListenAddress, beside: ListenAddress, mqtt: ListenAddress) -> None:
    for option, address in (("--http", http), ("--phones", beside), ("--mqtt", mqtt)):
        _must_be_free(option, address)


def _run(options: DemoOptions, say: Callable[[str], None]) -> None:
    """Until it is asked to end; `say` is told what is said when all of it is ready."""
    parts = DemoInstallation(options)
    with (options.data / "demo.log").open("a", encoding="utf-8", buffering=1) as log:
        click.echo(f"starting; the log is in {options.data / 'demo.log'}")

        def write(name: str, line: str) -> None:
            log.write(f"{name} | {line}\n")

        supervisor = Supervisor(parts.services(), with_parent=False, output=write)

        def welcome() -> None:
            click.echo(_welcome(parts))
            say(_welcome(parts))

        supervisor.run(on_ready=welcome)


def _must_be_free(option: str, address: ListenAddress) -> None:
    """Say it now, in one line: a part that cannot listen would be started again and again."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        with socket.create_server((address.host, address.port), family=family):
            pass
    except (OSError, OverflowError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise AppError(f"cannot listen on {address}: {why}; choose another {option}") from error


def _welcome(parts: DemoInstallation) -> str:
    home = parts.district.homes[0].code
    password = parts.passwords[home]
    hub = parts.options.mqtt
    abilities = "\n             ".join(parts.broker.abilities)
    operators = " or ".join(one.username for one in OPERATORS)
    return f"""
  console    {parts.console_url}
             log in as {operators}, password {parts.secrets.password}
  phones     {parts.phones_url}
             Twilio's and Alibaba Cloud's interfaces at {parts.carriers_url}; access key
             {DEMO_KEY.id}, secret {DEMO_KEY.secret}
  homes      mqtt://{hub}; all log-ins are in {parts.options.data / "homes.json"}
             {abilities}
             {home}: user {home}, password {password}
  try        mosquitto_pub -h {hub.host} -p {hub.port} -u {home} -P {password} -q 1 \\
               -t homes/{home}/button-1/signal -m '{{"kind":"help_call"}}'
  scenario   {parts.simulate_command("press")}
  stop       Ctrl-C, or anxin demo --data {parts.options.data} --stop

ready {parts.console_url}"""
