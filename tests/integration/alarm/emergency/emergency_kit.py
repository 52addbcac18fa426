"""What tests of one home with several dangers share."""

from typing import Any

from alerts.alarm import operator_actions
from alerts.alarm.rebuild import as_rebuilt, rebuild
from api.views.alarms import alarm_views
from store.alarm import alarm_lists
from store.db import Connection
from store.home import people
from store.model import Alarm, AlarmState, DispatchState
from tests.world import World

D, S = DispatchState, AlarmState


def fire(world: World) -> tuple[Alarm, Alarm]:
    """A call for help and smoke in the same home."""
    return world.raised("help_call"), world.raised("smoke", device="smoke-1")


def attendance(world: World, *alarms: Alarm) -> list[str]:
    def views(conn: Connection) -> dict[int, str]:
        rows = alarm_lists.alarms_by_id(conn, [alarm.id for alarm in alarms])
        return {view.id: str(view.attendance) for view in alarm_views(conn, rows)}

    found = world.run(views)
    return [found[alarm.id] for alarm in alarms]


def states(world: World, *alarms: Alarm) -> list[AlarmState]:
    return [world.alarm(alarm.id).state for alarm in alarms]


def lines(world: World, alarm: Alarm, event: str) -> list[dict[str, Any]]:
    return [line.data for line in world.journal(alarm.id) if line.event == event]


def are_told_by_their_journals(world: World) -> bool:
    return all(rebuild(world.journal(a.id)) == as_rebuilt(a) for a in world.alarms())


def take(world: World, *alarms: Alarm, operator: int = 0) -> Alarm:
    first, *others = alarms
    return world.run(
        operator_actions.acknowledge,
        first.id,
        world.district.operators[operator],
        world.time,
        world.policy,
        also=[other.id for other in others],
    )


def employ(world: World, name: str, phone: str) -> int:
    with world.pool.connection() as conn:
        person = people.add_person(conn, name=name, phone=phone, language="en")
        people.add_responder(conn, person_id=person, kind="grid_worker", area="G1")
    return person


# one dispatch
