"""Which carrier a message goes by: its number, what it says, what carriers can, how they are. Pure.

Numbers of mainland China go by a carrier within it. One abroad carries what concerns them only
where the installation says why (`Policy.barred_from_mainland` is empty then).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.notify import mainland_china
from alerts.notify.carriers.abilities import Text
from alerts.notify.carriers.aliyun.catalogue import CATALOGUE, can_be_said
from alerts.notify.carriers.registry import CARRIERS, abilities_of
from alerts.notify.channels.interface import Fault, SendError
from alerts.notify.channels.voice import TALK, VOICE
from alerts.policy import Policy
from store.model import Notification, OutboxLane
from store.notify.refusals import IN_A_ROW, CarrierHealth

LIFE_TRIES_AGAIN, OTHERS_TRY_AGAIN = timedelta(minutes=5), timedelta(minutes=1)
"""After that a carrier that is unwell is tried once more, though another one could have it."""
NO_CARRIER = "no_carrier"
"""Why nothing leaves to a number that no carrier of ours may serve: a fault of our account, so that
the desk is told and the message waits."""


@dataclass(frozen=True, slots=True)
class Choice:
    """By which carrier; `doubled`: another one may have the message already."""

    carrier: str
    doubled: bool = False


def serving(number: str, channel: str, policy: Policy) -> list[str]:
    """The carriers that may serve a number, the preferred one first, whatever is to be said."""
    mainland = mainland_china.is_mainland(number)
    open_here = [name for name in CARRIERS if channel in policy.carriers.get(name, ())]
    if mainland:
        return [name for name in open_here if name not in policy.barred_from_mainland]
    return [
        name
        for name in open_here
        if (found := abilities_of(name, channel)) is None or not found.only_mainland
    ]


def can_say(number: str, channel: str, template: str, policy: Policy) -> bool:
    """Whether plans may use this way to say this. Where no carrier may serve the number at all they
    do: the message waits, and the desk is told."""
    found = serving(number, channel, policy)
    return not found or any(_says(name, channel, template, policy) for name in found)


def only_templates(number: str | None, policy: Policy) -> bool:
    """Whether texts to the number leave as templates: several cannot be joined."""
    found = serving(number or "", "sms", policy)
    first = abilities_of(found[0], "sms") if found else None
    return first is not None and first.text == Text.TEMPLATES


def usable_templates(carrier: str, policy: Policy) -> frozenset[str]:
    """Which of our templates this installation can use at the carrier: those of its settings, and
    what it has registered in its own words. Calls need all that is said in one, from settings."""
    own = policy.own_texts.registered_at(carrier)
    written = frozenset(n for n in own if n in CATALOGUE and not CATALOGUE[n].spoken)
    return policy.templates.get(carrier, frozenset()) | written


def _says(name: str, channel: str, template: str, policy: Policy) -> bool:
    abilities = abilities_of(name, channel)
    if abilities is None or abilities.text == Text.FREE:
        return True
    registered = usable_templates(name, policy)
    if channel == VOICE:
        return can_be_said(template, registered)
    return template in registered and template in CATALOGUE and not CATALOGUE[template].spoken


def choose(
    message: Notification,
    offered: Collection[str],
    health: Mapping[str, CarrierHealth],
    now: datetime,
    policy: Policy,
) -> Choice:
    """The carrier of a message that is about to leave. SendError: none offered may have it.

    It stays with the carrier that may have it already, until that can be asked again; a life's
    message only until that has taken nothing for `Policy.carrier_overtake` seconds.
    """
    names = able(message, offered, policy)
    well = [name for name in names if _is_well(health.get(name), message.lane, now)]
    if message.in_doubt and message.carrier in names:
        others = [name for name in well if name != message.carrier]
        if others and _overdue(message, health.get(message.carrier), now, policy):
            return Choice(others[0], doubled=True)
        return Choice(message.carrier)
    if message.fault is not None:  # its carrier has just refused it: the others first
        well.sort(key=lambda name: name == message.carrier)
    chosen = (well or names)[0]
    return Choice(chosen, doubled=message.in_doubt and message.carrier not in ("", chosen))


def another_is_well(
    message: Notification,
    offered: Collection[str],
    health: Mapping[str, CarrierHealth],
    now: datetime,
    policy: Policy,
) -> bool:
    """Whether another carrier may have at once what the message's own has just refused."""
    return any(
        name != message.carrier and _is_well(health.get(name), message.lane, now)
        for name in _able(message, offered, policy)
    )


def able(message: Notification, offered: Collection[str], policy: Policy) -> list[str]:
    """The carriers that may have a message and can say it, the preferred one first. SendError:
    none."""
    found = _able(message, offered, policy)
    if not found:
        raise SendError(NO_CARRIER, fault=Fault.ACCOUNT)
    return found


def _able(message: Notification, offered: Collection[str], policy: Policy) -> list[str]:
    found = [
        name
        for name in serving(message.address, message.channel, policy)
        if name in offered and _carries(name, message, policy)
    ]
    return found or [name for name in offered if name not in CARRIERS]


def _carries(name: str, message: Notification, policy: Policy) -> bool:
    if message.purpose == TALK:
        abilities = abilities_of(name, message.channel)
        return abilities is not None and abilities.talks
    return _says(name, message.channel, message.template, policy)


def _is_well(health: CarrierHealth | None, lane: OutboxLane, now: datetime) -> bool:
    """One that is unwell is tried again now and then, or it would never be found well."""
    if health is None or health.refusals < IN_A_ROW:
        return True
    rest = LIFE_TRIES_AGAIN if lane == OutboxLane.LIFE else OTHERS_TRY_AGAIN
    return now - health.tried_at >= rest


def _overdue(
    message: Notification, health: CarrierHealth | None, now: datetime, policy: Policy
) -> bool:
    """Whether a life's message has waited long enough for a carrier that may have it and has said
    nothing good since."""
    if message.lane != OutboxLane.LIFE or health is None or health.refusals == 0:
        return False
    return now - health.since >= timedelta(seconds=policy.carrier_overtake)
