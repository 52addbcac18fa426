"""Checks the carrier's account, and whether people and the carrier can reach us."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import requests

from app.config.settings import Settings
from app.doctor.report import CheckResult, ok, warning, wrong

TWILIO = "https://api.twilio.com"
PATIENCE = 10.0
HERE = {"127.0.0.1", "localhost", "::1"}


def check_carrier(settings: Settings) -> Iterator[CheckResult]:
    """Log in at the carrier; nothing is sent and nothing is charged."""
    if not settings.twilio_account_sid:
        yield warning("carrier", "none: nobody gets an SMS until ANXIN_TWILIO_… is set")
        return
    yield _account(settings)
    sender = settings.twilio_from or settings.twilio_messaging_service_sid
    if settings.twilio_life_from in ("", sender):
        yield warning(
            "life sender",
            "life-safety shares a sender with the rest and can queue behind it at the carrier: "
            "set ANXIN_TWILIO_LIFE_FROM to a number of its own",
        )
    else:
        yield ok("life sender", "a number of its own")


def _account(settings: Settings) -> CheckResult:
    base = settings.twilio_api_url or TWILIO
    simulated = not (urlsplit(base).hostname or "").endswith("twilio.com")
    try:
        answer = _get(settings, f"{base}/2010-04-01/Accounts/{settings.twilio_account_sid}.json")
        if answer.status_code in (401, 404) and simulated:
            # Simulated phones know nothing but messages and calls; those ask for the token too.
            messages = (
                f"/2010-04-01/Accounts/{settings.twilio_account_sid}/Messages.json?PageSize=1"
            )
            answer = _get(settings, base + messages)
            if answer.ok:
                return ok("carrier", f"simulated carrier at {base}: nothing reaches a real phone")
        if answer.status_code in (401, 403):
            return wrong(
                "carrier", "refuses the account: check ANXIN_TWILIO_ACCOUNT_SID and its token"
            )
        if not answer.ok:
            return wrong("carrier", f"{base} answers {answer.status_code}")
        status = answer.json().get("status", "active")
    except (requests.RequestException, ValueError, AttributeError) as error:
        return wrong("carrier", f"{base} does not answer as Twilio does ({type(error).__name__})")
    if status != "active":
        return wrong("carrier", f"the account is {status}: nothing will be sent")
    return ok("carrier", "the account is active")


def _get(settings: Settings, url: str) -> requests.Response:
    account = (settings.twilio_account_sid, settings.twilio_auth_token)
    return requests.get(url, auth=account, timeout=PATIENCE)


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
