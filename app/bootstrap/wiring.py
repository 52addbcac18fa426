"""Builds the parts of a process (clock, policy, pool, broker) from its settings."""

import gc
import hashlib
import signal
import sys
import threading
from dataclasses import replace
from math import ceil
from types import FrameType
from zoneinfo import ZoneInfo

import prometheus_client

from alerts.notify.carriers.registry import (
    barred_from_mainland,
    open_carriers,
    registered_templates,
)
from alerts.notify.channels.registry import open_to_people
from alerts.policy import Policy
from app.bootstrap.log_setup import configure_logging
from app.config.clock import SystemClock, clock_from
from app.config.settings import Settings, load_settings
from app.errors import AppError
from ingest.lanes.lane_client import Broker
from store.clock import ComparedClock
from store.db import Pool, open_pool

SWITCH_INTERVAL = 0.0005
"""Seconds a thread may keep the interpreter while others want it. Python's 5 ms would let the
thread that stores readings hold up the one that raises alarms at each of its round trips."""


def begin_process(process: str, needs: tuple[str, ...], *, lasting: bool = False) -> Settings:
    """Read the settings of a process and set up its log; a lasting one serves its metrics, too."""
    settings = load_settings(needs=needs)
    sys.setswitchinterval(SWITCH_INTERVAL)
    configure_logging(
        settings.log_format, settings.log_level, process=process, instance=settings.instance
    )
    if lasting and settings.metrics is not None:
        try:
            prometheus_client.start_http_server(settings.metrics.port, settings.metrics.host)
        except OSError as error:
            raise AppError(
                f"ANXIN_METRICS: cannot listen on {settings.metrics}: {error.strerror}; "
                "choose another port"
            ) from error
    return settings


def clock_of(settings: Settings) -> ComparedClock:
    """The process's clock, which is compared with the database's by whoever beats."""
    base = clock_from(settings.clock)
    return ComparedClock(base, SystemClock().now, base.factor)


def policy_of(settings: Settings) -> Policy:
    policy = Policy(
        timezone=ZoneInfo(settings.timezone),
        language=settings.language,
        public_url=settings.public_url,
        channels=open_to_people(settings),
        carriers=open_carriers(settings),
        templates=registered_templates(settings),
        barred_from_mainland=barred_from_mainland(settings),
        life_sender=settings.twilio_life_from,
        routine_sender=settings.twilio_sender,
        voice_first=tuple(settings.voice_first),
        sms_budget=settings.china_sms_budget,
        sms_budget_life=settings.china_sms_budget_life,
        segments_per_second=settings.segments_per_second,
        bundle=settings.bundle_seconds,
        owner_away=settings.owner_away_seconds,
        services=settings.services,
        gas_company=settings.gas_company,
        centre_phone=settings.centre_phone,
        progress_by_kind=settings.progress_by_kind,
        keep_raw_days=settings.keep_raw_days,
        keep_hourly_days=settings.keep_hourly_days,
        keep_daily_days=settings.keep_daily_days,
        keep_dead_letters_days=settings.keep_dead_letters_days,
        keep_door_codes_days=settings.keep_door_codes_days,
        keep_message_texts_days=settings.keep_message_texts_days,
        keep_messages_days=settings.keep_messages_days,
        keep_signals_days=settings.keep_signals_days,
        keep_access_views_days=settings.keep_access_views_days,
    )
    # What a carrier or a browser takes is real time, however fast a simulation's clock runs.
    factor = clock_from(settings.clock).factor
    return replace(
        policy,
        claim_timeout=ceil(policy.claim_timeout * factor),
        at_desk=ceil(policy.at_desk * factor),
        owner_away=ceil(policy.owner_away * factor),
    )


def pool_of(
    settings: Settings,
    process: str,
    size: int,
    *,
    steady: bool = False,
    answer_within: float | None = None,
) -> Pool:
    """`steady`, `answer_within`: see open_pool."""
    name = f"anxin-{process}-{settings.instance}"
    return open_pool(
        settings.database_url,
        size=size,
        name=name,
        steady=steady,
        log_sql=settings.log_sql,
        answer_within=answer_within,
    )


def broker_of(settings: Settings) -> Broker:
    """The broker, with names for our sessions that nobody can guess.

    Whoever connects with a session's name takes over its queue, and a broker cannot forbid that
    to a hub: so the name is a secret, the same for all our processes and every start. What is made
    from the settings here is used until the database has one, and kept there for good.
    """
    address = settings.mqtt
    return Broker(
        host=address.host,
        port=address.port,
        username=address.user,
        password=address.password,
        tls=address.tls,
        session_secret=_session_secret(settings.secret_key or address.password or ""),
        former_secrets=tuple(map(_session_secret, settings.former_secret_keys)),
    )


def _session_secret(secret: str) -> str:
    return hashlib.sha256(f"anxin sessions {secret}".encode()).hexdigest()[:20]


def freeze_memory() -> None:
    """What was imported stays for good: keep the collector from walking through it again and
    again, which costs pauses of 50 to 200 ms in front of an alarm."""
    gc.collect()
    gc.freeze()


def stop_on_signal() -> threading.Event:
    """An event that is set by SIGTERM or SIGINT. Call it from the main thread."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    return stop
