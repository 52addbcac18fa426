"""What may be answered about a dispatch, and its form; for responders' and code pages."""

from collections.abc import Mapping

from api.errors import InvalidError
from api.pages import vocabulary as v
from api.routes.duty.dispatches import DispatchReport, Move
from store.model import DispatchState

DISPATCH_ANSWERS: Mapping[DispatchState, tuple[tuple[Move, str], ...]] = {
    DispatchState.OFFERED: (
        (Move.ACCEPT, v.N_("I am going")),
        (Move.DECLINE, v.N_("I cannot go")),
    ),
    DispatchState.NO_ANSWER: ((Move.ACCEPT, v.N_("I am going after all")),),
    DispatchState.DECLINED: ((Move.ACCEPT, v.N_("I am going after all")),),
    DispatchState.ACCEPTED: (
        (Move.EN_ROUTE, v.N_("I am on my way")),
        (Move.ARRIVE, v.N_("I am there")),
        (Move.DECLINE, v.N_("I cannot go")),
    ),
    DispatchState.EN_ROUTE: (
        (Move.ARRIVE, v.N_("I am there")),
        (Move.DECLINE, v.N_("I cannot go")),
    ),
    DispatchState.ARRIVED: (
        (Move.DONE, v.N_("It is done")),
        (Move.NOT_THERE, v.N_("I am not there yet")),
    ),
}


def dispatch_report(finding: str, eta_minutes: str, longest: int = 1440) -> DispatchReport:
    """What a form says with the answer; InvalidError: the minutes are no number, or above the
    longest."""
    if eta_minutes and not (eta_minutes.isdecimal() and int(eta_minutes) <= longest):
        raise InvalidError(f"the minutes until you are there must be a number up to {longest}")
    return DispatchReport(
        finding=finding.replace("\x00", "") or None,
        eta_minutes=int(eta_minutes) if eta_minutes else None,
    )
