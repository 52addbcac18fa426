"""`anxin templates`: what is to be registered at a carrier that sends templates only."""

import json

import click

from alerts.notify.carriers.aliyun.catalogue import CATALOGUE


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: name, kind and text of each.")
def templates(as_json: bool) -> None:
    """Print our texts as Alibaba Cloud has to approve them, and the setting that names their codes.

    SMS templates are notifications (短信通知), voice templates are text to speech (文本转语音).
    Register each as it stands; then write its code behind its name.
    """
    if as_json:
        click.echo(json.dumps(_listed(), ensure_ascii=False, indent=2))
        return
    for row in _listed():
        click.echo(f"{row['name']:14} {row['kind']:6} {row['text']}")
    codes = {row["name"]: "TTS_…" if row["kind"] == "voice" else "SMS_…" for row in _listed()}
    click.echo(f"\nANXIN_ALIYUN_TEMPLATES='{json.dumps(codes)}'")


def _listed() -> list[dict[str, str]]:
    return [
        {"name": name, "kind": "voice" if found.spoken else "sms", "text": found.text}
        for name, found in CATALOGUE.items()
    ]
