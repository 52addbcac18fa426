"""All channels, in the order in which people are offered them, and what their settings are.

A new channel is a module of its own, a line in CHANNELS, and, if it has settings, a base of
ChannelSettings.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from alerts.notify.carriers.interface import ByCarrier
from alerts.notify.carriers.settings import CarrierSettings
from alerts.notify.channels import apprise, hub, sms, voice, webhook
from alerts.notify.channels.interface import Channel, ChannelRecord
from store.clock import Clock
from store.db import Pool


class ChannelSettings(CarrierSettings, webhook.WebhookSettings):
    """The settings of all channels; the application's are built on them."""


Record: TypeAlias = ChannelRecord[ChannelSettings]

_ALL: tuple[Record, ...] = (
    sms.CHANNEL,
    voice.CHANNEL,
    apprise.CHANNEL,
    webhook.CHANNEL,
    hub.CHANNEL,
)
CHANNELS: Mapping[str, Record] = MappingProxyType({record.name: record for record in _ALL})
"""By name. A name that is not in it was written by a newer process: nothing is sent by it here."""
TO_PEOPLE = tuple(record for record in _ALL if record.to_people)
BY_PHONE = frozenset(record.name for record in _ALL if record.by_phone)


def shown_address(channel: str, address: str) -> str:
    """What of an address may be shown; empty: the telephone, or a channel only newer code knows."""
    form = CHANNELS[channel].address if channel in CHANNELS else None
    return form.shown(address) if form else ""


def open_to_people(settings: ChannelSettings) -> frozenset[str]:
    """Names of the channels by which this installation can reach people."""
    return frozenset(record.name for record in TO_PEOPLE if record.is_open(settings))


def open_channels(
    settings: ChannelSettings, pool: Pool, clock: Clock
) -> Mapping[str, Channel | ByCarrier]:
    """What sends, by name, for all channels that the settings open and that alerts serves."""
    return {
        record.name: record.open(settings, pool, clock)
        for record in _ALL
        if record.open is not None and record.is_open(settings)
    }
