"""How the parts of a process are put together from its settings."""

import gc
import hashlib
import signal
import sys
import threading
from collections.abc import Mapping
from types import FrameType
from zoneinfo import ZoneInfo

import prometheus_client
import structlog

from alerts.channels.base import Channel
from alerts.channels.twilio import TwilioAccount, TwilioSms
from alerts.policy import Policy
from alerts.telling import SMS
from app.clock import clock_from
from app.errors import RoofError
from app.logging import configure
from app.settings import Settings, load_settings
from ingest.lane import Broker
from store.clock import Clock
from store.db import Pool, open_pool

log = structlog.get_logger(__name__)

SWITCH_INTERVAL = 0.0005
"""Seconds a thread may keep the interpreter while others want it. Python's 5 ms would let the
thread that stores readings hold up the one that raises alarms at each of its round trips."""


def begin(process: str, needs: tuple[str, ...], *, lasting: bool = False) -> Settings:
    """Read the settings of a process and set up its log; a lasting one serves its metrics, too."""
    settings = load_settings(needs=needs)
    sys.setswitchinterval(SWITCH_INTERVAL)
    configure(settings.log_format, settings.log_level, process=process, instance=settings.instance)
    if lasting and settings.metrics is not None:
        try:
            prometheus_client.start_http_server(settings.metrics.port, settings.metrics.host)
        except OSError as error:
            raise RoofError(
                f"ANXIN_METRICS: cannot listen on {settings.metrics}: {error.strerror}; "
                "choose another port"
            ) from error
    return settings


def clock_of(settings: Settings) -> Clock:
    return clock_from(settings.clock)


def policy_of(settings: Settings) -> Policy:
    return Policy(
        timezone=ZoneInfo(settings.timezone),
        language=settings.language,
        public_url=settings.public_url,
    )


def pool_of(settings: Settings, process: str, size: int) -> Pool:
    return open_pool(settings.database_url, size=size, name=f"anxin-{process}-{settings.instance}")


def broker_of(settings: Settings) -> Broker:
    """The broker, with names for our sessions that nobody can guess.

    Whoever connects with a session's name takes over its queue, and a broker cannot forbid that
    to a hub: so the name is a secret, the same for all our processes and every start.
    """
    address = settings.mqtt
    secret = settings.secret_key or address.password or ""
    digest = hashlib.sha256(f"anxin sessions {secret}".encode()).hexdigest()
    return Broker(
        host=address.host,
        port=address.port,
        username=address.user,
        password=address.password,
        tls=address.tls,
        session_secret=digest[:20],
    )


def channels_of(settings: Settings) -> Mapping[str, Channel]:
    """The ways to people that the settings open."""
    if not settings.twilio_account_sid:
        log.warning("no carrier: nobody will get an SMS until ANXIN_TWILIO_… is set")
        return {}
    account = TwilioAccount(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        sender=settings.twilio_from or None,
        service_sid=settings.twilio_messaging_service_sid or None,
        life_sender=settings.twilio_life_from or None,
        api_url=settings.twilio_api_url or None,
        public_url=settings.public_url,
    )
    return {SMS: TwilioSms(account)}


def settle_memory() -> None:
    """What was imported stays for good: keep the collector from walking through it again and
    again, which costs pauses of 50 to 200 ms in front of an alarm."""
    gc.collect()
    gc.freeze()


def stop_asked() -> threading.Event:
    """An event that is set by SIGTERM or SIGINT. Call it from the main thread."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    return stop
