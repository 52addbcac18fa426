"""A district in a real database for tests: signals arrive, time passes, people and operators act.

Time is a number here: it stands still until a test moves it, and timers fire at their own time.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any, TypeVar

from psycopg.types.json import Jsonb

from alerts.alarm import closing, dispatching, operator_actions
from alerts.alarm.receiving import Receipt, receive_signal
from alerts.engine import due_timers
from alerts.policy import Policy
from alerts.response.sms_replies import InboundSms, receive_sms
from store.alarm import alarms
from store.alarm.kinds import KINDS
from store.db import Connection, Pool
from store.duty import dispatches
from store.escalation import timers
from store.home import registry
from store.model import (
    Alarm,
    AlarmEvent,
    Device,
    Dispatch,
    DispatchState,
    Kind,
    Notification,
    OutboxLane,
    Outcome,
    Signal,
)
from store.notify import outbox
from tests.district import NOON, District, TestHome, build_district

T = TypeVar("T")
ALWAYS = 10_000
"""More rounds than any test needs: a loop that reaches it does not end by itself."""


class World:
    """`now` is the only clock. It is also a Clock for what wants one."""

    def __init__(
        self, pool: Pool, homes: int = 2, contacts: int = 3, owner: Connection | None = None
    ) -> None:
        """`owner`: a connection of the tables' owner, for the test's own statements."""
        self.pool = pool
        self._owner = owner
        self.policy = Policy(language="en")
        self.time = NOON
        self._sms = 0
        with pool.connection() as conn:
            self.district: District = build_district(conn, homes, contacts)

    def now(self) -> datetime:
        return self.time

    def seconds_until(self, at: datetime) -> float:
        return (at - self.time).total_seconds()

    @property
    def home(self) -> TestHome:
        return self.district.home

    def run(self, work: Callable[..., T], *args: Any, **more: Any) -> T:
        with self.pool.connection() as conn:
            return work(conn, *args, **more)

    def sql(self, statement: str, *params: Any) -> list[Any]:
        """Rows of a statement of the test's own; of one column: its values."""
        with nullcontext(self._owner) if self._owner else self.pool.connection() as conn:
            cursor = conn.execute(statement.encode(), params)
            rows = cursor.fetchall() if cursor.description else []
        return [row[0] for row in rows] if rows and len(rows[0]) == 1 else rows

    def only_installed(self, *homes: str) -> None:
        """Nothing hangs in the other homes: what was installed and never heard is flagged."""
        self.sql(
            "UPDATE hubs SET revoked_at = %s FROM homes h"
            " WHERE h.id = home_id AND h.code <> ALL (%s)",
            NOON,
            list(homes),
        )
        self.sql(
            "UPDATE devices SET bound_at = NULL FROM homes h"
            " WHERE h.id = home_id AND h.code <> ALL (%s)",
            list(homes),
        )

    # what comes from the homes

    def signal(self, kind: str = "help_call", **changes: Any) -> Signal:
        at = changes.get("at", self.time)
        return Signal(
            device=changes.get("device", "button-1"),
            kind=Kind(kind),
            active=changes.get("active", True),
            test=changes.get("test", False),
            signal_id=changes.get("id"),
            at=at,
            received_at=self.time,
            device_time="at" in changes,
            late=self.time - at > timedelta(minutes=5),
        )

    def device(self, conn: Connection, code: str = "button-1", home: str = "H0001") -> Device:
        found = registry.find_device(conn, home, code)
        assert found is not None, f"{home}/{code}"
        return found

    def press(self, kind: str = "help_call", *, home: str = "H0001", **changes: Any) -> Receipt:
        signal = self.signal(kind, **changes)
        with self.pool.connection() as conn, conn.transaction():
            device = self.device(conn, signal.device, home)
            return receive_signal(conn, device, signal, self.time, self.policy)

    def raised(self, kind: str = "help_call", **changes: Any) -> Alarm:
        """The alarm a new signal raises."""
        receipt = self.press(kind, **changes)
        assert receipt.raised
        assert receipt.alarm_id is not None
        return self.alarm(receipt.alarm_id)

    # what the centre knows

    def alarm(self, number: int) -> Alarm:
        found = self.run(alarms.get, number)
        assert found is not None
        return found

    def alarms(self) -> list[Alarm]:
        return [self.alarm(n) for n in self.sql("SELECT id FROM alarms ORDER BY id")]

    def journal(self, number: int) -> list[AlarmEvent]:
        return self.run(alarms.events_of, number)

    def events(self, number: int) -> list[str]:
        return [line.event for line in self.journal(number)]

    def messages(self, number: int, purpose: str = "") -> list[Notification]:
        """What was queued for people because of this alarm."""
        everything = self.run(outbox.of_alarm, number)
        return [n for n in everything if n.channel == "sms" and purpose in ("", n.purpose)]

    def dispatches(self, number: int) -> list[Dispatch]:
        return self.run(dispatches.of_alarm, number)

    # time

    def fire_due(self) -> int:
        """Everything due by now; returns how much it was."""
        for fired in range(ALWAYS):
            if not due_timers.fire_next_timer(self.pool, self.time, self.policy):
                return fired
        raise AssertionError("timers fire for ever without time passing")

    def pass_time(self, seconds: float) -> None:
        """Let time pass; each timer fires at its own time."""
        end = self.time + timedelta(seconds=seconds)
        for _ in range(ALWAYS):
            following = self.run(timers.next_due)
            if following is None or following > end:
                break
            self.time = max(self.time, following)
            self.fire_due()
        else:
            raise AssertionError("more timers than any plan has")
        self.time = end

    def plan(self, *steps: dict[str, Any], cycles: int = 2) -> int:
        """Make these the steps of every plan, also of those for what endangers nobody."""
        self.sql("UPDATE plans SET retired_at = %s", NOON)
        for kind in (kind for kind, record in KINDS.items() if not record.endangers):
            self.sql(
                "INSERT INTO plans (code, version, kind, steps, cycles, created_at)"
                " VALUES ('test-' || %s, 1, %s, %s, %s, %s)",
                kind,
                kind,
                Jsonb(list(steps)),
                cycles,
                NOON,
            )
        (number,) = self.sql(
            "INSERT INTO plans (code, version, steps, cycles, created_at)"
            " VALUES ('test', 1, %s, %s, %s) RETURNING id",
            Jsonb(list(steps)),
            cycles,
            NOON,
        )
        return int(number)

    # people

    def text(self, phone: str, body: str, sid: str = "", *, heard: bool = True) -> str:
        """An SMS from this number. `heard`: what was queued for it has arrived before."""
        if heard:
            self.arrives(phone)
        self._sms += 1
        sms = InboundSms(sid or f"SM{self._sms:032}", phone, body)
        return self.run(receive_sms, sms, self.time, self.policy)

    def acknowledge(self, number: int, operator: int = 0) -> Alarm:
        by = self.district.operators[operator]
        return self.run(operator_actions.acknowledge, number, by, self.time, self.policy)

    def dispatch(self, number: int) -> Dispatch:
        return self.run(
            operator_actions.dispatch,
            number,
            self.district.responder,
            self.district.operator,
            self.time,
            self.policy,
        )

    def move(self, dispatch: int, state: DispatchState, **more: Any) -> Dispatch:
        return self.run(
            dispatching.move,
            dispatch,
            state,
            actor="test",
            via="api",
            now=self.time,
            policy=self.policy,
            **more,
        )

    def close(self, number: int, outcome: Outcome = Outcome.ASSISTANCE) -> Alarm:
        return self.run(
            closing.close, number, outcome, "", self.district.operator, self.time, self.policy
        )

    def arrives(self, phone: str) -> None:
        """The texts that wait for this number are on it."""
        self.sql(
            "UPDATE notifications SET state = 'DELIVERED', sent_at = due_at"
            " WHERE state = 'QUEUED' AND channel = 'sms' AND address = %s AND due_at <= %s",
            phone,
            self.time,
        )

    def messages_leave(self) -> None:
        """What waits is taken by the carrier."""
        self.sql(
            "UPDATE notifications SET state = 'SENT', sent_at = %s WHERE state = 'QUEUED'",
            self.time,
        )

    def due_messages(self, lane: OutboxLane) -> datetime | None:
        return self.run(outbox.next_due, ["sms"], lane)


def at_once(work: Callable[[int], T], times: int, threads: int) -> list[T]:
    """Do it many times from several threads at once; the results in order. Errors are raised."""
    with ThreadPoolExecutor(threads) as several:
        return list(several.map(work, range(times)))
