"""Checks the activity rules of homes that are due; raises and clears their alarms.

Called by a worker of the engine. A batch is one transaction over rows that nobody else holds; any
number of engines may work. While the centre itself does not hear the homes nothing is concluded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import structlog

from alerts.alarm import clearing, mode_rules, raising, suppression
from alerts.policy import Policy
from alerts.watch import rule_schedule, rule_settings
from alerts.watch.activity import MOVING
from alerts.watch.activity_rules import NEITHER, HomeActivity, RuleBreach, temperature_since
from alerts.watch.liveness import (
    device_deadline,
    home_is_observable,
)
from alerts.watch.rule_schedule import SUSPENDED, WATCHED, decide_for
from store.alarm import alarms
from store.clock import Clock
from store.db import Connection, Pool
from store.duty import areas
from store.model import AlarmState, Kind
from store.watch import activity, liveness, monitored_devices
from store.watch import home_modes as stored_modes
from store.watch.activity import Activity, Decision, DueHome, RoomTemperature
from store.watch.liveness import Liveness

LOOK = 2000
"""Rows checked in one transaction."""
RAISE = 50
"""Homes whose alarms are raised or cleared in one transaction, so that nobody waits long."""
LIVENESS_TIMEOUT = 60.0
"""Real seconds without a report from ingest after which silence is not that of the homes."""
OF_WEATHER = frozenset({Kind.COLD, Kind.HEAT})
"""What does not hang on hearing somebody."""

log = structlog.get_logger(__name__)


def check_rules(pool: Pool, clock: Clock, policy: Policy) -> bool:
    """Judge one batch of the homes that are due. True: there may be more."""
    now = clock.now()
    with pool.connection() as conn, conn.transaction():
        live = _liveness(conn, clock)
        if live is None:
            return False
        due = activity.due(conn, now, LOOK)
        temperatures = _temperatures(conn, due, now)
        decisions, busy = [], []
        zones = areas.zones_of(conn, {home.area_id for home in due})
        for home in due:
            zone = policy.zone(zones.get(home.area_id))
            view = _view(home, live, temperatures[home.home_id], zone)
            rule_decision = decide_for(view, home.raised, now)
            if rule_decision.raises or home.raised:
                busy.append((home, view))
            else:
                decisions.append(
                    Decision(home.home_id, rule_decision.check_at, view.temperature, {})
                )
        decisions += [_judge_safely(conn, home, view, now, policy) for home, view in busy[:RAISE]]
        activity.decide(conn, decisions)
    return len(due) == LOOK or len(busy) > RAISE


def next_due(conn: Connection, clock: Clock) -> datetime | None:
    """When a home is due; None while nothing can be concluded, too."""
    return activity.next_due(conn) if _liveness(conn, clock) is not None else None


def _liveness(conn: Connection, clock: Clock) -> Liveness | None:
    found = liveness.state(conn)
    not_listening = found is None or clock.seconds_until(found.heard_at) < -LIVENESS_TIMEOUT
    return None if not_listening else found


def _view(
    home: DueHome, live: Liveness, temperature: RoomTemperature, zone: ZoneInfo
) -> HomeActivity:
    """`zone`: where its nights and mornings are."""
    watched = max(live.since, home.hub_back_at or live.since)
    return HomeActivity(home.activity, rule_settings.of(home.rules), zone, temperature, watched)


def _temperatures(
    conn: Connection, due: Sequence[DueHome], now: datetime
) -> dict[int, RoomTemperature]:
    """By home. Thermometers are looked up of homes only where one is out of the comfortable."""
    wanted = {home.home_id: rule_schedule.thermometers(home.activity) for home in due}
    ids = [device for devices in wanted.values() for device in devices]
    last_heard = activity.last_heard(conn, ids) if ids else {}
    found = {}
    for home in due:
        if not wanted[home.home_id]:
            found[home.home_id] = NEITHER
            continue
        states = rule_schedule.temperatures(home.activity, last_heard, now)
        found[home.home_id] = temperature_since(
            home.temperature, rule_settings.of(home.rules), states
        )
    return found


def _judge_safely(
    conn: Connection, home: DueHome, view: HomeActivity, now: datetime, policy: Policy
) -> Decision:
    """One home that cannot be judged must not hold up the others."""
    try:
        with conn.transaction():
            return _judge(conn, home, view, now, policy)
    except psycopg.OperationalError:
        raise
    except Exception:
        log.exception("home put off", home=home.home_id)
        return Decision(home.home_id, now + SUSPENDED, home.temperature, home.raised)


def _judge(
    conn: Connection, home: DueHome, view: HomeActivity, now: datetime, policy: Policy
) -> Decision:
    """A home with something to raise, or with an alarm that stands."""
    raised = _standing(conn, home)
    view = replace(view, well_at=_well_at(conn, home, now))
    rule_decision = decide_for(view, raised, now)
    for kind in rule_decision.clears:
        _clear(conn, home, raised.pop(kind)["alarm"], now, policy)
    check_at = rule_decision.check_at
    for found in rule_decision.raises:
        later = _excused(conn, home, found, now)
        if later is not None:
            check_at = min(check_at, max(later, now + timedelta(seconds=1)))
            continue
        raised[found.kind.value] = {
            "alarm": _raise(conn, home, found, now, policy),
            "how": found.how,
        }
        check_at = min(check_at, now + WATCHED)
    return Decision(home.home_id, check_at, view.temperature, raised)


def _standing(conn: Connection, home: DueHome) -> dict[str, Mapping[str, Any]]:
    """What the rules have raised and nobody has closed since."""
    standing = {}
    for kind, known in home.raised.items():
        alarm = alarms.lock(conn, known["alarm"])
        if alarm is not None and alarm.state != AlarmState.CLOSED:
            standing[kind] = known
    return standing


def _well_at(conn: Connection, home: DueHome, now: datetime) -> datetime | None:
    """See HomeActivity. Only what is newer than the last sign of life can matter."""
    seen = [at for at in (home.activity.life_at, home.activity.passage_at) if at is not None]
    if not seen:
        return None
    since = max(seen)
    times = [
        activity.last_call(conn, home.home_id, since),
        rule_schedule.contact_at(activity.closings(conn, home.home_id, since)),
        *(
            end
            for mode in stored_modes.of_home(conn, home.home_id)
            if (end := mode_rules.excused_until(mode, Kind.INACTIVITY)) is not None and end <= now
        ),
    ]
    return max((at for at in times if at is not None), default=None)


def _excused(conn: Connection, home: DueHome, found: RuleBreach, now: datetime) -> datetime | None:
    """When to check a breach again that is not to be raised now; None: it is to be raised."""
    if found.kind not in OF_WEATHER and not _can_be_judged(conn, home, now):
        return now + SUSPENDED
    mode = suppression.mode_that_explains(conn, home.home_id, None, found.kind, now)
    if mode is not None:
        return min(mode.ends_at, now + WATCHED)  # somebody may end it before
    later = rule_schedule.postpone(found, activity.closings(conn, home.home_id, found.since))
    return later if later is not None and later > now else None


def _can_be_judged(conn: Connection, home: DueHome, now: datetime) -> bool:
    """Not while the hub is down, or every sensor that could show life."""
    if not is_observable(conn, home.home_id, now):
        return False
    seeing = {
        device for device, metric in home.activity.sensor_states if metric in MOVING | {"bed"}
    }
    return not seeing or any(
        device.down_since is None and (device_deadline(device) or now) >= now
        for device in activity.watches(conn, seeing)
    )


def _raise(
    conn: Connection, home: DueHome, found: RuleBreach, now: datetime, policy: Policy
) -> int:
    """Also once more, when its alarm is open and had been cleared."""
    open_ = alarms.lock_open(conn, home.home_id, found.kind)
    at = max(found.since, (open_ and open_.cleared_at) or found.since)
    condition = raising.AlarmCondition(found.kind, home.home_id, home.area_id, found.device, "", at)
    alarm, _ = raising.raise_alarm(conn, condition, now, policy)
    alarms.journal(
        conn,
        alarm.id,
        "rule_broken",
        at=now,
        actor="system",
        rule=found.kind,
        how=found.how,
        since=found.since.isoformat(),
        limit_seconds=int(found.limit.total_seconds()),
        device=found.device,
        metric=_metric(home.activity, found.device),
    )
    return alarm.id


def _metric(known: Activity, device: int | None) -> str:
    """What the device reports: motion, presence, bed, door."""
    return next((metric for number, metric in known.sensor_states if number == device), "")


def _clear(conn: Connection, home: DueHome, alarm_id: int, now: datetime, policy: Policy) -> None:
    """With the time of the sign that ended it, so that a silence from then on counts anew."""
    clearing.clear(conn, alarm_id, rule_schedule.newest(home.activity) or now, now, policy)


def is_observable(conn: Connection, home_id: int, now: datetime) -> bool:
    """Whether a rule may conclude something from what this home does not send."""
    return home_is_observable(monitored_devices.hub_of(conn, home_id), now)
