"""Stall any part: readiness fails, the heartbeat to the outside stops, and nobody has to mend it.

Broken on purpose: with `call_monitor` not asking `complaints` the heartbeat goes on over a blocked
sender; with `_write_beat` called regardless of `stalled` readiness stays green; without
`must_restart` a part that hangs stays hanging for ever.
"""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import psycopg
import pytest

from alerts.engine import due_timers, late_messages, waking
from alerts.engine.engine import Engine, SelfCheckSettings, StalledError
from alerts.engine.self_check import Limits
from alerts.notify.carriers.twilio.sms import TwilioSms
from alerts.notify.channels.interface import Fault, SendError
from api.routes.engine import health
from app.config.clock import SystemClock
from store.db import open_pool
from store.model import Notification
from tests.centre import DEADLINE, Centre

TICK = 1.0
IDLE = TICK + 2
"""A worker with nothing to do moves once in each safety tick."""
LONG = 3 * DEADLINE


class Monitor:
    """The outside: hears the calls, and knows when they stop."""

    def __init__(self) -> None:
        self.calls = 0
        self._changed = threading.Condition()
        monitor = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with monitor._changed:
                    monitor.calls += 1
                    monitor._changed.notify_all()
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}/alive"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait_for_calls(self, more: int = 2) -> None:
        with self._changed:
            wanted = self.calls + more
            assert self._changed.wait_for(lambda: self.calls >= wanted, LONG), "no calls"

    def wait_for_silence(self, seconds: float) -> None:
        """Until no call has come for so long."""
        with self._changed:
            for _ in range(int(LONG / seconds) + 1):
                more = partial(self._more_than, self.calls)
                if not self._changed.wait_for(more, seconds):
                    return
            raise AssertionError("the calls never stopped")

    def _more_than(self, calls: int) -> bool:
        return self.calls > calls

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    monitor = Monitor()
    yield monitor
    monitor.close()


class Blocking:
    """A carrier that never answers, until it does."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.go_on = threading.Event()

    def send(self, notification: Notification) -> str:
        self.entered.set()
        self.go_on.wait(LONG * 2)
        return f"SM{notification.id:032}"

    def find(self, notification: Notification, since: Any) -> list[str]:
        return []


def start_engine(
    centre: Centre, monitor: Monitor, channel: Any, **watch: Any
) -> tuple[Callable[[], None], list[BaseException]]:
    """An engine that watches itself quickly; what it ended with is in the list."""
    pool = centre.stack.enter_context(open_pool(centre.database_url, size=12))
    settings = SelfCheckSettings(
        heartbeat_url=monitor.url,
        heartbeat_every=0.2,
        monitor_every=0.3,
        stalled_after=IDLE,
        limits=Limits(sending=1.0, heartbeat=3.0, timer=3.0),
        **watch,
    )
    engine = Engine(
        pool,
        centre.database_url,
        {"sms": channel},
        SystemClock(),
        centre.policy,
        "watched",
        settings,
    )
    ended: list[BaseException] = []

    def run(stop: threading.Event) -> None:
        try:
            engine.run(stop)
        except StalledError as error:
            ended.append(error)

    return centre._run(run), ended


def wait_ready(centre: Centre, ready: bool, because: str = "") -> dict[str, Any]:
    """Ask for readiness until it is so, and for that reason: on a busy machine there may be others
    first. The answer."""
    pause = threading.Event()
    answer: dict[str, Any] = {}
    for _ in range(int(LONG / 0.1)):
        got = httpx.get(f"{centre.url}/readyz", timeout=DEADLINE)
        answer = got.json()
        given = any(because in reason for reason in answer.get("reasons", []))
        if (got.status_code == 200) is ready and (given or not because):
            return answer
        pause.wait(0.1)
    raise AssertionError(f"readiness never became {ready} {because}: {answer}")


@pytest.fixture(autouse=True)
def _quick_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "SAFETY_TICK", TICK)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FRESH", 3.0)


@pytest.mark.long
def test_a_blocked_sender_is_seen_and_forgotten(
    open_up: Callable[..., Centre], monitor: Monitor, quick: None
) -> None:
    centre, carrier = open_up(), Blocking()
    centre.start_api()
    centre.start_ingest()
    start_engine(centre, monitor, carrier)
    wait_ready(centre, True)
    monitor.wait_for_calls()
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(DEADLINE)
    assert carrier.entered.wait(DEADLINE)
    monitor.wait_for_silence(2.0)
    wait_ready(centre, False, "alerts: silent")
    carrier.go_on.set()
    monitor.wait_for_calls()
    wait_ready(centre, True)


class Suspended:
    """A carrier that refuses our account, until it is put right."""

    def __init__(self) -> None:
        self.right = threading.Event()

    def send(self, notification: Notification) -> str:
        if not self.right.is_set():
            raise SendError("20003", fault=Fault.ACCOUNT)
        return f"SM{notification.id:032}"

    def find(self, notification: Notification, since: Any) -> list[str]:
        return []


@pytest.mark.long
def test_a_carrier_that_refuses_our_account_stops_the_calls_until_it_is_put_right(
    open_up: Callable[..., Centre], monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken by measuring lateness from the next try: what is refused is never late."""
    monkeypatch.setattr(late_messages, "REFUSED", 2.0)
    centre, carrier = open_up(), Suspended()
    centre.start_api()
    centre.start_ingest()
    start_engine(centre, monitor, carrier)
    monitor.wait_for_calls()
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(DEADLINE)
    monitor.wait_for_silence(2.0)
    wait_ready(centre, False, "life alarms: the carrier refuses our account (20003)")
    carrier.right.set()
    monitor.wait_for_calls()
    wait_ready(centre, True)


@pytest.mark.long
def test_a_part_that_hangs_for_good_ends_the_process_to_be_started_again(
    open_up: Callable[..., Centre], monitor: Monitor
) -> None:
    centre, carrier = open_up(), Blocking()
    centre.start_ingest()
    _, ended = start_engine(centre, monitor, carrier, restart_after=IDLE + 1)
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(DEADLINE)
    assert carrier.entered.wait(DEADLINE)
    pause = threading.Event()
    for _ in range(int(LONG / 0.1)):
        if ended:
            break
        pause.wait(0.1)
    assert ended, "it went on hanging"
    assert "life" in str(ended[0])
    carrier.go_on.set()


def test_cut_off_from_the_database_everything_comes_back_by_itself(
    open_up: Callable[..., Centre], monitor: Monitor
) -> None:
    centre = open_up()
    centre.start_ingest()
    start_engine(centre, monitor, TwilioSms(centre.account()))
    monitor.wait_for_calls()
    with psycopg.connect(centre.database_url, autocommit=True) as conn:
        cut = conn.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND usename = current_user"
        ).fetchone()
    assert cut is not None
    assert cut[0] > 5
    monitor.wait_for_calls()
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(DEADLINE)
    centre.contact(1).wait_for_sms("help call")


def test_without_ingest_the_calls_stop_until_it_is_back(
    open_up: Callable[..., Centre], monitor: Monitor, quick: None
) -> None:
    centre = open_up()
    centre.start_api()
    stop_ingest = centre.start_ingest()
    start_engine(centre, monitor, TwilioSms(centre.account()))
    monitor.wait_for_calls()
    stop_ingest()
    monitor.wait_for_silence(2.0)
    wait_ready(centre, False, "ingest: silent")
    centre.start_ingest("ingest-2")
    monitor.wait_for_calls()
    wait_ready(centre, True)


@pytest.mark.long
def test_an_overdue_timer_shows_and_stops_the_calls(
    open_up: Callable[..., Centre], monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Timers that are not fired, in an engine whose parts all move."""
    centre = open_up()
    centre.set_plan([{"after_seconds": 1, "target": "console"}])
    centre.start_api()
    centre.start_ingest()
    idle = threading.Event()
    fire = due_timers.fire_next_timer
    monkeypatch.setattr(
        due_timers,
        "fire_next_timer",
        lambda *given: fire(*given) if idle.is_set() else False,
    )
    start_engine(centre, monitor, TwilioSms(centre.account()))
    monitor.wait_for_calls()
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(DEADLINE)
    monitor.wait_for_silence(2.0)
    wait_ready(centre, False, "timers")
    idle.set()
    monitor.wait_for_calls()
    wait_ready(centre, True)
