"""Whether somebody of ours is on the way to a home: asked is not going, going is not there. Pure.

Derived from the dispatches and from nothing else. What a relative says stands beside it: they may
be far away, and nobody has sent them.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from store.dispatch_states import GOING, LIVE, THERE
from store.model import DispatchState
from store.records import N_


class Attendance(StrEnum):
    """How far help has come, of one alarm."""

    NOBODY = "nobody"
    """Nobody was asked, or nobody who was asked goes, or who was there has left."""
    ASKED = "asked"
    """Somebody was asked to go and has not answered yet."""
    GOING = "going"
    """A responder has said that they go."""
    THERE = "there"
    """A responder has come to the home and has not finished."""


NAMES: Mapping[Attendance, str] = {
    Attendance.NOBODY: N_("nobody is on the way"),
    Attendance.ASKED: N_("asked, nobody is going yet"),
    Attendance.GOING: N_("on the way"),
    Attendance.THERE: N_("there"),
}
COMING = frozenset({Attendance.GOING, Attendance.THERE})
"""Somebody is really coming, or has come."""


def attendance_of(states: Iterable[DispatchState]) -> Attendance:
    """The furthest that one of these has come. Who has finished is not there any more."""
    live = set(states) & LIVE
    if live & THERE:
        return Attendance.THERE
    if live & GOING:
        return Attendance.GOING
    return Attendance.ASKED if live else Attendance.NOBODY
