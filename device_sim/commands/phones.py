"""`anxin phones`: the simulated phones and their carrier as a server."""

import json
from pathlib import Path

import click

from device_sim.carrier.network import NUMBER
from device_sim.commands.addresses import HostPort
from device_sim.commands.shutdown import run_until_stopped
from device_sim.phones import Phones


@click.command()
@click.option("--http", type=HostPort(), default="127.0.0.1:8010", show_default=True)
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
    run_until_stopped(lambda: click.echo(f"phones {carrier.url}/phones"), carrier.stop)


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
