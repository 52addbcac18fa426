"""What a channel is (its record), and how sender.py uses one.

One module a channel holds its name, words, settings, checks, abilities and the class that sends.
Whatever sending needs (requests, a carrier's client, Apprise) is imported when a channel is opened:
every process reads the records, only one sends.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, Literal, Protocol, TypeVar, runtime_checkable

from alerts.own_texts import OwnTexts
from store.clock import Clock
from store.db import Pool
from store.model import Notification

if TYPE_CHECKING:
    from alerts.notify.carriers.interface import ByCarrier

WAITS = (1, 2, 4, 8, 15, 30, 60)
"""Seconds before the second, third, … try to a person: about two minutes, then it has failed."""


class Fault(StrEnum):
    """What keeps a message from leaving that is not its own fault: it waits and leaves later."""

    CARRIER = "carrier"
    """Busy, broken or out of reach."""
    ACCOUNT = "account"
    """Ours there: its log-in, its balance, its permissions. Somebody of us must mend it."""


class SendError(Exception):
    """The message was not sent, or nobody knows whether it was.

    `code` is the carrier's error code or our own word for it. `permanent`: trying again on this
    channel cannot help. `ambiguous`: the carrier may have accepted it. `retry_after`: seconds the
    carrier asks us to wait. `fault`: the message is kept, however often it is refused.
    """

    def __init__(
        self,
        code: str,
        *,
        permanent: bool = False,
        ambiguous: bool = False,
        retry_after: float | None = None,
        fault: Fault | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.ambiguous = ambiguous
        self.retry_after = retry_after
        self.fault = fault


class Channel(Protocol):
    """A channel to people or programs. Thread-safe: several senders use it at once."""

    def send(self, notification: Notification) -> str:
        """Hand the message to the carrier; its id for it. Raises SendError."""
        ...

    def find(self, notification: Notification, since: datetime) -> list[str]:
        """The carrier's ids of messages that may be this one, sent since then, oldest first.

        Asked before a message is sent again whose first try may have succeeded. Raises SendError.
        """
        ...


@dataclass(frozen=True, slots=True)
class CarrierReply:
    """A message somebody wrote, as the carrier keeps it. `to`: our sender, number or service."""

    provider_id: str
    address: str
    body: str
    to: str
    at: datetime
    media: int = 0
    """How many pictures or recordings came with it."""


@dataclass(frozen=True, slots=True)
class CarrierReport:
    """How a message or a call fares, in the words of the carrier's callbacks.

    `seconds`: how long a call was, once it is over.
    """

    provider_id: str
    status: str
    error_code: str | None = None
    seconds: int | None = None


@runtime_checkable
class Reconcilable(Protocol):
    """A channel whose carrier can be asked for what its callbacks have told. Raises SendError."""

    def replies(self, since: datetime) -> Sequence[CarrierReply]:
        """What people have written to our senders since then, in any order."""
        ...

    def reports(self, ids: Mapping[str, datetime]) -> Sequence[CarrierReport]:
        """How these fare, by the carrier's ids and when we sent them; unknown ones are left out."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierNews:
    """One message of a carrier's queue: a reply, or how a sending fares, or keys pressed in a call.

    `handle`: by which it is deleted from the queue when it was taken in. `notification_id`: ours,
    as we gave it with the sending.
    """

    handle: str
    notification_id: int | None = None
    reply: CarrierReply | None = None
    report: CarrierReport | None = None
    keys: str = ""


class CarrierQueue(Protocol):
    """A queue in which a carrier tells what it would otherwise call back with."""

    carrier: str
    channel: str
    name: str

    def receive(self) -> Sequence[CarrierNews]:
        """What waits there, hidden from others for half a minute. Waits a little for the first.
        Raises SendError."""
        ...

    def delete(self, handles: Sequence[str]) -> None:
        """What was taken in. Raises SendError."""
        ...


@runtime_checkable
class AskedByNumber(Protocol):
    """A channel whose carrier can be asked how a message fares, by the number it went to."""

    def report_of(self, notification: Notification) -> CarrierReport | None:
        """None: the carrier does not know it, or nothing new. Raises SendError."""
        ...


@dataclass(frozen=True, slots=True)
class AddressForm:
    """What somebody writes to be reached on a channel that is not their telephone.

    The address is kept secret; the outbox names only its row. `problem`: what is wrong with an
    address, as a sentence that does not repeat it; None: nothing. `shown`: the part of it that may
    be shown.
    """

    example: str
    problem: Callable[[str], str | None]
    shown: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `anxin doctor` about a channel's account."""

    level: Literal["ok", "warning", "wrong"]
    what: str
    text: str


_Settings = TypeVar("_Settings", contravariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRecord(Generic[_Settings]):
    """All that sets a channel apart from the others. Read by every process.

    `title` and `by` are texts for the catalogues: what it is called, and "by …" of a journal.
    """

    name: str
    """In rows, JSON, metrics and the journal; never changes."""
    title: str
    by: str
    is_open: Callable[[_Settings], bool]
    """Whether the settings of this installation are enough to send by it."""
    open: Callable[[_Settings, Pool, Clock], "Channel | ByCarrier"] | None
    """Makes what sends. None: the channel is served by ingest, which holds the connection."""
    closed: Finding | None = None
    """What an installation without this channel should know."""
    check_account: Callable[[_Settings, OwnTexts], Iterable[Finding]] | None = None
    """Looks at the account without sending; for `anxin doctor`, only when it is open."""
    to_people: bool = True
    """People choose it in their preferences; the others speak to programs and hubs."""
    address: AddressForm | None = None
    """None: it goes to the person's telephone (or to what the message names, if not to people)."""
    by_phone: bool = False
    """Through the telephone network, by the carrier's senders: one budget, one pace."""
    purposes: frozenset[str] | None = None
    """What it is used for; None: for all."""
    journaled: bool = True
    """What happens to its messages stands in the alarm's journal."""
    waits: Sequence[int] = WAITS
    """Seconds before the second, third, … try; after the last it has failed for good."""
