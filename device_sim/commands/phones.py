"""`anxin phones`: the simulated phones and their carriers as a server."""

import json
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from device_sim.carrier.network import NUMBER
from device_sim.commands.addresses import HostPort
from device_sim.commands.shutdown import run_until_stopped
from device_sim.phones import DEMO_KEY, AccessKey, AlibabaSettings, Phones


@click.command()
@click.option("--http", type=HostPort(), default="127.0.0.1:8010", show_default=True)
@click.option(
    "--account-sid", envvar="ANXIN_TWILIO_ACCOUNT_SID", required=True, help="AC and 32 digits."
)
@click.option("--auth-token", envvar="ANXIN_TWILIO_AUTH_TOKEN", required=True)
@click.option("--inbound-url", help="Where replies are posted: the server's inbound SMS webhook.")
@click.option("--inbound-voice-url", help="Asked when somebody telephones: the voice webhook.")
@click.option("--inbound-status-url", help="Told when they have hung up.")
@click.option(
    "--names",
    type=click.Path(path_type=Path),
    help='JSON file {"+8613800000001": "daughter Li", …}: phones that are there from the start.',
)
@click.option(
    "--access-key-id",
    envvar="ANXIN_ALIYUN_ACCESS_KEY_ID",
    help=f"Of Alibaba Cloud's interface, with its secret. [default: {DEMO_KEY.id}]",
)
@click.option(
    "--access-key-secret",
    envvar="ANXIN_ALIYUN_ACCESS_KEY_SECRET",
    help=f"[default: {DEMO_KEY.secret}]",
)
@click.option(
    "--catalogue",
    type=click.Path(path_type=Path),
    help="JSON file of signatures and templates registered there, as for PUT /alibaba/catalogue.",
)
def phones(
    http: tuple[str, int],
    account_sid: str,
    auth_token: str,
    inbound_url: str | None,
    inbound_voice_url: str | None,
    inbound_status_url: str | None,
    names: Path | None,
    access_key_id: str | None,
    access_key_secret: str | None,
    catalogue: Path | None,
) -> None:
    """Simulated phones: carriers with Twilio's and Alibaba Cloud's interfaces, and a page that
    shows the phones."""
    host, port = http
    labels = _read_names(names) if names else {}
    key = _access_key(access_key_id, access_key_secret)
    alibaba = AlibabaSettings(key, catalogue=_read_object(catalogue, "--catalogue"))
    try:
        carrier = Phones(
            account_sid,
            auth_token,
            inbound_url,
            voice_url=inbound_voice_url,
            voice_status_url=inbound_status_url,
            host=host,
            port=port,
            alibaba=alibaba,
        )
    except ValidationError as error:
        raise click.UsageError(f"--catalogue {catalogue}: {_first(error)}") from error
    for number, name in labels.items():
        carrier[number].name = name
    try:
        carrier.start()
    except OSError as error:
        carrier.stop()
        raise click.ClickException(f"{error.strerror or error}; choose another --http") from error
    # A secret that was given is its owner's: it is not written down.
    secret = f", secret {key.secret}" if key == DEMO_KEY else ""
    words = f"phones {carrier.url}/phones\nAlibaba Cloud {carrier.url} access key {key.id}{secret}"
    run_until_stopped(lambda: click.echo(words), carrier.stop)


def _access_key(given_id: str | None, secret: str | None) -> AccessKey:
    if bool(given_id) != bool(secret):
        raise click.UsageError("give --access-key-id and --access-key-secret, or neither")
    return AccessKey(given_id, secret) if given_id and secret else DEMO_KEY


def _read_object(path: Path | None, option: str) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        given = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise click.UsageError(f"{option} {path}: {error}") from error
    if not isinstance(given, dict):
        raise click.UsageError(f"{option} {path}: must be an object")
    return given


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _read_names(path: Path) -> dict[str, str]:
    given = _read_object(path, "--names")
    for number, name in given.items():
        if not NUMBER.match(number) or not isinstance(name, str):
            raise click.UsageError(f"--names {path}: {number!r}: {name!r} is no number and name")
    return given
