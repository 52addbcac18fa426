"""What a device says of being tested, kept beside its states; called for each dialect event."""

from dataclasses import replace
from datetime import datetime

from ingest.dialects.deduplication import LastStatement
from ingest.dialects.installer_settings import KIND_ROLES
from ingest.dialects.self_tests import TEST_LASTS, FlagSince, flag_is_news, is_test
from ingest.dialects.vocabulary.events import Statement, TestFlag
from ingest.writing.home_cache import KnownDevice, KnownHome, shortened_name
from store.alarm.kinds import is_life_safety
from store.db import Connection
from store.intake import dialect_state
from store.intake.dialect_state import StateRow
from store.model import Kind

FLAG = "test"
"""The kind under which the flag is kept as a state; no alarm has it."""
TEST_PREFIX = "test:"
"""Before the part of what was only tried: a fire in the middle of a test is new all the same."""


def note_flag(
    conn: Connection, home: KnownHome, device: KnownDevice, flag: TestFlag, received_at: datetime
) -> None:
    """Keep since when it is set. What a broker has kept was said long ago."""
    if not flag_is_news(flag.is_set, _flag(home, device)):
        return
    at = received_at - TEST_LASTS if flag.retained else received_at
    dialect_state.set_state(conn, StateRow(device.id, FLAG, "", flag.is_set, None, at))
    home.last_statements[device.id, FLAG, ""] = LastStatement(flag.is_set, None, at)


def judged(
    home: KnownHome, device: KnownDevice, statement: Statement, received_at: datetime
) -> Statement:
    """The statement, with the decision whether it is made in a test."""
    part = TEST_PREFIX + shortened_name(statement.part)
    last = home.last_statements.get((device.id, statement.kind, part))
    running = last is not None and last.active
    tested = is_test(statement.test, _flag(home, device), received_at, running=running)
    return statement if statement.test is tested else replace(statement, test=tested)


def begins(home: KnownHome, device: KnownDevice, received_at: datetime) -> bool:
    """Whether a test of the device has only just begun; a flag that stays begins none."""
    return is_test(True, _flag(home, device), received_at, running=False)


def tested_kind(home: KnownHome, device: KnownDevice) -> Kind | None:
    """What a test of nothing in particular is one of: what the device is there for, what its maker
    says it is, or the one danger it has ever stated. None: nothing tells."""
    for role in (device.setting.role, device.suggests):
        if role in KIND_ROLES:
            return Kind(role)
    known = set(Kind)
    stated = {kind for number, kind, _ in home.last_statements if number == device.id}
    dangers = [Kind(kind) for kind in stated & known if is_life_safety(Kind(kind))]
    return dangers[0] if len(dangers) == 1 else None


def _flag(home: KnownHome, device: KnownDevice) -> FlagSince:
    last = home.last_statements.get((device.id, FLAG, ""))
    return FlagSince(last.at if last is not None and last.active else None)
