"""One record an outcome: named, under a heading, in the order in which they are chosen."""

from itertools import groupby

from api.pages import vocabulary as v
from store.alarm.outcomes import CONTACT, OUTCOMES, OutcomeGroup
from store.model import Outcome


def test_every_outcome_stands_under_one_heading_and_the_headings_in_their_order() -> None:
    assert OUTCOMES.keys() == set(Outcome)
    assert [group for group, _ in groupby(r.group for r in OUTCOMES.values())] == list(OutcomeGroup)
    assert [outcome for group in v.OUTCOMES.values() for outcome in group] == list(OUTCOMES)


def test_no_two_outcomes_have_one_name() -> None:
    assert len({record.name for record in OUTCOMES.values()}) == len(OUTCOMES)


def test_a_genuine_emergency_and_help_mean_that_somebody_was_in_contact() -> None:
    for outcome, record in OUTCOMES.items():
        if record.group in (OutcomeGroup.GENUINE, OutcomeGroup.HELPED):
            assert outcome in CONTACT
        if record.group == OutcomeGroup.TECHNICAL:
            assert outcome not in CONTACT
