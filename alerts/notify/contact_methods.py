"""By which channels a person is notified, in which order, and when not (quiet hours). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerts.notify import mainland_china
from alerts.notify.carriers.routing import can_say
from alerts.notify.channels.registry import CHANNELS
from alerts.notify.channels.sms import SMS
from alerts.notify.channels.voice import VOICE
from alerts.policy import Policy
from store.model import Kind, OutboxLane, Person, Priority
from store.notify.preferences import Preferences

CAN_WAIT = frozenset({"told", "over"})
"""Purposes that wait for the end of somebody's quiet hours."""


@dataclass(frozen=True, slots=True)
class ContactMethod:
    """One channel to a person. `key` tells it from their others; `address` is a number, or the row
    that holds what they entered: that is a secret and stays where it is."""

    channel: str
    address: str
    key: str


def is_reachable(person: Person) -> bool:
    """Whether they can be counted on: there is a number, and they have not stopped our SMS. Whom a
    call may still reach is notified all the same (see `methods_for`), but is not counted."""
    return person.phone is not None and person.opted_out_at is None


def methods_for(
    person: Person,
    preferences: Preferences,
    purpose: str,
    lane: OutboxLane,
    policy: Policy,
    template: str = "",
    first: str = "",
    order: Sequence[str] = (),
) -> list[ContactMethod]:
    """How this person can be notified of this, best first. Empty: not at all.

    Without preferences: the channels of `order`, then SMS, then a call; a call first where the
    policy says so for the number. `first`: a channel that is tried before all others, whatever they
    prefer.
    Ways by telephone whose carrier cannot say this are left out: see `routing.can_say`.
    """
    wanted = preferences.channels or _default(person, policy, order)
    if first:
        wanted = [(first, 0), *((name, row) for name, row in wanted if name != first)]
    found = [_method(channel, row, person) for channel, row in wanted]
    usable = [
        method
        for method in found
        if method is not None and _usable(method, purpose, template, policy)
    ]
    not_stopped = [
        method
        for method in usable
        if method.channel != SMS or not _stopped(preferences, lane, policy)
    ]
    return _within_budget(not_stopped, person, preferences, lane, policy)


def is_wanted(preferences: Preferences, kind: Kind, priority: Priority) -> bool:
    """Whether they want to be notified of this kind. Life-safety is nobody's choice: who does not
    want it is taken off the home's list."""
    return priority == Priority.LIFE or preferences.kinds is None or kind in preferences.kinds


def quiet_until(
    preferences: Preferences, priority: Priority, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """When their quiet hours end, if it is quiet now; None: it is not, or a life is at stake."""
    begin, end = preferences.quiet_from, preferences.quiet_to
    if priority == Priority.LIFE or begin is None or end is None or begin == end:
        return None
    return _end_of(begin, end, now, zone)


def morning_after(now: datetime, zone: ZoneInfo, policy: Policy) -> datetime:
    """When families may hear of what can wait: now, or when the hours of routine messages begin. At
    any time where these begin when they end."""
    if policy.routine_from == policy.routine_until:
        return now
    return _end_of(policy.routine_until, policy.routine_from, now, zone) or now


def _end_of(begin: time, end: time, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the part of the day that `now` lies in ends; None: it lies in none."""
    here = now.astimezone(zone)
    at = here.time().replace(tzinfo=None)
    quiet = begin <= at < end if begin < end else at >= begin or at < end
    if not quiet:
        return None
    day = here.date() if at < end else here.date() + timedelta(days=1)
    return datetime.combine(day, end, zone).astimezone(now.tzinfo)


def send_time(
    preferences: Preferences,
    purpose: str,
    kind: Kind,
    priority: Priority,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[datetime | None, str]:
    """When they may be notified of this: now or after their quiet hours. None: not at all, and why,
    as the journal names it."""
    if purpose != "alarm" and purpose not in CAN_WAIT:
        return now, ""
    until = quiet_until(preferences, priority, now, zone)
    if purpose in CAN_WAIT:
        return until or now, ""
    if until is not None:
        return None, "quiet_hours"
    return (now, "") if is_wanted(preferences, kind, priority) else (None, "not_their_kind")


def _default(person: Person, policy: Policy, order: Sequence[str]) -> list[tuple[str, int]]:
    call_first = any((person.phone or "").startswith(prefix) for prefix in policy.voice_first)
    names = dict.fromkeys([*([VOICE] if call_first else []), *order, SMS, VOICE])
    return [(name, 0) for name in names]


def _method(channel: str, row: int, person: Person) -> ContactMethod | None:
    record = CHANNELS.get(channel)
    if record is None:
        return None
    if record.address is not None:
        return ContactMethod(channel, f"{channel}:{row}", f"{channel}:{row}")
    return ContactMethod(channel, person.phone, channel) if person.phone else None


def _usable(method: ContactMethod, purpose: str, template: str, policy: Policy) -> bool:
    record = CHANNELS[method.channel]
    return (
        method.channel in policy.channels
        and (record.purposes is None or purpose in record.purposes)
        and (not record.by_phone or can_say(method.address, method.channel, template, policy))
    )


def _stopped(preferences: Preferences, lane: OutboxLane, policy: Policy) -> bool:
    """A stop is for one sender; where the senders are not distinguished, it is for all."""
    mine = policy.sender_of(lane)
    return any(sender in ("", mine) or not mine for sender in preferences.stopped)


def _within_budget(
    found: list[ContactMethod],
    person: Person,
    preferences: Preferences,
    lane: OutboxLane,
    policy: Policy,
) -> list[ContactMethod]:
    """Over the day's budget the rest stays unsent by SMS; life-safety tries everything else first
    and SMS all the same."""
    if not mainland_china.counted(person.phone, policy) or mainland_china.within_budget(
        preferences.sms_today, lane, policy
    ):
        return found
    others = [method for method in found if method.channel != SMS]
    if lane != OutboxLane.LIFE:
        return others
    return others + [method for method in found if method.channel == SMS]
