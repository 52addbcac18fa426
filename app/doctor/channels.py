"""Checks the accounts of the channels, and whether people and the carrier can reach us."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import requests
import structlog

from alerts.notify.channels.registry import CHANNELS
from alerts.own_texts import OwnTexts
from app.config.settings import Settings
from app.doctor.report import CheckResult, of_channel, ok, warning

log = structlog.get_logger(__name__)

PATIENCE = 10.0
"""Seconds to wait for our own address."""
HERE = {"127.0.0.1", "localhost", "::1"}


def check_channels(settings: Settings) -> Iterator[CheckResult]:
    """Log in where a channel has an account; nothing is sent and nothing is charged."""
    own = own_texts(settings)
    for record in CHANNELS.values():
        if not record.is_open(settings):
            if record.closed:
                yield of_channel(record.closed)
        elif record.check_account:
            yield from (of_channel(finding) for finding in record.check_account(settings, own))


def own_texts(settings: Settings) -> OwnTexts:
    """None of them where the database does not answer: that is told elsewhere."""
    own = OwnTexts()
    try:
        with psycopg.connect(settings.database_url, connect_timeout=5, autocommit=True) as conn:
            own.read(conn)
    except psycopg.Error as error:
        log.info("the centre's own texts are not known", error=str(error).strip())
    return own


def check_public_url(settings: Settings) -> Iterator[CheckResult]:
    """Open our own public address. From inside it may be out of reach and still be right."""
    url = settings.public_url
    try:
        status = requests.get(f"{url}/healthz", timeout=PATIENCE).status_code
        found = (
            ok("public address", f"{url} answers")
            if status == 200
            else warning(
                "public address", f"{url}/healthz answers {status}: is ANXIN_PUBLIC_URL ours?"
            )
        )
    except requests.RequestException as error:
        found = warning(
            "public address",
            f"{url} does not answer from here ({type(error).__name__}): the carrier's callbacks "
            "and people's pages go there",
        )
    yield found
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in HERE:
        yield warning("public address", "no https: passwords and answers travel in clear")
