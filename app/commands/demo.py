"""`anxin demo`: the whole system on this machine, with simulated homes and phones."""

from pathlib import Path

import click
import psycopg

from app.addresses import ListenAddress
from app.demo.district import make_district
from app.demo.plan import Demo, DemoOptions
from app.demo.settle import OPERATORS, settle
from app.errors import RoofError, UsageError
from app.supervisor import Supervisor
from app.wiring import begin, clock_of
from store.db import open_pool


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
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), default=Path(".data"),
    show_default=True, help="Where the database and the broker keep their files.",
)  # fmt: skip
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same people.")
@click.option("--speed", type=click.FloatRange(0, 10_000, min_open=True), default=1.0,
              show_default=True, help="How much faster than real time.")  # fmt: skip
@click.option("--no-sim", is_flag=True, help="No simulated homes: connect your own devices.")
def demo(
    homes: int, http: ListenAddress, mqtt: ListenAddress, data: Path, seed: int, speed: float,
    no_sim: bool,
) -> None:  # fmt: skip
    """Run everything on this machine until Ctrl-C."""
    parts = Demo(DemoOptions(homes, http, mqtt, data, seed, speed, not no_sim))
    with (data / "demo.log").open("a", encoding="utf-8", buffering=1) as log:
        click.echo(f"starting; the log is in {data / 'demo.log'}")
        supervisor = Supervisor(
            parts.services(), output=lambda name, line: log.write(f"{name} | {line}\n") and None
        )
        supervisor.run(on_ready=lambda: _welcome(parts))


def _welcome(parts: Demo) -> None:
    home = parts.district.homes[0].code
    password = parts.passwords[home]
    hub = parts.options.mqtt
    click.echo(
        f"""
  console    {parts.console_url}
             log in as {" or ".join(OPERATORS)}, password {parts.secrets.password}
  phones     {parts.phones_url}
  homes      mqtt://{hub} (MQTT 3.1.1); all log-ins are in {parts.options.data / "homes.json"}
             {home}: user {home}, password {password}
  try        mosquitto_pub -h {hub.host} -p {hub.port} -u {home} -P {password} -q 1 \\
               -t homes/{home}/button-1/signal -m '{{"kind":"help_call"}}'
  stop       Ctrl-C

ready {parts.console_url}"""
    )


@click.command(name="settle")
@click.option("--homes", type=click.IntRange(1, 300), required=True)
@click.option("--seed", type=int, required=True)
@click.option("--password", envvar="ANXIN_DEMO_PASSWORD", required=True)
def settle_command(homes: int, seed: int, password: str) -> None:
    """Write a made-up district into the database: homes, people, two operators."""
    if len(password) < 8:
        raise UsageError("the operators' password needs at least 8 characters")
    settings = begin("settle", ("database_url",))
    try:
        with open_pool(settings.database_url, size=1) as pool, pool.connection() as conn:
            added = settle(
                conn, make_district(homes, seed), settings.language, password,
                clock_of(settings).now(),
            )  # fmt: skip
    except psycopg.Error as error:
        raise RoofError(f"the database did not take the district: {error}") from error
    click.echo(f"{added} homes added")
