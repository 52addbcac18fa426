"""Checks the accounts of the channels, and whether people and the carrier can reach us."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import requests
import structlog

from alerts.notify.channels.registry import CHANNELS
from alerts.own_texts import OwnTexts
from app.config.settings import Settings
from app.doctor.report import CheckResult, of_channel, ok, warning, wrong
from store.answer_limits import connect

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
        with connect(settings.database_url, "anxin-doctor") as conn:
            own.read(conn)
    except psycopg.Error as error:
        log.info("the centre's own texts are not known", error=str(error).strip())
    return own


def check_public_url(settings: Settings) -> Iterator[CheckResult]:
    """Open our own public address. From inside it may be out of reach and still be right."""
    url = settings.public_url
    parts = urlsplit(url)
    try:
        answer = requests.get(f"{url}/healthz", timeout=PATIENCE)
    except requests.RequestException as error:
        yield warning(
            "public address",
            f"{url} does not answer from here ({type(error).__name__}): the carrier's callbacks "
            "and people's pages go there",
        )
    else:
        yield from _public_answer(url, answer)
    if parts.scheme != "https" and parts.hostname not in HERE:
        yield warning("public address", "no https: passwords and answers travel in clear")


def _public_answer(url: str, answer: requests.Response) -> Iterator[CheckResult]:
    try:
        client = answer.json()["client"] if answer.status_code == 200 else None
        address, forwarded = (client["address"], client["forwarded"]) if client else ("", "")
    except (requests.JSONDecodeError, LookupError, TypeError):
        client = None
    if client is None:
        yield warning(
            "public address",
            f"{url}/healthz answers {answer.status_code}, not as ours: is ANXIN_PUBLIC_URL ours?",
        )
        return
    yield ok("public address", f"{url} answers")
    yield from _proxy(url, address, forwarded)


def _proxy(url: str, address: str, forwarded: str) -> Iterator[CheckResult]:
    """Whether the api knows where people come from: their failed log-ins are counted by address,
    and all that come through one proxy would be one."""
    if forwarded == "ignored":
        yield wrong(
            "trusted proxies",
            f"a proxy at {address} is not in ANXIN_TRUSTED_PROXIES: all people share its address, "
            "and one who guesses passwords keeps new computers out",
        )
    elif forwarded == "taken":
        yield ok("trusted proxies", f"the proxy says where a request comes from: {address}")
    elif url.startswith("https:"):
        yield wrong(
            "trusted proxies",
            "the proxy does not say where requests come from: let it set X-Forwarded-For",
        )
