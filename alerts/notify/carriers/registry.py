"""All carriers, the preferred one of mainland China first.

A new carrier is a folder of its own, a line in CARRIERS, and, if it has settings, a base of
CarrierSettings.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from alerts.notify.carriers.abilities import Abilities
from alerts.notify.carriers.aliyun import record as aliyun
from alerts.notify.carriers.interface import ByCarrier, CarrierRecord
from alerts.notify.carriers.settings import CarrierSettings
from alerts.notify.carriers.twilio import record as twilio
from alerts.notify.channels.interface import CarrierQueue, Finding
from alerts.own_texts import OwnTexts
from store.db import Pool

Record: TypeAlias = CarrierRecord[CarrierSettings]

_ALL: tuple[Record, ...] = (aliyun.CARRIER, twilio.CARRIER)
CARRIERS: Mapping[str, Record] = MappingProxyType({record.name: record for record in _ALL})
"""By name. A name that is not in it was written by a newer process: nothing is sent by it here."""


def abilities_of(carrier: str, channel: str) -> Abilities | None:
    """None: the carrier is not known here, or does not serve the channel."""
    return CARRIERS[carrier].channels.get(channel) if carrier in CARRIERS else None


def any_open(settings: CarrierSettings, channel: str) -> bool:
    """Whether there is a carrier for the channel."""
    return any(record.is_open(settings, channel) for record in _ALL)


def open_by_carrier(settings: CarrierSettings, channel: str, pool: Pool) -> ByCarrier:
    """What sends on the channel, by each carrier that the settings open."""
    return ByCarrier(
        {
            record.name: record.open(settings, channel, pool)
            for record in _ALL
            if record.is_open(settings, channel)
        }
    )


def open_carriers(settings: CarrierSettings) -> Mapping[str, frozenset[str]]:
    """The channels of each carrier that the settings open."""
    found = {
        record.name: frozenset(name for name in record.channels if record.is_open(settings, name))
        for record in _ALL
    }
    return {name: channels for name, channels in found.items() if channels}


def registered_templates(settings: CarrierSettings) -> Mapping[str, frozenset[str]]:
    """Which of our templates are registered at each carrier."""
    return {record.name: record.templates(settings) for record in _ALL}


def barred_from_mainland(settings: CarrierSettings) -> frozenset[str]:
    """Carriers abroad, by which nothing about a resident of mainland China goes, unless the
    settings say why it may."""
    if settings.mainland_abroad_reason:
        return frozenset()
    return frozenset(
        record.name for record in _ALL if not record.domestic and record.is_abroad(settings)
    )


def open_queues(settings: CarrierSettings) -> list[CarrierQueue]:
    """The queues of all carriers that tell in one what others call back with."""
    return [queue for record in _ALL for queue in record.open_queues(settings)]


def check_carriers(settings: CarrierSettings, own: OwnTexts) -> Iterator[Finding]:
    """Log in at each carrier that is open; nothing is sent and nothing is charged."""
    for record in _ALL:
        if any(record.is_open(settings, channel) for channel in record.channels):
            yield from record.check_account(settings, own)
