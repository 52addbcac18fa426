"""On which grounds a door may be forced."""

from itertools import product

import pytest

from alerts.errors import RefusedError
from alerts.work.entry_grounds import NO_GROUNDS, Grounds, grounds_of


@pytest.mark.parametrize(("police", "consent"), list(product([True, False], repeat=2)))
def test_a_life_in_danger_is_reason_enough_whatever_is_signed(police: bool, consent: bool) -> None:
    grounds = grounds_of(life_in_danger=True, police_present=police, consent=consent)
    assert grounds == Grounds.DANGER


@pytest.mark.parametrize(
    ("police", "consent", "expected"),
    [
        (True, True, Grounds.POLICE_AND_CONSENT),
        (True, False, Grounds.POLICE),
        (False, True, Grounds.CONSENT),
    ],
)
def test_without_danger_the_police_or_the_resident_stand_for_it(
    police: bool, consent: bool, expected: Grounds
) -> None:
    grounds = grounds_of(life_in_danger=False, police_present=police, consent=consent)
    assert grounds == expected


def test_with_none_of_them_it_says_what_to_do() -> None:
    with pytest.raises(RefusedError, match="call 110") as refused:
        grounds_of(life_in_danger=False, police_present=False, consent=False)
    assert str(refused.value) == NO_GROUNDS
