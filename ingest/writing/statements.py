"""Turns a device's statement into a signal if it is new; called for each dialect event."""

from dataclasses import replace
from datetime import datetime

from alerts.alarm.receiving import receive_signal
from alerts.policy import Policy
from alerts.work import work_orders
from ingest.device_time import is_late, trusted_time
from ingest.dialects.deduplication import (
    LastStatement,
    Occurrence,
    any_part_active,
    keeps_rest,
    occurrence_of,
)
from ingest.dialects.vocabulary.events import Statement
from ingest.writing.device_tests import TEST_PREFIX
from ingest.writing.home_cache import KnownDevice, KnownHome, shortened_name
from store.clock import Clock
from store.db import Connection
from store.home import registry
from store.intake import dialect_state
from store.intake.dialect_state import AlarmSince, StateRow
from store.model import Device, Signal


def record_statement(
    conn: Connection,
    home: KnownHome,
    device: KnownDevice,
    statement: Statement,
    received_at: datetime,
    clock: Clock,
    policy: Policy,
    *,
    remembered: bool = True,
) -> bool:
    """Whether it was new. Nothing is asked of the database while a device repeats what is known
    already, unless the other lane gets it as well (`remembered` is False): then only the rows
    know."""
    statement = _storable(statement)
    if not statement.test:
        _test_is_over(conn, home, device, statement, received_at)
    kind, key = statement.kind, (device.id, statement.kind, statement.part)
    last = home.last_statements.get(key)
    if remembered and _is_known(statement, last, received_at):
        return False
    parts = {
        row.part: LastStatement(row.active, row.mark, row.at, AlarmSince(row.alarm))
        for row in dialect_state.locked_states(conn, device.id, kind)
    }
    home.last_statements.update({(device.id, kind, part): last for part, last in parts.items()})
    last = parts.get(statement.part)
    occurrence = occurrence_of(statement, last, received_at)
    if occurrence is Occurrence.COPY:
        if last is not None and _says_else(statement, last):
            _store_state(conn, home, *key, replace(last, mark=statement.rest))
        return False
    mark = statement.rest if keeps_rest(statement) else statement.mark
    last = LastStatement(statement.active, mark, _time_of(statement, received_at))
    parts[statement.part] = last
    _store_state(conn, home, *key, last)
    others = {
        part: last
        for part, last in parts.items()
        if part.startswith(TEST_PREFIX) is bool(statement.test)
    }
    if statement.active or not any_part_active(others):
        sender = registry.find_device(conn, home.code, statement.device)
        assert sender is not None  # noqa: S101  it was locked a moment ago
        alarm = _receive(conn, sender, statement, received_at, clock, policy)
        if statement.active and alarm is not None:
            home.last_statements[key] = replace(last, alarm=AlarmSince.OPEN)
        if occurrence is Occurrence.LATCHED:
            work_orders.order_for_latched(conn, sender, alarm, clock.now(), policy)
    return True


def _is_known(statement: Statement, last: LastStatement | None, received_at: datetime) -> bool:
    """Whether nothing has to be written or asked."""
    if occurrence_of(statement, last, received_at) is not Occurrence.COPY:
        return False
    return last is None or not _says_else(statement, last)


def _says_else(statement: Statement, last: LastStatement) -> bool:
    """Whether a device that still calls has reported something else since."""
    known = last.active and statement.rest == last.mark
    return keeps_rest(statement) and last.active and not statement.retained and not known


def _storable(statement: Statement) -> Statement:
    """With a part and a mark that fit into an index, and a test under a part of its own."""
    part = shortened_name(statement.part)
    if statement.test:
        part = TEST_PREFIX + part
    elif part.startswith(TEST_PREFIX):
        part = f"/{part}"
    mark = statement.mark and shortened_name(statement.mark)
    if part == statement.part and mark == statement.mark:
        return statement
    return replace(statement, part=part, mark=mark or None)


def _time_of(statement: Statement, received_at: datetime) -> datetime:
    """A copy is known by when it came, a retained event by its own time."""
    if statement.retained and statement.claimed is not None:
        return statement.claimed
    return received_at


def _test_is_over(
    conn: Connection, home: KnownHome, device: KnownDevice, statement: Statement, now: datetime
) -> None:
    key = (device.id, statement.kind, TEST_PREFIX + statement.part)
    if (tested := home.last_statements.get(key)) is not None and tested.active:
        _store_state(conn, home, *key, LastStatement(False, statement.mark, now))


def _store_state(
    conn: Connection, home: KnownHome, device: int, kind: str, part: str, last: LastStatement
) -> None:
    dialect_state.set_state(conn, StateRow(device, kind, part, last.active, last.mark, last.at))
    home.last_statements[device, kind, part] = last


def _receive(
    conn: Connection,
    device: Device,
    statement: Statement,
    received_at: datetime,
    clock: Clock,
    policy: Policy,
) -> int | None:
    """Its alarm's id."""
    time, now = trusted_time(statement.claimed, received_at), clock.now()
    marked = statement.event and statement.mark is not None
    signal = Signal(
        device=device.code,
        kind=statement.kind,
        active=statement.active,
        test=bool(statement.test),
        signal_id=f"{statement.kind}:{statement.part}:{statement.mark}" if marked else None,
        at=time.at,
        received_at=received_at,
        device_time=time.device_time,
        late=is_late(time.at, now),
    )
    receipt = receive_signal(conn, device, signal, now, policy, retained=statement.retained)
    return receipt.alarm_id
