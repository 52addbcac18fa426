"""What the desk must know beside the alarms: whether the centre itself works, who is missing."""

from dataclasses import dataclass
from datetime import timedelta

from alerts import auditor
from api.deps import ApiDeps
from store import cover, notices
from store.cover import Gap
from store.db import Connection
from store.notices import ModeRow, OptedOut, OutOfReach

LIVELY = timedelta(days=14)
"""Threads in which something was written since then are on the list."""


@dataclass(frozen=True, slots=True)
class Warnings:
    """`stalled`: parts that stand still, as the auditor says it; empty: the centre works. `gaps`:
    where nobody is or will be on duty; `out_of_reach`: homes without a contact to count on."""

    stalled: list[str]
    unread: int
    overdue: int
    gaps: list[Gap]
    out_of_reach: list[OutOfReach]
    opted_out: list[OptedOut]
    wanting_consent: list[ModeRow]

    @property
    def count(self) -> int:
        """Lines on the page of warnings."""
        people = len(self.out_of_reach) + len(self.opted_out)
        return len(self.gaps) + people + len(self.wanting_consent)


def warnings(conn: Connection, deps: ApiDeps) -> Warnings:
    now = deps.clock.now()
    return Warnings(
        stalled=auditor.audit(conn, deps.clock),
        unread=notices.unread(conn),
        overdue=notices.overdue(conn, now),
        gaps=[gap for gap in cover.gaps(conn) if gap.ends_at > now],
        out_of_reach=notices.out_of_reach(conn),
        opted_out=notices.opted_out(conn),
        wanting_consent=notices.wanting_consent(conn, now),
    )
