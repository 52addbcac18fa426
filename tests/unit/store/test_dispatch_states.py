"""One record a state of a dispatch, and the lists that query files name."""

import re
from pathlib import Path

import pytest

from store.dispatch_states import (
    COMING,
    DISPATCH_STATES,
    GOING,
    LIVE,
    LOST,
    SQL_LISTS,
    THERE,
    WITH_ACCESS,
)
from store.model import DispatchState
from store.statements import UnknownListError, with_lists
from tests.unit.store.test_queries import FILES, query_file

D = DispatchState
LIST = re.compile(r"\(\s*('\w+'(?:\s*,\s*'\w+')+)\s*\)")


def test_which_states_are_live() -> None:
    assert {D.OFFERED, D.ACCEPTED, D.EN_ROUTE, D.ARRIVED} == LIVE
    assert {D.ACCEPTED, D.EN_ROUTE} == GOING
    assert {D.ARRIVED, D.DONE} == THERE
    assert {D.DECLINED, D.NO_ANSWER} == LOST
    assert GOING | {D.ARRIVED} == WITH_ACCESS
    assert not COMING & LOST


@pytest.mark.parametrize("state", DispatchState)
def test_what_contradicts_itself_is_no_state(state: DispatchState) -> None:
    record = DISPATCH_STATES[state]
    assert not (record.live and record.lost)
    assert not (record.live and record.late), "late is what is over already"
    assert bool(record.alarm_state) == record.live
    assert bool(record.moves) == (record.live or record.late)
    assert not record.going or record.live


@pytest.mark.parametrize("path", FILES, ids=query_file)
def test_no_query_file_writes_states_of_a_dispatch_out(path: Path) -> None:
    for written in LIST.findall(path.read_text(encoding="utf-8")):
        codes = set(re.findall(r"\w+", written))
        assert len(codes & set(SQL_LISTS["live_dispatch_states"])) < 2, written


@pytest.mark.parametrize("name", SQL_LISTS)
def test_a_list_that_is_named_is_written_out(name: str) -> None:
    listed = ", ".join(f"'{code}'" for code in SQL_LISTS[name])
    assert with_lists(f"state IN ({{{{{name}}}}})", "duty/x") == f"state IN ({listed})"
    assert any(f"{{{{{name}}}}}" in path.read_text(encoding="utf-8") for path in FILES), "unused"


def test_a_list_that_nobody_has_defined_is_refused_when_the_file_is_loaded() -> None:
    with pytest.raises(UnknownListError, match=r"store/duty/x\.sql: no list {{dead_states}}"):
        with_lists("state IN ({{dead_states}})", "duty/x")
