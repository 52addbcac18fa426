"""The other open dangers of an alarm's home, and what one act on the alarm does for them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.alarm.closing import is_still_reported
from api.pages.vocabulary import N_
from api.views.alarm_details import AlarmDetail
from store.alarm.alarm_lists import AlarmRow
from store.alarm.emergencies import LEAST
from store.model import AlarmState, User

NOT_TAKEN = N_("nobody has taken it: look at it first")
OF_ANOTHER = N_("{name} has it")
STILL_REPORTED = N_("its detector still reports it")


@dataclass(frozen=True, slots=True)
class SameHome:
    """Another danger. `takeable`: nobody has it; `stays`: why one closing cannot serve it, empty:
    it can."""

    row: AlarmRow
    takeable: bool
    stays: str


def dangers_beside(detail: AlarmDetail, siblings: Iterable[AlarmRow], user: User) -> list[SameHome]:
    """Most urgent first. Empty where the alarm itself is no danger, or is over."""
    if detail.priority > LEAST or detail.state == AlarmState.CLOSED:
        return []
    return [
        SameHome(row, row.state == AlarmState.RAISED, _why_it_stays(row, user))
        for row in siblings
        if row.priority <= LEAST
    ]


def _why_it_stays(row: AlarmRow, user: User) -> str:
    if row.owner_id is None:
        return NOT_TAKEN
    if row.owner_id != user.id:
        return OF_ANOTHER
    by_device = row.device_code is not None
    reported = is_still_reported(row.kind, by_device=by_device, cleared_at=row.cleared_at)
    return STILL_REPORTED if reported else ""
