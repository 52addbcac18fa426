"""Stores each event that a message contains: a signal, a reading, a device's state."""

from dataclasses import asdict, dataclass, field, replace

from alerts.policy import Policy
from ingest.device_time import trusted_time
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
    TestFlag,
    UnclearInput,
    WireMessage,
)
from ingest.errors import UnreadableError
from ingest.quotas.home_quotas import OVERFLOW_DEVICE, HomeQuotas, OverQuotaError
from ingest.quotas.overruns import Quota
from ingest.writing import device_tests
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
from store.model import Reading

SELF_TEST = "self-test"
"""Shown as what the device said last."""

TAKEN_IN_PREFIX = "taken in nevertheless"
"""Before the reason of a dead letter of which all else counts."""


@dataclass(slots=True)
class MessageOutcome:
    """What is left for the writer: readings by device id, what was wrong beside the rest, and what
    is not understood until somebody changes something, which is told once a device. `dialect` and
    `rest`: who has read it, and where; `silent`: it says nothing."""

    dialect: str = ""
    rest: str = ""
    silent: bool = False
    readings: list[tuple[int, Reading]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    lost: list[Quota] = field(default_factory=list)
    """What was left out because the home has too much of it."""
    ended: bool = False
    """Whether something is over, and an alarm may have been closed with it."""


@dataclass(frozen=True, slots=True)
class MessageContext:
    """A message being taken in."""

    conn: Connection
    home: KnownHome
    dialect: str
    topic: str
    wire: WireMessage
    outcome: MessageOutcome
    quotas: HomeQuotas | None = None


class EventHandler:
    """Stores events, each in its table. The urgent lane only takes what its devices state. `sole`:
    nobody else gets these messages."""

    def __init__(
        self, clock: Clock, policy: Policy, last_seen: LastSeen, *, urgent: bool, sole: bool
    ) -> None:
        self._sole = sole
        self._clock = clock
        self._policy = policy
        self._last_seen = last_seen
        self._urgent = urgent

    def handle(self, context: MessageContext, event: DialectEvent) -> None:
        """What a home has no room for is left out, and the rest of the message counts."""
        try:
            self._store(context, event)
        except OverQuotaError as error:
            context.outcome.lost.append(error.what)

    def _store(self, context: MessageContext, event: DialectEvent) -> None:
        if self._urgent:
            if (
                isinstance(event, Statement | DeviceTested | TestFlag)
                and event.device in context.home.devices
            ):
                self._device_event(context, event)
        elif isinstance(event, PartRefused):
            context.outcome.refusals.append(_refusal(event))
        elif isinstance(event, Availability) and not event.device:
            self._hub(context, event.online)
        elif isinstance(event, Availability):
            device = _online(context, event.device, event.online)
            if event.online and not context.wire.retain:
                self._last_seen.note_device(context.home.code, device.id, context.wire.received_at)
        elif isinstance(event, DeviceLeft):
            if event.device in context.home.devices:
                _left(context, event)
        elif isinstance(event, DeviceAnnounced):
            _announced(context, event)
        elif not isinstance(event, LearnedDescription):
            self._device_event(context, event)

    def _hub(self, context: MessageContext, online: bool) -> None:
        at = context.wire.received_at
        if online and not context.wire.retain:  # a retained copy is what was said long ago
            self._last_seen.note_hub(context.home.code, at)
        registry.set_hub_online(context.conn, context.home.code, online, at)

    def _device_event(
        self,
        context: MessageContext,
        event: Statement | TestFlag | DeviceTested | Measurement | ButtonPressed | UnclearInput,
    ) -> None:
        """Something the device itself has said just now, if it is no retained copy."""
        danger = isinstance(event, Statement) and event.active
        device = _device(context, event.device, danger=danger)
        if isinstance(event, Statement) and event.device not in context.home.devices:
            part = f"{event.device} {event.part}"
            event = replace(event, device=OVERFLOW_DEVICE, part=part)
        if isinstance(event, Measurement):
            _measurement(context, event)
        elif isinstance(event, Statement):
            self._statement(context, device, event)
        elif isinstance(event, TestFlag):
            self._test_flag(context, device, event)
        elif isinstance(event, DeviceTested):
            self._tested(context, device, event)
        elif isinstance(event, ButtonPressed):
            _press(context, device, event)
        else:
            _unclear(context, device, event)
        if not context.wire.retain:
            self._last_seen.note_device(context.home.code, device.id, context.wire.received_at)

    def _statement(
        self, context: MessageContext, device: KnownDevice, statement: Statement
    ) -> None:
        ownership = self._ownership(context, device)
        if ownership is Ownership.OTHER_LANE:
            return
        statement = device_tests.judged(context.home, device, statement, context.wire.received_at)
        if ownership is Ownership.SHARED and not self._is_first(context, device, statement):
            return
        is_new = record_statement(
            context.conn,
            context.home,
            device,
            statement,
            context.wire.received_at,
            self._clock,
            self._policy,
            remembered=device.urgent_subscription is None,
        )
        context.outcome.ended |= is_new and not statement.active
        if is_new and device.urgent_subscription is None and statement.kind in URGENT_KINDS:
            alarms.notify(context.conn, "device", device.id)  # the urgent lane may want it

    def _ownership(self, context: MessageContext, device: KnownDevice) -> Ownership:
        subscription = None if self._sole else device.urgent_subscription
        return ownership_of(subscription, context.topic, urgent=self._urgent)

    def _test_flag(self, context: MessageContext, device: KnownDevice, flag: TestFlag) -> None:
        if self._ownership(context, device) is not Ownership.OTHER_LANE:
            at = context.wire.received_at
            device_tests.note_flag(context.conn, context.home, device, flag, at)

    def _is_first(self, context: MessageContext, device: KnownDevice, statement: Statement) -> bool:
        """While both lanes decide. The bulk lane may be hours behind: it raises what the urgent
        lane has not, and ends nothing while the urgent lane is ahead of it."""
        assert device.urgent_subscription is not None  # noqa: S101  else nothing is shared
        conn, token = context.conn, device.urgent_subscription.token
        digest = statement_digest(
            context.topic, context.wire.payload, statement.kind, statement.part
        )
        dialect_state.lock_device(conn, device.id)
        if self._urgent:
            urgent_devices.add_copy(conn, device.id, token, digest)
            return True
        if urgent_devices.take_copy(conn, device.id, token, digest):
            return False
        return statement.active or not urgent_devices.copies_left(conn, device.id, token)

    def _tested(self, context: MessageContext, device: KnownDevice, tested: DeviceTested) -> None:
        """Kept as a test of what it would have alarmed about; if nothing tells, shown as what the
        device said last."""
        if not device_tests.begins(context.home, device, context.wire.received_at):
            return
        kind = tested.kind or device_tests.tested_kind(context.home, device)
        if kind is None:
            if not self._urgent and not tested.retained:
                _note(context, device, SELF_TEST)
        else:
            statement = Statement(
                tested.device,
                kind,
                active=True,
                event=True,
                part="self",
                test=True,
                retained=tested.retained,
                mark=tested.mark,
            )
            self._statement(context, device, statement)


def _refusal(refused: PartRefused) -> str:
    if not refused.part:
        return refused.reason
    return f"{TAKEN_IN_PREFIX}: {refused.device} {refused.part}: {refused.reason}"


def _device(context: MessageContext, code: str, *, danger: bool = False) -> KnownDevice:
    """The device; one that nobody has announced is registered as found. Where a home has no room
    for more: of a danger the one that stands for them, else OverQuotaError."""
    known = context.home.devices.get(code)
    if known is None and context.quotas is not None:
        try:
            context.quotas.new_device(context.home.code)
        except OverQuotaError as error:
            if not danger:
                raise
            context.outcome.lost.append(error.what)
            code = OVERFLOW_DEVICE
            known = context.home.devices.get(code)
    if known is None:
        device = registry.find_or_add_device(
            context.conn,
            context.home.code,
            code,
            now=context.wire.received_at,
            dialect=context.dialect,
        )
        if device is None:
            raise UnreadableError(f"home: there is no home {context.home.code!r}")
        known = context.home.devices[code] = KnownDevice(device.id)
        alarms.notify(context.conn, "device", device.id)
    return known


def _measurement(context: MessageContext, measurement: Measurement) -> None:
    """Without a time of its own a retained value is of no known age: no reading."""
    if measurement.retained and measurement.claimed is None:
        return
    code = (
        shortened_name(f"{measurement.device}/{measurement.part}")
        if measurement.part
        else measurement.device
    )
    time = trusted_time(measurement.claimed, context.wire.received_at)
    reading = Reading(code, time.at, time.device_time, measurement.seq, measurement.metrics)
    context.outcome.readings.append((_device(context, code).id, reading))


def _online(context: MessageContext, code: str, online: bool) -> KnownDevice:
    device = _device(context, code)
    if device.online is online:
        return device
    device.online = online
    at = context.wire.received_at
    changed = registry.set_device_online(context.conn, context.home.code, code, online, at)
    if changed is not None:
        alarms.notify(context.conn, "device", changed)
    return device


def _left(context: MessageContext, left: DeviceLeft) -> None:
    if not left.mistaken:
        _online(context, left.device, False)
    elif registry.remove_found(context.conn, number := context.home.devices[left.device].id):
        del context.home.devices[left.device]
        alarms.notify(context.conn, "device", number)


def _announced(context: MessageContext, announced: DeviceAnnounced) -> None:
    device = _device(context, announced.device)
    if device.announced == announced:
        return
    device.announced = announced
    description = {k: v for k, v in asdict(announced).items() if k != "device"}
    description |= {k: _storable_text(v) for k, v in description.items() if isinstance(v, str)}
    description["actions"] = [_storable_text(action) for action in announced.actions[:100]]
    device.uid, device.suggests = announced.uid, announced.suggests
    description["dialect"] = context.dialect
    if dialect_state.introduce(context.conn, device.id, description):
        alarms.notify(context.conn, "device", device.id)


def _press(context: MessageContext, device: KnownDevice, press: ButtonPressed) -> None:
    if not press.retained:
        _note(context, device, press.raw_action)


def _unclear(context: MessageContext, device: KnownDevice, unclear: UnclearInput) -> None:
    """States are repeated with every message: only a change is worth showing."""
    if unclear.event and unclear.retained:
        return
    if unclear.event or device.inputs.get(unclear.name) is not unclear.active:
        device.inputs[unclear.name] = unclear.active
        _note(context, device, f"{unclear.name} {'on' if unclear.active else 'off'}")


def _note(context: MessageContext, device: KnownDevice, action: str) -> None:
    dialect_state.note_press(
        context.conn, device.id, shortened_name(action), context.wire.received_at
    )
    alarms.notify(context.conn, "device", device.id)


def _storable_text(text: str) -> str:
    return text[:200].replace("\x00", "�")
