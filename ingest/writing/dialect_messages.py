"""Stores messages in other makers' formats; called by the batch writer in its transaction.

Read (pure) → keep what was learned → apply installer settings (pure) → handle each event.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from time import monotonic, thread_time

from alerts.policy import Policy
from ingest.dialects.entity_topics import dialect_of, is_state_below_discovery
from ingest.dialects.home_assistant.learned_entities import KnownEntities, local_topic
from ingest.dialects.installer_settings import apply_installer_settings
from ingest.dialects.readers import read_message
from ingest.dialects.statestream.entity_facts import EMPTY as NO_STATES
from ingest.dialects.vocabulary.events import (
    Availability,
    ButtonPressed,
    DialectEvent,
    LearnedDescription,
    Statement,
    UnclearInput,
    WireMessage,
)
from ingest.errors import UnreadableError
from ingest.packets import Message
from ingest.quotas.home_quotas import HomeQuotas
from ingest.quotas.overruns import Quota
from ingest.rendering.budget import HomeBudget
from ingest.rendering.job import Job
from ingest.topics import (
    LORAWAN_SERVERS,
    TOPIC_DIALECTS,
    UNDER_CONFIGS,
    Leaf,
    TopicAddress,
    parse_topic,
)
from ingest.writing.dialect_events import (
    TAKEN_IN_PREFIX,
    EventHandler,
    MessageContext,
    MessageOutcome,
)
from ingest.writing.home_cache import HomeCache, KnownHome, shortened_name
from ingest.writing.lane_ownership import read_cutover_marker
from ingest.writing.last_seen import LastSeen
from ingest.writing.learned_descriptions import store_learned
from ingest.writing.reading_ahead import ReadingAhead, homes_to_load, own_format
from ingest.writing.renamed_devices import follow_names
from store.alarm import alarms
from store.clock import Clock
from store.db import Connection
from store.intake import dialect_state, urgent_devices

CONFIGURED_DIALECT = "homeassistant"
"""The dialect whose configs may name any topic of the home."""
MAY_ALARM = (Statement, ButtonPressed, UnclearInput)
"""What may be a danger, by itself or by what an installer has declared."""
MAX_PEEKED = 16 * 1024
"""Bytes of a message that is read before it is decided whether it waits its turn."""
MAX_AHEAD = 1024 * 1024
"""Bytes of a message that is read: what is longer becomes a dead letter unread."""
STATES_DIALECT = "statestream"
"""The dialect whose states may share a prefix with these configs."""


class DialectHandler:
    """Handles the messages of all dialects. One a writer; not thread-safe."""

    def __init__(
        self,
        clock: Clock,
        policy: Policy,
        last_seen: LastSeen,
        *,
        urgent: bool = False,
        sole: bool = False,
        quotas: HomeQuotas | None = None,
    ) -> None:
        self._quotas = quotas
        self._events = EventHandler(clock, policy, last_seen, urgent=urgent, sole=sole)
        self._urgent = urgent
        self._homes = HomeCache()
        self._lorawan: dict[tuple[str, str], tuple[str, str]] = {}
        self._changed: dict[int, str] = {}
        self._fresh: set[str] = set()
        """Homes looked at in this batch."""
        self._budget = HomeBudget()
        self._ahead = ReadingAhead(CONFIGURED_DIALECT, self._budget)

    def load(self, conn: Connection, messages: Sequence[Message]) -> None:
        """Before `read_ahead`, outside the transaction that stores them: one statement if homes are
        heard for the first time, else none."""
        if missing := self._homes.missing(homes_to_load(messages)):
            self._homes.refresh(conn, missing)

    def read_ahead(self, message: Message) -> Job | None:
        """Read a message whose templates have to be rendered; what is to be rendered elsewhere
        before it can be stored."""
        if own_format(message.topic) or not message.payload or len(message.payload) > MAX_AHEAD:
            return None
        at = self._configured(message.topic)
        home = self._homes.get(at.home) if at is not None else None
        if at is None or home is None:
            return None
        at = _states_beside_configs(home, at)
        if at.dialect != CONFIGURED_DIALECT:
            return None
        return self._ahead.begin(at.home, message, _wire(at, message), home.knowledge)

    def render(self, job: Job, done: Callable[[], None]) -> None:
        """Have a message's templates rendered; `done` is called by another thread."""
        self._ahead.process.submit(job, done)

    def rendered(self, message: Message) -> None:
        """The message's job is done."""
        self._ahead.results(message)

    def written(self, messages: Sequence[Message]) -> None:
        self._ahead.forget(messages)

    def stop(self) -> None:
        """End what was started to render."""
        self._ahead.process.stop()

    def _configured(self, topic: str) -> TopicAddress | None:
        """Where a message that Home Assistant's configs read came, as far as is remembered."""
        try:
            at = parse_topic(topic)
        except UnreadableError:
            at = None
        if at is not None and at.dialect == CONFIGURED_DIALECT:
            return at
        if at is not None and at.leaf != Leaf.STATUS and at.dialect not in UNDER_CONFIGS:
            return None
        return self._named_by_config(topic)

    def _named_by_config(self, topic: str) -> TopicAddress | None:
        levels = topic.split("/", 2)
        if len(levels) < 3 or levels[0] != "homes":
            return None
        home = self._homes.get(levels[1])
        if home is None or not _is_configured(home, levels[2]):
            return None
        return TopicAddress(Leaf.DIALECT, levels[1], dialect=CONFIGURED_DIALECT, rest=levels[2])

    def forget(self) -> None:
        """A transaction has failed: what was remembered in it may not be so."""
        self._homes.clear()
        self._changed.clear()

    def changed(self, home_id: int, code: str) -> None:
        """What is remembered of this home is not all any more, here or elsewhere. Closing an alarm
        counts the version by itself, at the COMMIT: whoever closes some in one transaction has
        counted them before, in the order of homes, so that two never wait for each other."""
        self._changed[home_id] = code

    def finish(self, conn: Connection) -> None:
        """Count the versions of homes that have changed. The last thing of a transaction: who
        declares something in a device holds its row first and the version's after it, and so do
        we, or each would wait for the other."""
        for number in sorted(self._changed):
            version = dialect_state.bump(conn, number)
            home = self._homes.get(self._changed[number])
            if home is not None and version == home.version + 1:
                home.version = version
            else:  # somebody else has changed it in between
                self._homes.drop(self._changed[number])
        self._changed.clear()

    def handle_cutover(self, conn: Connection, at: TopicAddress, message: Message) -> None:
        """From here on the lanes share the work in another way."""
        marker = read_cutover_marker(message.payload)
        home = urgent_devices.mark(
            conn, at.home, marker.device_id, marker.token, alone=marker.alone
        )
        if home is not None:
            alarms.notify(conn, "device", marker.device_id)
            self._homes.drop(home)
            self._homes.refresh(conn, [home])
            if (known := self._homes.get(home)) is not None:
                self._changed[known.id] = home

    def prepare(self, conn: Connection, messages: Sequence[Message]) -> None:
        """Look up what a batch needs, together: a statement or two however many messages."""
        codes: set[str] = set()
        names: set[str] = set()
        for message in messages:
            first, _, rest = message.topic.partition("/")
            home, _, below = rest.partition("/")
            foreign = below.partition("/")[0] in TOPIC_DIALECTS or below.count("/") > 1
            if first == "homes" and foreign and "\x00" not in home:
                codes.add(home)
            elif first in LORAWAN_SERVERS:
                names.add(message.topic)
        if names:
            self._lorawan = dialect_state.lorawan(conn, _network_ids(names))
            codes |= {home for home, _ in self._lorawan.values()}
        self._fresh = codes
        if codes:
            self._homes.refresh(conn, codes)

    def configured_address(self, conn: Connection, topic: str) -> TopicAddress | None:
        """The address of a topic that a config of its home names."""
        levels = topic.split("/", 2)
        if len(levels) < 3 or levels[0] != "homes" or "\x00" in topic:
            return None
        if levels[1] not in self._fresh:
            self._homes.refresh(conn, [levels[1]])
        return self._named_by_config(topic)

    def entity_address(self, message: Message) -> TopicAddress | None:
        """The address of a topic outside the grammar that looks like an entity's; after
        `configured_address` has found that no config names it."""
        first, _, rest = message.topic.partition("/")
        code, _, below = rest.partition("/")
        home = self._homes.get(code) if first == "homes" else None
        if home is None:
            return None
        known = home.knowledge.known.get(STATES_DIALECT, NO_STATES)
        dialect = dialect_of(below, message.payload, known)
        if dialect is None:
            return None
        return TopicAddress(Leaf.DIALECT, code, dialect=dialect, rest=below)

    def handle(
        self, conn: Connection, at: TopicAddress, message: Message, *, alarms_only: bool = False
    ) -> MessageOutcome:
        """Raises UnreadableError with the reason when nothing of the message can be taken in.
        `alarms_only`: of what it says only what may be a danger, and its end."""
        name, code = at.home, ""
        if not name:
            try:
                name, code = self._lorawan[at.dialect, at.device]
            except KeyError:
                raise UnreadableError(
                    f"device: {at.dialect} device {at.device[:80]!r} is bound to no home"
                ) from None
        home = self._homes.get(name)
        if home is None:
            raise UnreadableError(f"home: there is no home {name[:40]!r}")
        if at.dialect == CONFIGURED_DIALECT:
            at = _states_beside_configs(home, at)
        wire = _wire(at, message)
        events = [_named(event, code, at.dialect) for event in self._read(home, at, message, wire)]
        outcome = MessageOutcome(at.dialect, at.rest, silent=not events)
        if alarms_only:
            events = [event for event in events if isinstance(event, MAY_ALARM)]
            outcome.lost.append(Quota.MESSAGES)
        if any(isinstance(event, LearnedDescription) for event in events):
            home = self._learn(conn, home, events, wire, outcome)
        if not self._urgent and follow_names(conn, home, at.dialect, events):
            self._changed[home.id] = home.code
        context = MessageContext(conn, home, at.dialect, message.topic, wire, outcome, self._quotas)
        for event in apply_installer_settings(events, home.setting_of):
            if alarms_only and not isinstance(event, Statement):
                continue
            if not isinstance(event, LearnedDescription):
                self._events.handle(context, event)
        if outcome.ended:
            self.changed(home.id, home.code)
        return outcome

    def dangers(self, at: TopicAddress, message: Message) -> set[str]:
        """The kinds of danger that a message of a home that is remembered states."""
        home = self._homes.get(at.home)
        if home is None or len(message.payload) > MAX_PEEKED:
            return set()
        if at.dialect == CONFIGURED_DIALECT:
            at = _states_beside_configs(home, at)
        try:
            events = self._read(home, at, message, _wire(at, message))
        except UnreadableError:
            return set()
        said = apply_installer_settings(events, home.setting_of)
        return {e.kind for e in said if isinstance(e, Statement) and e.active}

    def _read(
        self, home: KnownHome, at: TopicAddress, message: Message, wire: WireMessage
    ) -> list[DialectEvent]:
        if at.dialect == CONFIGURED_DIALECT:
            return self._ahead.events(home.code, message, wire, home.knowledge)
        began = thread_time()
        try:
            return read_message(at.dialect, wire, home.knowledge)
        finally:
            self._budget.charge(home.code, thread_time() - began, monotonic())

    def _learn(
        self,
        conn: Connection,
        home: KnownHome,
        events: Iterable[DialectEvent],
        wire: WireMessage,
        outcome: MessageOutcome,
    ) -> KnownHome:
        """The home as it is known afterwards."""
        complaints, changed = store_learned(
            conn, home, events, wire.received_at, self._quotas, outcome.lost
        )
        outcome.refusals += [f"{TAKEN_IN_PREFIX}: {complaint}" for complaint in complaints]
        if changed:
            self._changed[home.id] = home.code
        return home


def _wire(at: TopicAddress, message: Message) -> WireMessage:
    return WireMessage(at.rest, message.payload, message.retain, message.received_at, message.qos)


def _is_configured(home: KnownHome, topic: str) -> bool:
    known = home.knowledge.known.get(CONFIGURED_DIALECT)
    rest = local_topic(topic)
    return isinstance(known, KnownEntities) and bool(
        known.by_topic.get(rest) or known.watched.get(rest)
    )


def _states_beside_configs(home: KnownHome, at: TopicAddress) -> TopicAddress:
    """Home Assistant's states below its discovery prefix, but for those that a config names."""
    known = home.knowledge.known.get(STATES_DIALECT, NO_STATES)
    if not is_state_below_discovery(at.rest, known) or _is_configured(home, at.rest):
        return at
    return replace(at, dialect=STATES_DIALECT, rest=f"{CONFIGURED_DIALECT}/{at.rest}")


def _network_ids(topics: Iterable[str]) -> set[tuple[str, str]]:
    found = set()
    for topic in topics:
        try:
            address = parse_topic(topic)
        except UnreadableError:
            continue  # reported when its message is handled
        found.add((address.dialect, address.device))
    return found


def _named(event: DialectEvent, code: str, dialect: str) -> DialectEvent:
    """With the device's code here: the registry's for a network server's name, one that fits."""
    if isinstance(event, LearnedDescription) or (
        isinstance(event, Availability) and not event.device
    ):
        return event
    name = code or shortened_name(event.device) or dialect
    return event if name == event.device else replace(event, device=name)
