"""What a carrier is (its record): who carries SMS and calls, with which abilities.

One folder a carrier holds its settings, client, faults and what sends by it. Records are read by
every process, what sends is imported when it is opened.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from alerts.notify.carriers.abilities import Abilities
from alerts.notify.channels.interface import CarrierQueue, Channel, Fault, Finding
from alerts.own_texts import OwnTexts
from store.db import Pool

_Settings = TypeVar("_Settings", contravariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierRecord(Generic[_Settings]):
    """All that sets a carrier apart from the others."""

    name: str
    """In rows, the journal and metrics; never changes."""
    title: str
    domestic: bool
    """Within mainland China. A carrier that is not may carry nothing about its residents."""
    channels: Mapping[str, Abilities]
    is_open: Callable[[_Settings, str], bool]
    """Whether the settings are enough to send by it on a channel."""
    open: Callable[[_Settings, str, Pool], Channel]
    open_queues: Callable[[_Settings], Sequence[CarrierQueue]]
    """Where it tells what others call back with; none if it calls back."""
    check_account: Callable[[_Settings, OwnTexts], Iterable[Finding]]
    """Looks at the account without sending; for `anxin doctor`, only when it is open."""
    is_abroad: Callable[[_Settings], bool]
    """Whether what it carries leaves mainland China as these settings have it: a simulated carrier
    carries nothing anywhere."""
    fault_of_report: Callable[[str | None], Fault | None]
    """Whose fault it is when a report of what it had taken has this code; None: the message's."""
    templates: Callable[[_Settings], frozenset[str]]
    """Which of our templates this installation can use there."""


@dataclass(frozen=True, slots=True)
class ByCarrier:
    """A channel by telephone: what sends, by carrier."""

    carriers: Mapping[str, Channel]


def carriers_of(channel: "Channel | ByCarrier") -> Mapping[str, Channel]:
    """What sends on a channel, by carrier; "" where there is none, only a service or a program."""
    if isinstance(channel, ByCarrier):
        return channel.carriers
    return {getattr(channel, "carrier", ""): channel}
