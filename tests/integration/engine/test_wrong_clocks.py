"""A clock that is wrong: who works, by which time, and what of it is told.

The database's clock is real; the machines' here are as wrong as a test wants them.
"""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from alerts.alarm.receiving import receive_signal
from alerts.engine.clock_guard import ClockGuard
from alerts.engine.self_check import find_problems, silence, silent_ones, wrong_clocks
from alerts.engine.thread_watchdog import Beats
from alerts.policy import Policy
from store.clock import ComparedClock
from store.db import Connection, Pool
from store.engine import clock_state, heartbeats
from store.engine.heartbeats import Heartbeat
from store.escalation import timers
from store.home import registry
from store.model import Kind, Signal
from tests.district import NOON, build_district
from tests.integration.api.api_kit import HandClock

MINUTE = timedelta(minutes=1)


@dataclass
class Machine:
    """A machine whose clock is `ahead` of the real time."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def seconds_until(self, at: datetime) -> float:
        return (at - self.now()).total_seconds()

    def clock(self) -> ComparedClock:
        return ComparedClock(self, self.now)


def near(one: datetime, other: datetime) -> bool:
    return abs((one - other).total_seconds()) < 1.5


def beat(conn: Connection, instance: str, at: datetime, ahead: float | None = 0.0) -> None:
    detail = {} if ahead is None else {clock_state.CLOCK_DETAIL: ahead}
    heartbeats.beat(conn, "alerts", instance, at, detail)


@pytest.mark.parametrize("seconds", [600, -600, 2.5, -2.5])
def test_a_process_with_a_wrong_clock_goes_by_the_databases(
    conn: Connection, seconds: float
) -> None:
    """Break: leave `now` as the machine says it."""
    clock = Machine(timedelta(seconds=seconds)).clock()
    clock_state.compare(conn, clock)
    assert clock.wrong
    assert clock.ahead == pytest.approx(seconds, abs=0.5)
    assert near(clock.now(), datetime.now(UTC))
    assert clock.seconds_until(datetime.now(UTC) + MINUTE) == pytest.approx(60, abs=1.5)


def test_what_ntp_leaves_is_no_fault(conn: Connection) -> None:
    clock = Machine(timedelta(seconds=1.5)).clock()
    clock_state.compare(conn, clock)
    assert not clock.wrong
    assert near(clock.now() - timedelta(seconds=1.5), datetime.now(UTC)), "its own time"


def test_a_simulations_clock_is_put_right_at_its_own_pace(conn: Connection) -> None:
    """What is compared is the machine's clock, not the simulated one."""
    machine = Machine(timedelta(seconds=100))
    simulated = HandClock(NOON)
    clock = ComparedClock(simulated, machine.now, 60.0)
    clock_state.compare(conn, clock)
    assert abs((clock.now() - (NOON - timedelta(seconds=6000))).total_seconds()) < 60


# two engines, one of them wrong


def test_the_wrong_one_leaves_the_work_to_the_right_one(conn: Connection) -> None:
    """And takes it back when nobody else is well. Break: count a wrong one as well."""
    resumed: list[bool] = []
    guard = ClockGuard(Machine(10 * MINUTE).clock(), "wrong", resume=lambda: resumed.append(True))
    assert guard.stands_aside(), "nobody fires before they were compared"
    beat(conn, "right", datetime.now(UTC))
    guard.look(conn)
    assert guard.stands_aside()
    assert not resumed
    beat(conn, "right", datetime.now(UTC), ahead=300.0)
    guard.look(conn)
    assert not guard.stands_aside(), "the other one is wrong, too"
    assert resumed == [True]
    beat(conn, "right", datetime.now(UTC))
    guard.look(conn)
    assert guard.stands_aside()
    beat(conn, "right", datetime.now(UTC) - MINUTE)
    guard.look(conn)
    assert not guard.stands_aside(), "the other one is silent"


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(seconds=1)])
def test_a_right_one_works_whoever_else_does(conn: Connection, ahead: timedelta) -> None:
    guard = ClockGuard(Machine(ahead).clock(), "one")
    beat(conn, "two", datetime.now(UTC))
    guard.look(conn)
    assert not guard.stands_aside()


def test_a_beat_from_the_future_is_no_sign_of_life(conn: Connection) -> None:
    """Break: take the age of what is to come for zero."""
    clock = HandClock(NOON)
    beats = [Heartbeat("alerts", "1", NOON + 10 * MINUTE), Heartbeat("ingest", "1", NOON)]
    assert silent_ones(silence(beats, clock)) == [
        "alerts: its heartbeat is from the future: a clock was put back"
    ]
    guard = ClockGuard(Machine(10 * MINUTE).clock(), "wrong")
    beat(conn, "other", datetime.now(UTC) + MINUTE)
    guard.look(conn)
    assert not guard.stands_aside(), "nobody knows whether the other lives"


def test_a_wrong_clock_is_told(conn: Connection) -> None:
    now = datetime.now(UTC)
    beat(conn, "alerts-2", now, ahead=-601.2)
    (line,) = wrong_clocks(heartbeats.latest(conn), Machine())
    assert line == "alerts: the clock of alerts-2 is 601 s behind the database's"
    assert line in find_problems(conn, Machine())


# a press


def test_a_press_gets_the_right_time_whatever_the_machine_says(conn: Connection) -> None:
    """It is never refused, and its plan begins when it came."""
    build_district(conn, homes=1)
    clock = Machine(-10 * MINUTE).clock()
    clock_state.compare(conn, clock)
    device = registry.find_device(conn, "H0001", "button-1")
    assert device is not None
    now = clock.now()
    signal = Signal("button-1", Kind.HELP_CALL, True, False, None, now, now, False, False)
    with conn.transaction():
        receipt = receive_signal(conn, device, signal, now, Policy())
    assert receipt.raised
    (raised,) = conn.execute("SELECT raised_at FROM alarms").fetchone() or (None,)
    assert raised is not None
    assert near(raised, datetime.now(UTC))


# time goes back


def set_back(conn: Connection, by: timedelta) -> None:
    """As if the database had been at a later time when an engine saw it last."""
    conn.execute("UPDATE clock_state SET latest = %s", [datetime.now(UTC) + by])


def alarm_with_timer(conn: Connection, due: datetime, kind: str) -> int:
    district = build_district(conn, homes=1)
    device = registry.find_device(conn, district.home.code, "button-1")
    assert device is not None
    signal = Signal("button-1", Kind.SMOKE, True, False, None, due, due, False, False)
    with conn.transaction():
        alarm = receive_signal(conn, device, signal, due, Policy()).alarm_id
    assert alarm is not None
    conn.execute("DELETE FROM timers")
    timers.set_timer(conn, alarm, kind, due)
    return alarm


def due_of(conn: Connection) -> datetime:
    (due,) = conn.execute("SELECT due_at FROM timers").fetchone() or (None,)
    assert isinstance(due, datetime)
    return due


def test_what_is_due_moves_along_when_the_clock_is_put_back(conn: Connection) -> None:
    """A step that was to come in 30 s still comes in 30 s, and not in an hour. Break: leave
    move_due out."""
    hour = timedelta(hours=1)
    now = datetime.now(UTC)
    alarm_with_timer(conn, now + hour + timedelta(seconds=30), timers.STEP_TIMER)
    set_back(conn, hour)
    ClockGuard(Machine().clock(), "one").look(conn)
    assert near(due_of(conn), now + timedelta(seconds=30))
    ClockGuard(Machine().clock(), "two").look(conn)
    assert near(due_of(conn), now + timedelta(seconds=30)), "once, however many engines look"


def test_what_was_hidden_until_a_time_of_the_day_stays_hidden(conn: Connection) -> None:
    until = datetime.now(UTC) + timedelta(hours=2)
    alarm_with_timer(conn, until, timers.SHELVING_TIMER)
    set_back(conn, timedelta(hours=1))
    ClockGuard(Machine().clock(), "one").look(conn)
    assert due_of(conn) == until


def test_small_steps_move_nothing(conn: Connection) -> None:
    due = datetime.now(UTC) + timedelta(seconds=30)
    alarm_with_timer(conn, due, timers.STEP_TIMER)
    set_back(conn, timedelta(seconds=1))
    ClockGuard(Machine().clock(), "one").look(conn)
    assert due_of(conn) == due


def test_a_machine_whose_clock_is_put_back_begins_its_jobs_anew(conn: Connection) -> None:
    """They go by the machine's clock, and would wait for the old times to come again."""
    machine, stepped = Machine(), threading.Event()
    guard = ClockGuard(machine.clock(), "one", stepped=stepped.set)
    guard.look(conn)
    assert not stepped.is_set()
    machine.ahead = -timedelta(hours=1)
    guard.look(conn)
    assert stepped.is_set()
    assert not guard.stands_aside(), "alone it goes on, by the database's time"


def test_beats_go_by_the_time_that_passes() -> None:
    """An error in one is not the end of them. Break: let the first exception out."""
    called, stop = threading.Semaphore(0), threading.Event()

    def fail() -> None:
        called.release()
        raise RuntimeError

    thread = Beats(fail, 0.01, stop)
    thread.start()
    began = monotonic()
    assert all(called.acquire(timeout=5) for _ in range(3))
    assert monotonic() - began < 5
    stop.set()
    thread.join(5)


def test_readiness_names_the_wrong_one(pool: Pool, conn: Connection, database_url: str) -> None:
    """One of two engines is wrong: told, and ready all the same; both: not ready. The api itself:
    not ready."""
    from fastapi.testclient import TestClient

    from tests.integration.api.api_kit import HERE, deps_for
    from tests.one_app import app_with

    def ready(machine: Machine) -> tuple[int, list[str], list[str]]:
        deps = deps_for(pool, database_url, machine.clock())  # type: ignore[arg-type]
        answer = TestClient(app_with(deps), client=HERE).get("/readyz")
        found = answer.json()
        return answer.status_code, found["reasons"], found["parts"]["clocks"]["wrong"]

    now = datetime.now(UTC)
    heartbeats.beat(conn, "ingest", "1", now, {})
    beat(conn, "right", now)
    beat(conn, "wrong", now, ahead=600.0)
    assert ready(Machine()) == (
        200,
        [],
        ["alerts: the clock of wrong is 600 s ahead of the database's"],
    )
    beat(conn, "right", now, ahead=-60.0)
    status, reasons, _ = ready(Machine())
    assert (status, reasons) == (503, ["alerts: no process has the right time"])
    beat(conn, "right", now)
    status, reasons, _ = ready(Machine(10 * MINUTE))
    assert (status, reasons) == (503, ["api: its clock is 600 s ahead of the database's"])
