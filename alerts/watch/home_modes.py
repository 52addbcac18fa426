"""Sets, consents to and ends modes of homes; then raises what a mode suppressed and still lasts.

`set_mode`, `consent` and `end` are use cases, one transaction each, and raise NotFoundError or
RefusedError. The others work within the caller's transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from alerts.alarm import mode_rules, raising, shelving
from alerts.alarm.raising import AlarmCondition
from alerts.alarm.suppression import mode_that_explains
from alerts.errors import NotFoundError, RefusedError
from alerts.policy import Policy
from store.alarm import signals
from store.alarm.kinds import dedup_key_of, is_call
from store.db import Connection
from store.model import Priority, User
from store.watch import activity, home_modes, monitored_devices
from store.watch.home_modes import HomeMode, KeptSignal, Mode

BATCH = 50


def set_mode(
    conn: Connection,
    home_id: int,
    mode: Mode,
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: User,
    via: str,
    now: datetime,
    devices: Sequence[str] = (),
    hides_life: bool = False,
) -> HomeMode:
    """Put a home into a mode. `devices`: codes of a walk test's devices. What waits unclaimed and
    is explained by it is shelved until its end, life-safety alarms excepted."""
    mode_rules.check_period(mode, starts_at, ends_at, now)
    mode_rules.check_hides_life(mode, hides_life=hides_life)
    with conn.transaction():
        ids = home_modes.device_ids(conn, home_id, devices)
        if len(ids) != len(set(devices)) or (ids and mode != Mode.TEST):
            raise RefusedError("devices: only a test takes a list, of devices of this home")
        made = home_modes.add(
            conn,
            home_id=home_id,
            mode=mode,
            starts_at=starts_at,
            ends_at=ends_at,
            set_by=by.id,
            devices=ids,
            hides_life=hides_life,
        )
        if made is None:
            raise RefusedError(f"the home is in the mode {mode} already: end it first")
        home_modes.journal_mode(
            conn,
            made.id,
            "set",
            at=now,
            actor=f"user:{by.id}",
            via=via,
            mode=mode,
            until=ends_at.isoformat(),
            devices=ids,
            hides_life=hides_life,
        )
        _shelve_what_it_explains(conn, made, now)
        return made


def consent(conn: Connection, mode_id: int, by: User, via: str, now: datetime) -> HomeMode:
    """A second person agrees that the mode hides life-safety alarms, too."""
    with conn.transaction():
        mode = _in_force(conn, mode_id)
        if not mode.hides_life:
            raise RefusedError("this mode does not ask to hide life-safety alarms")
        if mode.set_by == by.id:
            raise RefusedError("another person than the one who set the mode must consent")
        agreed = home_modes.consent(conn, mode_id, by.id, now)
        if agreed is None:
            raise RefusedError("somebody has consented already")
        home_modes.journal_mode(conn, mode_id, "consented", at=now, actor=f"user:{by.id}", via=via)
        return agreed


def end(
    conn: Connection, mode_id: int, by: User, via: str, now: datetime, policy: Policy
) -> HomeMode:
    """End a mode before its time."""
    with conn.transaction():
        mode = _in_force(conn, mode_id)
        return _finish(conn, mode, f"user:{by.id}", via, now, policy)


def end_due(conn: Connection, now: datetime, policy: Policy) -> bool:
    """End the modes whose time has come. True: there may be more."""
    ending = home_modes.due(conn, now, BATCH)
    for mode in ending:
        _finish(conn, mode, "system", "", now, policy)
    return len(ending) == BATCH


def _in_force(conn: Connection, mode_id: int) -> HomeMode:
    mode = home_modes.lock(conn, mode_id)
    if mode is None:
        raise NotFoundError("there is no such mode")
    if mode.ended_at is not None:
        raise RefusedError("the mode has ended already")
    return mode


def _shelve_what_it_explains(conn: Connection, mode: HomeMode, now: datetime) -> None:
    for alarm in home_modes.waiting_alarms(conn, mode.home_id):
        if alarm.priority != Priority.LIFE and mode_rules.explains(
            mode, alarm.kind, alarm.device_id, now
        ):
            shelving.hide(conn, alarm, mode.ends_at, now, actor="system", mode=mode.id)


def _finish(
    conn: Connection, mode: HomeMode, actor: str, via: str, now: datetime, policy: Policy
) -> HomeMode:
    """End a mode and judge anew what it kept quiet: alarms that were shelved, signals whose state
    lasts, hubs and devices that are down."""
    ended = home_modes.finish(conn, mode.id, now)
    if ended is None:
        return mode
    home_modes.journal_mode(conn, mode.id, "ended", at=now, actor=actor, via=via)
    for alarm in home_modes.shelved_alarms(conn, mode.home_id):
        if alarm.shelved_until == mode.ends_at:
            shelving.show_again(conn, alarm, now, policy, reason="mode_ended")
    for signal in home_modes.still_active(conn, mode.id):
        _judge_anew(conn, signal, now, policy)
    monitored_devices.check_home_again(conn, mode.home_id, now)
    activity.check_soon(conn, mode.home_id, now)
    return ended


def _judge_anew(conn: Connection, kept: KeptSignal, now: datetime, policy: Policy) -> None:
    """Raise a state that lasts. A call was made at its moment and is over with it."""
    if is_call(kept.kind):
        return
    other = mode_that_explains(conn, kept.home_id, kept.device_id, kept.kind, now)
    if other is not None:
        home_modes.suppress(conn, kept.id, other.id)
        return
    condition = AlarmCondition(
        kept.kind,
        kept.home_id,
        kept.area_id,
        kept.device_id,
        dedup_key_of(kept.kind, kept.code),
        kept.at,
        late=kept.late,
    )
    alarm, _ = raising.raise_alarm(conn, condition, now, policy)
    signals.tie_to_alarm(conn, kept.id, alarm.id)
