"""Whether a step of an alarm's plan is for now: reads what its conditions ask for."""

from alerts.duty import joining
from alerts.duty.responders import time_zone
from alerts.escalation.plan_position import reason_to_skip
from alerts.escalation.step_targets import StepContext
from alerts.escalation.steps import OFFERS, When
from store.alarm.kinds import guards_life
from store.attendance import Attendance, attendance_of
from store.db import Connection
from store.duty import areas, dispatches
from store.home import registry
from store.model import Alarm


def reason_not_now(conn: Connection, context: StepContext, *, console_only: bool) -> str:
    """Why the step is to be skipped, as reason_to_skip names it; empty: it is not."""
    attendance, local, alarm = Attendance.NOBODY, context.now, context.alarm
    if context.step.when == When.NOT_ARRIVED:
        attendance = attendance_of(d.state for d in dispatches.of_alarm(conn, alarm.id))
    if context.step.hours is not None:
        zone = time_zone(areas.zone_of(conn, alarm.area_id), context.policy)
        local = context.now.astimezone(zone)
    return reason_to_skip(
        context.step,
        alarm.state,
        attendance=attendance,
        local=local.time(),
        expected=_who_is_expected(conn, context),
        guards_life=context.step.guards is None or _guards_life(conn, alarm),
        console_only=console_only,
    )


def _who_is_expected(conn: Connection, context: StepContext) -> str:
    """Also for another danger of the home: who goes there goes for this one, too."""
    if context.step.target not in OFFERS or context.step.when == When.NOT_ARRIVED:
        return ""
    joining.hold_home(conn, context.alarm)
    joining.join_under_way(conn, context.alarm, context.now, context.policy)
    return joining.who_is_expected(conn, context.alarm)


def _guards_life(conn: Connection, alarm: Alarm) -> bool:
    """Whether what failed is there for a danger to life; a hub is: it carries every call."""
    if alarm.device_id is None:
        return True
    role = registry.role_of(conn, alarm.device_id)
    return role is None or guards_life(role)
