"""Stores each event that a message contains: a signal, a reading, a device's state."""

from dataclasses import asdict, dataclass, field

from alerts.policy import Policy
from ingest.device_time import trusted_time
from ingest.dialects.installer_settings import KIND_ROLES
from ingest.dialects.vocabulary.events import (
    Availability,
    ButtonPressed,
    DeviceAnnounced,
    DeviceLeft,
    DeviceTested,
    DialectEvent,
    LearnedDescription,
    Measurement,
    PartRefused,
    Statement,
    UnclearInput,
    WireMessage,
)
from ingest.errors import UnreadableError
from ingest.writing.home_cache import KnownDevice, KnownHome, shortened_name
from ingest.writing.lane_ownership import Ownership, ownership_of, statement_digest
from ingest.writing.last_seen import LastSeen
from ingest.writing.statements import record_statement
from store.alarm import alarms
from store.alarm.kinds import URGENT_KINDS
from store.clock import Clock
from store.db import Connection
from store.home import registry
from store.intake import dialect_state, urgent_devices
from store.model import Kind, Reading


@dataclass(slots=True)
class MessageOutcome:
    """What is left for the writer: readings by device id, and what was wrong beside the rest."""

    readings: list[tuple[int, Reading]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MessageContext:
    """A message being taken in."""

    conn: Connection
    home: KnownHome
    dialect: str
    topic: str
    wire: WireMessage
    taken: MessageOutcome


class EventHandler:
    """Puts findings where they belong. The urgent lane only takes what its devices state. `sole`:
    nobody else gets these messages."""

    def __init__(
        self, clock: Clock, policy: Policy, seen: LastSeen, *, urgent: bool, sole: bool
    ) -> None:
        self._sole = sole
        self._clock = clock
        self._policy = policy
        self._seen = seen
        self._urgent = urgent

    def place(self, heard: MessageContext, finding: DialectEvent) -> None:
        if self._urgent:
            if (
                isinstance(finding, Statement | DeviceTested)
                and finding.device in heard.home.devices
            ):
                self._said(heard, finding)
        elif isinstance(finding, PartRefused):
            heard.taken.complaints.append(f"{finding.device} {finding.part}: {finding.reason}")
        elif isinstance(finding, Availability) and not finding.device:
            self._hub(heard, finding.online)
        elif isinstance(finding, Availability):
            device = _online(heard, finding.device, finding.online)
            if finding.online and not heard.wire.retain:
                self._seen.note(heard.home.code, device.id, heard.wire.received_at)
        elif isinstance(finding, DeviceLeft):
            if finding.device in heard.home.devices:
                _online(heard, finding.device, False)
        elif isinstance(finding, DeviceAnnounced):
            _announced(heard, finding)
        elif not isinstance(finding, LearnedDescription):
            self._said(heard, finding)

    def _hub(self, heard: MessageContext, online: bool) -> None:
        at = heard.wire.received_at
        if online and not heard.wire.retain:  # a retained copy is what was said long ago
            self._seen.note_hub(heard.home.code, at)
        registry.set_hub_online(heard.conn, heard.home.code, online, at)

    def _said(
        self,
        heard: MessageContext,
        finding: Statement | DeviceTested | Measurement | ButtonPressed | UnclearInput,
    ) -> None:
        """Something the device itself has said just now, if it is no retained copy."""
        device = _device(heard, finding.device)
        if isinstance(finding, Measurement):
            _measurement(heard, finding)
        elif isinstance(finding, Statement):
            self._stated(heard, device, finding)
        elif isinstance(finding, DeviceTested):
            self._tested(heard, device, finding)
        elif isinstance(finding, ButtonPressed):
            _press(heard, device, finding)
        else:
            _unclear(heard, device, finding)
        if not heard.wire.retain:
            self._seen.note(heard.home.code, device.id, heard.wire.received_at)

    def _stated(self, heard: MessageContext, device: KnownDevice, said: Statement) -> None:
        share = None if self._sole else device.share
        part = ownership_of(share, heard.topic, urgent=self._urgent)
        if part is Ownership.OTHER_LANE:
            return
        if part is Ownership.SHARED and not self._is_first(heard, device, said):
            return
        news = record_statement(
            heard.conn,
            heard.home,
            device,
            said,
            heard.wire.received_at,
            self._clock,
            self._policy,
            remembered=device.share is None,
        )
        if news and device.share is None and said.kind in URGENT_KINDS:
            alarms.notify(heard.conn, "device", device.id)  # the urgent lane may want it

    def _is_first(self, heard: MessageContext, device: KnownDevice, said: Statement) -> bool:
        """While both lanes decide. The bulk lane may be hours behind: it raises what the urgent
        lane has not, and ends nothing while the urgent lane is ahead of it."""
        assert device.share is not None  # noqa: S101  without a share nothing is for both
        conn, token = heard.conn, device.share.token
        digest = statement_digest(heard.topic, heard.wire.payload, said.kind, said.part)
        dialect_state.lock_device(conn, device.id)
        if self._urgent:
            urgent_devices.add_copy(conn, device.id, token, digest)
            return True
        if urgent_devices.take_copy(conn, device.id, token, digest):
            return False
        return said.active or not urgent_devices.copies_left(conn, device.id, token)

    def _tested(self, heard: MessageContext, device: KnownDevice, said: DeviceTested) -> None:
        """A test of nothing in particular is one of what the device is there for."""
        role = device.setting.role
        kind = said.kind or (Kind(role) if role in KIND_ROLES else None)
        if kind is not None:
            statement = Statement(
                said.device,
                kind,
                active=True,
                event=True,
                part="self",
                test=True,
                retained=said.retained,
                mark=said.mark,
            )
            self._stated(heard, device, statement)


def _device(heard: MessageContext, code: str) -> KnownDevice:
    """The device; one that nobody has announced is registered as found."""
    known = heard.home.devices.get(code)
    if known is None:
        device = registry.find_or_add_device(
            heard.conn, heard.home.code, code, now=heard.wire.received_at, dialect=heard.dialect
        )
        if device is None:
            raise UnreadableError(f"home: there is no home {heard.home.code!r}")
        known = heard.home.devices[code] = KnownDevice(device.id)
        alarms.notify(heard.conn, "device", device.id)
    return known


def _measurement(heard: MessageContext, said: Measurement) -> None:
    """Without a time of its own a retained value is of no known age: no reading."""
    if said.retained and said.claimed is None:
        return
    code = shortened_name(f"{said.device}/{said.part}") if said.part else said.device
    time = trusted_time(said.claimed, heard.wire.received_at)
    reading = Reading(code, time.at, time.device_time, said.seq, said.metrics)
    heard.taken.readings.append((_device(heard, code).id, reading))


def _online(heard: MessageContext, code: str, online: bool) -> KnownDevice:
    device = _device(heard, code)
    if device.online is online:
        return device
    device.online = online
    at = heard.wire.received_at
    changed = registry.set_device_online(heard.conn, heard.home.code, code, online, at)
    if changed is not None:
        alarms.notify(heard.conn, "device", changed)
    return device


def _announced(heard: MessageContext, found: DeviceAnnounced) -> None:
    device = _device(heard, found.device)
    if device.announced == found:
        return
    device.announced = found
    about = {k: v for k, v in asdict(found).items() if k != "device"}
    about |= {k: _storable_text(v) for k, v in about.items() if isinstance(v, str)}
    about["actions"] = [_storable_text(action) for action in found.actions[:100]]
    if dialect_state.introduce(heard.conn, device.id, about):
        alarms.notify(heard.conn, "device", device.id)


def _press(heard: MessageContext, device: KnownDevice, said: ButtonPressed) -> None:
    if not said.retained:
        _note(heard, device, said.said)


def _unclear(heard: MessageContext, device: KnownDevice, said: UnclearInput) -> None:
    """States are repeated with every message: only a change is worth showing."""
    if device.inputs.get(said.name) is not said.active:
        device.inputs[said.name] = said.active
        _note(heard, device, f"{said.name} {'on' if said.active else 'off'}")


def _note(heard: MessageContext, device: KnownDevice, said: str) -> None:
    dialect_state.note_press(heard.conn, device.id, shortened_name(said), heard.wire.received_at)
    alarms.notify(heard.conn, "device", device.id)


def _storable_text(text: str) -> str:
    return text[:200].replace("\x00", "�")
