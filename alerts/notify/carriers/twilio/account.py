"""The account at Twilio that SMS and voice share: its settings, and a look at it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import NoDecode

from alerts.notify.channels.interface import Finding
from alerts.setting_fields import (
    PublicAddress,
    SenderNumber,
    WebAddress,
    matching,
    read_json,
)

REPORT_TRIES = "#rc=5&rp=ct,rt,5xx&ct=2000&rt=5000"
"""What the carrier is to do when a callback fails: its own default is one more try, and none after
an answer of 5xx. The fragment is neither sent nor signed; all tries together end after 15 s."""
SCRIPT_TRIES = "#rc=2&rp=ct,rt,5xx&ct=1000&rt=4000"
"""The same where somebody at the telephone waits for what to do."""
NOT_ACTIVE = 20005
"""Twilio's code for an account that is suspended or closed."""
_TWILIO = "https://api.twilio.com"
_PATIENCE = 10.0
"""Seconds to wait for an answer about the account: nothing else waits for it."""


class TwilioSettings(PublicAddress):
    """The settings of the account. A field's description says what to write."""

    twilio_account_sid: Annotated[str, matching(r"AC[0-9a-fA-F]{32}")] = Field(
        default="", description="the 34 characters of the account that start with AC"
    )
    twilio_auth_token: str = Field(
        default="", repr=False, description="the auth token of the Twilio account"
    )
    twilio_from: SenderNumber = Field(
        default="", description="a number of yours in E.164, like +14155550123"
    )
    twilio_life_from: SenderNumber = Field(
        default="",
        description="another number of yours, kept for life-safety, like +14155550124",
    )
    twilio_messaging_service_sid: Annotated[str, matching(r"MG[0-9a-fA-F]{32}")] = Field(
        default="", description="the 34 characters of the service that start with MG"
    )
    twilio_api_url: WebAddress = Field(default="", description="an http:// or https:// address")
    twilio_fallback_url: WebAddress = Field(
        default="",
        description="a second https:// address at which the carrier reaches this installation",
    )
    twilio_templates: Annotated[dict[str, str], NoDecode, BeforeValidator(read_json)] = Field(
        default_factory=dict,
        description='registered templates by purpose, like {"alarm": "HX…", "offer": "HX…"}',
    )

    @model_validator(mode="after")
    def _account_is_whole(self) -> "TwilioSettings":
        """Refuse half a carrier account: it would fail with the first alarm, not at the start."""
        parts = {
            "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token,
            "TWILIO_FROM or ANXIN_TWILIO_MESSAGING_SERVICE_SID": self.twilio_sender,
        }
        missing = [name for name, value in parts.items() if not value]
        if missing and any(parts.values()):
            raise ValueError(
                f"ANXIN_{missing[0]} is missing: SMS and voice need the account, its token and "
                "a sender; set all of them, or none"
            )
        return self

    @property
    def twilio_sender(self) -> str:
        """The number or service that sends what is not kept for life-safety."""
        return self.twilio_messaging_service_sid or self.twilio_from


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """Where and as whom to send. Either `sender` (a number) or `service_sid` for each lane.

    `life_sender` is the sender kept for life-safety, so that it never waits in the carrier's
    queue behind the rest; None: the same sender for both.
    """

    account_sid: str
    auth_token: str
    sender: str | None = None
    service_sid: str | None = None
    life_sender: str | None = None
    api_url: str | None = None
    public_url: str = ""
    fallback_url: str = ""
    """Asked by the carrier when `public_url` fails; empty: there is none."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """Registered templates for +86 by purpose (alarm, offer): the carrier's ContentSid."""


def account_of(settings: TwilioSettings) -> TwilioAccount:
    return TwilioAccount(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        sender=settings.twilio_from or None,
        service_sid=settings.twilio_messaging_service_sid or None,
        life_sender=settings.twilio_life_from or None,
        api_url=settings.twilio_api_url or None,
        public_url=settings.public_url,
        fallback_url=settings.twilio_fallback_url,
        templates=settings.twilio_templates,
    )


def check_account(settings: TwilioSettings) -> Iterator[Finding]:
    """Log in at the carrier; nothing is sent and nothing is charged."""
    yield _logged_in(settings)
    if settings.twilio_fallback_url:
        yield _reached_at(settings.twilio_fallback_url)
    if settings.twilio_life_from in ("", settings.twilio_from or settings.twilio_sender):
        yield Finding(
            "warning",
            "life sender",
            "life-safety shares a sender with the rest and can queue behind it at the carrier: "
            "set ANXIN_TWILIO_LIFE_FROM to a number of its own",
        )
    else:
        yield Finding("ok", "life sender", "a number of its own")


def _reached_at(fallback: str) -> Finding:
    """Whether the second address is ours. From inside it may be out of reach and still be right."""
    import requests

    try:
        answer = requests.get(f"{fallback}/healthz", timeout=_PATIENCE)
    except requests.RequestException as error:
        text = f"{fallback} does not answer from here ({type(error).__name__})"
        return Finding("warning", "fallback address", text)
    if answer.status_code != 200:
        text = (
            f"{fallback}/healthz answers {answer.status_code}: is ANXIN_TWILIO_FALLBACK_URL ours?"
        )
        return Finding("warning", "fallback address", text)
    return Finding("ok", "fallback address", f"{fallback} answers")


def _logged_in(settings: TwilioSettings) -> Finding:
    import requests

    base = settings.twilio_api_url or _TWILIO
    simulated = not (urlsplit(base).hostname or "").endswith("twilio.com")
    account = f"{base}/2010-04-01/Accounts/{settings.twilio_account_sid}"
    login = (settings.twilio_account_sid, settings.twilio_auth_token)
    try:
        answer = requests.get(f"{account}.json", auth=login, timeout=_PATIENCE)
        if answer.status_code in (401, 404) and simulated:
            # Simulated phones know nothing but messages and calls; those ask for the token too.
            answer = requests.get(
                f"{account}/Messages.json?PageSize=1", auth=login, timeout=_PATIENCE
            )
            if answer.ok:
                return Finding(
                    "ok", "carrier", f"simulated carrier at {base}: nothing reaches a real phone"
                )
        if code_of(answer.text) == NOT_ACTIVE:
            return _wrong("the account is not active: nothing will be sent")
        if answer.status_code in (401, 403):
            return _wrong("refuses the account: check ANXIN_TWILIO_ACCOUNT_SID and its token")
        if not answer.ok:
            return _wrong(f"{base} answers {answer.status_code}")
        status = answer.json().get("status", "active")
    except (requests.RequestException, ValueError, AttributeError) as error:
        return _wrong(f"{base} does not answer as Twilio does ({type(error).__name__})")
    if status != "active":
        return _wrong(f"the account is {status}: nothing will be sent")
    return Finding("ok", "carrier", "the account is active")


def code_of(text: str) -> int | None:
    """The carrier's code of a refusal; None: it is none of theirs."""
    try:
        code = json.loads(text).get("code")
    except (ValueError, AttributeError):
        return None
    return code if isinstance(code, int) else None


def _wrong(text: str) -> Finding:
    return Finding("wrong", "carrier", text)
