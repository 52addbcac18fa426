"""One record a kind: complete, consistent, and the only place that knows what a kind is."""

from enum import StrEnum

import pytest

from store.alarm.kinds import KINDS, OF_THE_CENTRE, PRIORITY, URGENT_KINDS, KindRecord, kind_name
from store.model import Kind, Priority
from store.records import MissingRecordError, one_each

EACH = pytest.mark.parametrize(("kind", "record"), KINDS.items())


class Grown(StrEnum):
    """The kinds of a later version."""

    FALL = "fall"
    METEOR_STRIKE = "meteor_strike"


def test_a_kind_without_a_record_stops_the_program_at_its_start_and_is_named() -> None:
    records = {Grown.FALL: KINDS[Kind.FALL]}
    with pytest.raises(MissingRecordError) as stopped:
        one_each(Grown, records, "KINDS in store/alarm/kinds.py")
    assert str(stopped.value) == "KINDS in store/alarm/kinds.py: no record for Grown METEOR_STRIKE"


def test_every_kind_has_its_record_and_none_can_be_changed() -> None:
    assert KINDS.keys() == set(Kind)
    with pytest.raises(TypeError):
        KINDS[Kind.FALL] = KINDS[Kind.COLD]  # type: ignore[index]


@EACH
def test_the_lists_are_what_the_record_says(kind: Kind, record: KindRecord) -> None:
    assert PRIORITY[kind] == record.priority
    assert (kind in URGENT_KINDS) == (record.priority == Priority.LIFE or record.spreads)
    assert (kind in OF_THE_CENTRE) == record.of_centre


@EACH
def test_a_kind_has_a_name_in_both_languages(kind: Kind, record: KindRecord) -> None:
    assert not record.zh.isascii()
    assert record.en.isascii()
    assert record.en.strip() == record.en != ""
    assert (kind_name(kind, "zh"), kind_name(kind, "en")) == (record.zh, record.en)


@EACH
def test_what_contradicts_itself_is_no_kind(kind: Kind, record: KindRecord) -> None:
    assert (record.work is not None) == record.technical, f"{kind}: work is for technical alarms"
    assert not record.disables or record.technical, f"{kind}: only a fault disables a device"
    assert not (record.life and record.of_somebody_at_home), f"{kind}: never hidden while away"
    assert not (record.life and record.of_centre), f"{kind}: a life is not concluded"
    assert not (record.spreads and record.life), f"{kind}: what is about life is urgent anyway"


def test_no_two_kinds_share_a_name() -> None:
    assert len({record.zh for record in KINDS.values()}) == len(KINDS)
    assert len({record.en for record in KINDS.values()}) == len(KINDS)
