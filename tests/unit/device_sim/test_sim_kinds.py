"""The simulator's table of kinds: whole, and all its lists come from it."""

from pathlib import Path

import pytest

from device_sim import dialects
from device_sim.kinds import DEVICE_INTERVALS, KINDS, OUTAGE, SILENCE, Signals, words_of

FORMATS = {path.stem for path in Path(dialects.__path__[0]).glob("*.py")}


@pytest.mark.parametrize("signal", Signals)
def test_what_a_scenario_can_let_a_device_say_has_a_record(signal: Signals) -> None:
    assert signal in KINDS


@pytest.mark.parametrize("code", KINDS)
def test_words_are_those_of_a_format_there_is(code: str) -> None:
    assert KINDS[code].words.keys() <= FORMATS
    assert all(words_of(dialect)[code] == word for dialect, word in KINDS[code].words.items())


@pytest.mark.parametrize("code", DEVICE_INTERVALS)
def test_a_device_that_a_bridge_can_announce_has_a_model(code: str) -> None:
    assert DEVICE_INTERVALS[code] > 0
    assert code == "fall" or KINDS[code].model is not None


def test_nothing_is_both_silence_and_a_cut_line() -> None:
    assert SILENCE
    assert OUTAGE
    assert not SILENCE & OUTAGE
