"""On which grounds a door may be forced. Pure.

A life in danger is reason enough, whatever is signed: nobody is to read a form while somebody lies
behind the door. Without it, somebody has to stand for what happens to a door: the police, or the
resident who has signed for it.
"""

from enum import StrEnum

from alerts.errors import RefusedError

NO_GROUNDS = (
    "no police are there and no consent is signed: call 110, or state that a life is in danger"
)


class Grounds(StrEnum):
    """The strongest first; kept in the journal."""

    DANGER = "danger"
    POLICE_AND_CONSENT = "police_and_consent"
    POLICE = "police"
    CONSENT = "consent"


def grounds_of(*, life_in_danger: bool, police_present: bool, consent: bool) -> Grounds:
    """RefusedError: there are none, with what to do."""
    if life_in_danger:
        return Grounds.DANGER
    if police_present:
        return Grounds.POLICE_AND_CONSENT if consent else Grounds.POLICE
    if consent:
        return Grounds.CONSENT
    raise RefusedError(NO_GROUNDS)
