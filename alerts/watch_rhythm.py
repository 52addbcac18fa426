"""The rhythm's use cases: homes that are due are judged, alarms raised and cleared.

A batch is one transaction over rows that nobody else holds; any number of engines may work. While
the centre itself does not hear the homes nothing is concluded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
import structlog

from alerts import modes, raising, rhythm_plan, rule_settings, suppression, technical
from alerts.policy import Policy
from alerts.rhythm import NEITHER, Condition, View, warmth_now
from alerts.rhythm_plan import SUSPENDED, WATCHED, plan
from alerts.signs import MOVING
from alerts.supervision import device_deadline
from alerts.watch_homes import observable
from store import alarms, listening, rhythm
from store import home_modes as stored_modes
from store.clock import Clock
from store.db import Connection, Pool
from store.listening import Listening
from store.model import AlarmState, Kind
from store.rhythm import Decision, DueHome, Signs, Warmth

LOOK = 2000
"""Rows looked at in one transaction."""
RAISE = 50
"""Homes whose alarms are raised or cleared in one transaction, so that nobody waits long."""
DEAF = 60.0
"""Real seconds without a word from ingest after which silence is not the homes'."""
OF_WEATHER = frozenset({Kind.COLD, Kind.HEAT})
"""What does not hang on hearing somebody."""

log = structlog.get_logger(__name__)


def watch(pool: Pool, clock: Clock, policy: Policy) -> bool:
    """Judge one batch of the homes that are due. True: there may be more."""
    now = clock.now()
    with pool.connection() as conn, conn.transaction():
        heard = _hearing(conn, clock)
        if heard is None:
            return False
        due = rhythm.due(conn, now, LOOK)
        warmths = _warmths(conn, due, now)
        decisions, busy = [], []
        for home in due:
            view = _view(home, heard, warmths[home.home_id], policy)
            todo = plan(view, home.raised, now)
            if todo.raises or home.raised:
                busy.append((home, view))
            else:
                decisions.append(Decision(home.home_id, todo.look_at, view.warmth, {}))
        decisions += [_judge_safely(conn, home, view, now, policy) for home, view in busy[:RAISE]]
        rhythm.decide(conn, decisions)
    return len(due) == LOOK or len(busy) > RAISE


def next_due(conn: Connection, clock: Clock) -> datetime | None:
    """When a home is due; None while nothing can be concluded, too."""
    return rhythm.next_due(conn) if _hearing(conn, clock) is not None else None


def _hearing(conn: Connection, clock: Clock) -> Listening | None:
    found = listening.state(conn)
    deaf = found is None or clock.seconds_until(found.heard_at) < -DEAF
    return None if deaf else found


def _view(home: DueHome, heard: Listening, warmth: Warmth, policy: Policy) -> View:
    watched = max(heard.since, home.hub_back_at or heard.since)
    return View(home.signs, rule_settings.of(home.rules), policy.timezone, warmth, watched)


def _warmths(conn: Connection, due: Sequence[DueHome], now: datetime) -> dict[int, Warmth]:
    """By home. Thermometers are looked up of homes only where one is out of the comfortable."""
    wanted = {home.home_id: rhythm_plan.thermometers(home.signs) for home in due}
    ids = [device for devices in wanted.values() for device in devices]
    heard = rhythm.last_heard(conn, ids) if ids else {}
    found = {}
    for home in due:
        if not wanted[home.home_id]:
            found[home.home_id] = NEITHER
            continue
        said = rhythm_plan.temperatures(home.signs, heard, now)
        found[home.home_id] = warmth_now(home.warmth, rule_settings.of(home.rules), said)
    return found


def _judge_safely(
    conn: Connection, home: DueHome, view: View, now: datetime, policy: Policy
) -> Decision:
    """One home that cannot be judged must not hold up the others."""
    try:
        with conn.transaction():
            return _judge(conn, home, view, now, policy)
    except psycopg.OperationalError:
        raise
    except Exception:
        log.exception("home put off", home=home.home_id)
        return Decision(home.home_id, now + SUSPENDED, home.warmth, home.raised)


def _judge(conn: Connection, home: DueHome, view: View, now: datetime, policy: Policy) -> Decision:
    """A home with something to raise, or with an alarm that stands."""
    raised = _standing(conn, home)
    view = replace(view, well_at=_well_at(conn, home, now))
    todo = plan(view, raised, now)
    for kind in todo.clears:
        _clear(conn, home, raised.pop(kind)["alarm"], now, policy)
    look_at = todo.look_at
    for found in todo.raises:
        later = _excused(conn, home, found, now)
        if later is not None:
            look_at = min(look_at, max(later, now + timedelta(seconds=1)))
            continue
        raised[found.kind.value] = {
            "alarm": _raise(conn, home, found, now, policy),
            "how": found.how,
        }
        look_at = min(look_at, now + WATCHED)
    return Decision(home.home_id, look_at, view.warmth, raised)


def _standing(conn: Connection, home: DueHome) -> dict[str, Mapping[str, Any]]:
    """What the rules have raised and nobody has closed since."""
    standing = {}
    for kind, known in home.raised.items():
        alarm = alarms.lock(conn, known["alarm"])
        if alarm is not None and alarm.state != AlarmState.CLOSED:
            standing[kind] = known
    return standing


def _well_at(conn: Connection, home: DueHome, now: datetime) -> datetime | None:
    """See View. Only what is newer than the last sign of life can matter."""
    seen = [at for at in (home.signs.life_at, home.signs.passage_at) if at is not None]
    if not seen:
        return None
    since = max(seen)
    times = [
        rhythm.last_call(conn, home.home_id, since),
        rhythm_plan.contact_at(rhythm.closings(conn, home.home_id, since)),
        *(
            end
            for mode in stored_modes.of_home(conn, home.home_id)
            if (end := modes.excused_until(mode, Kind.INACTIVITY)) is not None and end <= now
        ),
    ]
    return max((at for at in times if at is not None), default=None)


def _excused(conn: Connection, home: DueHome, found: Condition, now: datetime) -> datetime | None:
    """When to look at a condition again that is not to be raised now; None: it is."""
    if found.kind not in OF_WEATHER and not _can_be_judged(conn, home, now):
        return now + SUSPENDED
    mode = suppression.explaining(conn, home.home_id, None, found.kind, now)
    if mode is not None:
        return min(mode.ends_at, now + WATCHED)  # somebody may end it before
    later = rhythm_plan.put_off(found, rhythm.closings(conn, home.home_id, found.since))
    return later if later is not None and later > now else None


def _can_be_judged(conn: Connection, home: DueHome, now: datetime) -> bool:
    """Not while the hub is down, or every sensor that could show life."""
    if not observable(conn, home.home_id, now):
        return False
    seeing = {device for device, metric in home.signs.said if metric in MOVING | {"bed"}}
    return not seeing or any(
        device.down_since is None and (device_deadline(device) or now) >= now
        for device in rhythm.watches(conn, seeing)
    )


def _raise(conn: Connection, home: DueHome, found: Condition, now: datetime, policy: Policy) -> int:
    """Also once more, when its alarm is open and had been cleared."""
    open_ = alarms.lock_open(conn, home.home_id, found.kind)
    at = max(found.since, (open_ and open_.cleared_at) or found.since)
    what = raising.Condition(found.kind, home.home_id, home.area_id, found.device, "", at)
    alarm, _ = raising.raise_alarm(conn, what, now, policy)
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
        metric=_metric(home.signs, found.device),
    )
    return alarm.id


def _metric(signs: Signs, device: int | None) -> str:
    """What the device tells of: motion, presence, bed, door."""
    return next((metric for number, metric in signs.said if number == device), "")


def _clear(conn: Connection, home: DueHome, alarm_id: int, now: datetime, policy: Policy) -> None:
    """With the time of the sign that ended it, so that a silence from then on counts anew."""
    technical.clear(conn, alarm_id, rhythm_plan.newest(home.signs) or now, now, policy)
