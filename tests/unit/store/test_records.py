"""Codes that only a newer process knows: shown as they are, refused when they come from outside."""

import json
from datetime import timedelta
from typing import Any

import orjson
import pytest

from alerts.alarm.lifecycle import check_dispatch_move, state_after
from alerts.alarm.mode_rules import explains
from alerts.errors import RefusedError
from api.pages import vocabulary as v
from api.pages.languages import translations
from ingest.dialects.native import reader
from ingest.errors import UnreadableError
from store.alarm.kinds import dedup_key_of, is_call, is_life_safety, kind_name
from store.db import _enum_fields
from store.model import Alarm, AlarmState, DispatchState, Kind, Outcome, Priority, Role, User
from store.records import is_known, read_code
from store.watch.home_modes import HomeMode, Mode
from tests.district import NOON
from tests.sample_rows import dispatch

METEOR = read_code(Kind, "meteor_strike")


@pytest.mark.parametrize("member", [*Kind, *Outcome, *DispatchState, *AlarmState, *Priority])
def test_what_is_known_is_the_member_itself(member: Any) -> None:
    assert read_code(type(member), member.value) is member
    assert is_known(member)


@pytest.mark.parametrize(
    ("members", "code"), [(Kind, "meteor_strike"), (Outcome, "glazier"), (Priority, 9)]
)
def test_what_is_not_known_is_only_its_code(members: Any, code: Any) -> None:
    read = read_code(members, code)
    assert isinstance(read, members)
    assert not is_known(read)
    assert read not in set(members)
    assert (read == code, str(read), f"{read}") == (True, str(code), str(code))
    assert {read: 1}[read_code(members, code)] == 1
    assert orjson.loads(orjson.dumps(read)) == json.loads(json.dumps(read)) == code


def test_it_does_not_become_known_by_being_read() -> None:
    with pytest.raises(ValueError, match="meteor_strike"):
        Kind("meteor_strike")
    assert METEOR not in list(Kind)


def test_a_role_nobody_knows_opens_nothing() -> None:
    with pytest.raises(ValueError, match="mayor"):
        _enum_fields(User)["role"]("mayor")
    assert str(_enum_fields(Alarm)["kind"]("meteor_strike")) == "meteor_strike"
    assert _enum_fields(User)["role"]("admin") is Role.ADMIN


def test_an_unknown_kind_is_taken_for_the_worst_and_bears_its_code() -> None:
    assert is_life_safety(METEOR)
    assert not is_call(METEOR)
    assert dedup_key_of(METEOR, "kitchen") == ""
    assert {kind_name(METEOR, language) for language in ("zh", "en")} == {"meteor_strike"}


@pytest.mark.parametrize("mode", [*Mode, read_code(Mode, "holiday")])
def test_no_mode_explains_an_unknown_kind(mode: Mode) -> None:
    standing = HomeMode(1, 1, mode, NOON, NOON + timedelta(hours=1), 1)
    assert not explains(standing, METEOR, 1, NOON)


def test_an_unknown_mode_explains_nothing() -> None:
    holiday = HomeMode(1, 1, read_code(Mode, "holiday"), NOON, NOON + timedelta(hours=1), 1)
    assert not any(explains(holiday, kind, 1, NOON) for kind in Kind)


def test_an_unknown_state_is_left_to_whoever_knows_it() -> None:
    delegated, paused = read_code(DispatchState, "DELEGATED"), read_code(AlarmState, "PAUSED")
    with pytest.raises(RefusedError, match="DELEGATED"):
        check_dispatch_move(delegated, DispatchState.ARRIVED)
    assert state_after(AlarmState.ACKNOWLEDGED, [dispatch(delegated)]) == AlarmState.ACKNOWLEDGED
    assert state_after(paused, [dispatch(DispatchState.ARRIVED)]) == paused


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_shows_the_code_of_what_has_no_word(language: str) -> None:
    say = translations(language).ugettext
    assert say(v.OUTCOME_NAMES[read_code(Outcome, "glazier")]) == "glazier"
    assert say(v.STATES[read_code(AlarmState, "PAUSED")]) == "PAUSED"
    assert say(v.PRIORITIES[read_code(Priority, 9)]) == "9"


def test_a_home_cannot_signal_what_nobody_knows() -> None:
    with pytest.raises(UnreadableError, match="kind"):
        reader.read_signal("window-1", b'{"kind": "meteor_strike"}', NOON)
