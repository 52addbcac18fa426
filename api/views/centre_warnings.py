"""Warnings for operators: stalled parts, cover gaps, unread messages, homes out of reach."""

from dataclasses import dataclass
from datetime import timedelta

from alerts.disk_space import complaints
from alerts.engine import self_check
from alerts.engine.late_messages import LateMessages
from api.deps import ApiDeps
from store.access import login_throttle
from store.access.login_throttle import Attack
from store.db import Connection
from store.duty import cover
from store.duty.cover import Gap
from store.response.messages import Inbound
from store.watch import desk_notices, home_overruns
from store.watch.desk_notices import ModeRow, OptedOut, OutOfReach
from store.watch.home_overruns import OverrunHome

RECENT_THREADS = timedelta(days=14)
"""Threads in which something was written since then are on the list."""
TOO_MUCH_SINCE = timedelta(hours=6)
"""Homes that have sent more than they may since then are on the list."""


@dataclass(frozen=True, slots=True)
class CentreWarnings:
    """`stalled`: parts that stand still, as the self-check says it; empty: the centre works.
    `cries`: what people have written that asks for help, and nobody has read.
    `late`: kinds of messages that do not leave as they should, which are lines of `stalled`, too.
    `gaps`: where nobody is or will be on duty; `out_of_reach`: homes without a contact to count
    on; `attacks`: names and addresses whose log-ins are refused because somebody guesses;
    `too_much`: homes that send more than they may, of which telemetry is left out."""

    stalled: list[str]
    late: list[LateMessages]
    cries: list[Inbound]
    unread: int
    overdue: int
    gaps: list[Gap]
    out_of_reach: list[OutOfReach]
    opted_out: list[OptedOut]
    wanting_consent: list[ModeRow]
    attacks: list[Attack]
    too_much: list[OverrunHome]

    @property
    def count(self) -> int:
        """Lines on the page of warnings."""
        people = len(self.out_of_reach) + len(self.opted_out)
        homes = len(self.wanting_consent) + len(self.too_much)
        return len(self.gaps) + people + homes + len(self.attacks)


def centre_warnings(conn: Connection, deps: ApiDeps) -> CentreWarnings:
    now = deps.clock.now()
    late = self_check.late_messages(conn, deps.clock)
    others = self_check.other_problems(conn, deps.clock, late)
    return CentreWarnings(
        stalled=[*(message.line for message in late), *others, *complaints(deps.disks.look())],
        late=late,
        cries=desk_notices.cries(conn),
        unread=desk_notices.unread(conn),
        overdue=desk_notices.overdue(conn, now),
        gaps=[gap for gap in cover.gaps(conn) if gap.ends_at > now],
        out_of_reach=desk_notices.out_of_reach(conn),
        opted_out=desk_notices.opted_out(conn),
        wanting_consent=desk_notices.wanting_consent(conn, now),
        attacks=login_throttle.attacks(conn, now),
        too_much=home_overruns.since(conn, now - TOO_MUCH_SINCE),
    )
