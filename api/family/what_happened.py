"""What a relative who was let in by a code sees of who comes and of how it ended.

No more than their messages say; where a template has no place for it, this is where they read it.
"""

from api.views.alarms import AlarmView
from store.alarm import alarm_lists, alarms, hospitals
from store.alarm.alarm_list_details import DispatchRow
from store.alarm.outcomes import outcome_told
from store.db import Connection
from store.dispatch_states import WITH_ACCESS
from store.model import AlarmState


def coming(view: AlarmView) -> list[DispatchRow]:
    """Who goes and who is there."""
    return [one for one in view.dispatches if one.state in WITH_ACCESS]


def how_it_ended(conn: Connection, alarm_id: int, person_id: int, language: str) -> str:
    """What it was, for a contact of the home; empty: it is not over, or not theirs to hear."""
    alarm = alarms.get(conn, alarm_id)
    if alarm is None or alarm.state != AlarmState.CLOSED or alarm.outcome is None:
        return ""
    if alarm.home_id not in alarm_lists.homes_of_contact(conn, person_id):
        return ""
    return outcome_told(alarm.outcome, language, hospitals.of_alarm(conn, alarm_id) or "")
