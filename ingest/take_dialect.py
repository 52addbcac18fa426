"""Messages in the formats of others into the store. In the writer's transaction.

read (pure) → what was learned is kept → settle (pure) → each finding to its place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace

from alerts.policy import Policy
from ingest.dialects import read
from ingest.dialects.base import (
    Availability,
    Finding,
    Found,
    Gone,
    Learned,
    Measurement,
    Pressed,
    Refused,
    Statement,
    Tested,
    Unclear,
    Wire,
)
from ingest.dialects.ha_knowledge import Known, local
from ingest.dialects.settle import KIND_ROLES, settle
from ingest.errors import UnreadableError
from ingest.home_cache import HomeCache, KnownDevice, KnownHome, digest, shortened
from ingest.lane import Message
from ingest.seen import Seen
from ingest.take_statement import take_statement
from ingest.times import trusted
from ingest.topics import DIALECTS, LORAWAN, Address, Leaf, parse
from store import alarms, dialects, registry
from store.clock import Clock
from store.db import Connection
from store.model import Kind, Reading

ELSEWHERE = "homeassistant"
"""The dialect whose configs may name any topic of the home."""


@dataclass(slots=True)
class Taken:
    """What is left for the writer: readings by device id, and what was wrong beside the rest."""

    readings: list[tuple[int, Reading]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


class DialectTaker:
    """Takes in the messages of all dialects. One a writer; not thread-safe."""

    def __init__(self, clock: Clock, policy: Policy, seen: Seen) -> None:
        self._clock = clock
        self._policy = policy
        self._seen = seen
        self._homes = HomeCache()
        self._lorawan: dict[tuple[str, str], tuple[str, str]] = {}

    def forget(self) -> None:
        """A transaction has failed: what was remembered in it may not be so."""
        self._homes.clear()

    def prepare(self, conn: Connection, messages: Sequence[Message]) -> None:
        """Look up what a batch needs, together: a statement or two however many messages."""
        codes, names = set(), set()
        for message in messages:
            first, _, rest = message.topic.partition("/")
            home, _, below = rest.partition("/")
            if first == "homes" and below.partition("/")[0] in DIALECTS and "\x00" not in home:
                codes.add(home)
            elif first in LORAWAN:
                names.add(message.topic)
        if names:
            self._lorawan = dialects.lorawan(conn, _network_ids(names))
            codes |= {home for home, _ in self._lorawan.values()}
        if codes:
            self._homes.refresh(conn, codes)

    def elsewhere(self, conn: Connection, topic: str) -> Address | None:
        """The address of a topic outside the grammar that a config of its home names."""
        levels = topic.split("/", 2)
        if len(levels) < 3 or levels[0] != "homes" or "\x00" in topic:
            return None
        self._homes.refresh(conn, [levels[1]])
        home = self._homes.get(levels[1])
        known = home.knowledge.known.get(ELSEWHERE) if home else None
        rest = local(levels[2])
        if not isinstance(known, Known) or not (
            known.by_topic.get(rest) or known.watched.get(rest)
        ):
            return None
        return Address(Leaf.DIALECT, levels[1], dialect=ELSEWHERE, rest=levels[2])

    def take(self, conn: Connection, at: Address, message: Message) -> Taken:
        """Raises UnreadableError with the reason when nothing of the message can be taken in."""
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
        wire = Wire(at.rest, message.payload, message.retain, message.received_at, message.qos)
        findings = [
            _named(finding, code, at.dialect) for finding in read(at.dialect, wire, home.knowledge)
        ]
        taken = Taken()
        if any(isinstance(finding, Learned) for finding in findings):
            home = self._learn(conn, home, findings, wire, taken)
        for finding in settle(findings, home.setting_of):
            self._finding(conn, home, at.dialect, finding, wire, taken)
        return taken

    def _learn(
        self,
        conn: Connection,
        home: KnownHome,
        findings: Iterable[Finding],
        wire: Wire,
        taken: Taken,
    ) -> KnownHome:
        changed = False
        for finding in findings:
            if isinstance(finding, Learned):
                try:
                    changed |= _kept(conn, home, finding, wire)
                except UnreadableError as error:
                    taken.complaints.append(str(error))
        if changed:
            version = dialects.bump(conn, home.id)
            if version == home.version + 1:
                home.version = version
            else:  # somebody else has learned in between
                self._homes.refresh(conn, [home.code])
        return self._homes.get(home.code) or home

    def _finding(
        self,
        conn: Connection,
        home: KnownHome,
        dialect: str,
        finding: Finding,
        wire: Wire,
        taken: Taken,
    ) -> None:
        if isinstance(finding, Learned):
            return
        if isinstance(finding, Refused):
            taken.complaints.append(f"{finding.device} {finding.part}: {finding.reason}")
            return
        if isinstance(finding, Availability) and not finding.device:
            registry.set_hub_online(conn, home.code, finding.online, wire.received_at)
            return
        if isinstance(finding, Gone) and finding.device not in home.devices:
            return
        device = self._device(conn, home, dialect, finding.device, wire)
        if isinstance(finding, Measurement):
            self._measured(conn, home, dialect, finding, wire, taken)
        elif isinstance(finding, Statement):
            self._stated(conn, home, device, finding, wire)
        elif isinstance(finding, Tested):
            self._tested(conn, home, device, finding, wire)
        elif isinstance(finding, Availability):
            _online(conn, home, finding.device, device, finding.online, wire)
        elif isinstance(finding, Gone):
            _online(conn, home, finding.device, device, False, wire)
        elif isinstance(finding, Found):
            _introduced(conn, device, finding)
        elif isinstance(finding, Pressed):
            if not finding.retained:
                _pressed(conn, device, finding.said, wire)
        elif isinstance(finding, Unclear) and device.inputs.get(finding.name) != finding.active:
            device.inputs[finding.name] = finding.active
            _pressed(conn, device, f"{finding.name} {'on' if finding.active else 'off'}", wire)
        if not wire.retain and not isinstance(finding, Availability | Gone | Found):
            self._seen.note(home.code, device.id, wire.received_at)

    def _device(
        self, conn: Connection, home: KnownHome, dialect: str, code: str, wire: Wire
    ) -> KnownDevice:
        """The device; one that nobody has announced is registered as found."""
        known = home.devices.get(code)
        if known is None:
            device = registry.find_or_add_device(
                conn, home.code, code, now=wire.received_at, dialect=dialect
            )
            if device is None:
                raise UnreadableError(f"home: there is no home {home.code!r}")
            known = home.devices[code] = KnownDevice(device.id)
            alarms.notify(conn, "device", device.id)
        return known

    def _measured(
        self,
        conn: Connection,
        home: KnownHome,
        dialect: str,
        said: Measurement,
        wire: Wire,
        taken: Taken,
    ) -> None:
        """Without a time of its own a retained value is of no known age: no reading."""
        if said.retained and said.claimed is None:
            return
        code = shortened(f"{said.device}/{said.part}") if said.part else said.device
        device = self._device(conn, home, dialect, code, wire)
        time = trusted(said.claimed, wire.received_at)
        reading = Reading(code, time.at, time.device_time, said.seq, said.metrics)
        taken.readings.append((device.id, reading))

    def _stated(
        self, conn: Connection, home: KnownHome, device: KnownDevice, said: Statement, wire: Wire
    ) -> None:
        take_statement(conn, home, device, said, wire.received_at, self._clock, self._policy)

    def _tested(
        self, conn: Connection, home: KnownHome, device: KnownDevice, said: Tested, wire: Wire
    ) -> None:
        """A test of nothing in particular is one of what the device is there for."""
        role = device.setting.role
        kind = said.kind or (Kind(role) if role in KIND_ROLES else None)
        if kind is None:
            return
        statement = Statement(
            said.device, kind, active=True, event=True, part="self", test=True,
            retained=said.retained, mark=said.mark,
        )  # fmt: skip
        self._stated(conn, home, device, statement, wire)


def _network_ids(topics: Iterable[str]) -> set[tuple[str, str]]:
    found = set()
    for topic in topics:
        try:
            address = parse(topic)
        except UnreadableError:
            continue  # said when its message is taken
        found.add((address.dialect, address.device))
    return found


def _named(finding: Finding, code: str, dialect: str) -> Finding:
    """With the device's code here: the registry's for a network server's name, one that fits."""
    if isinstance(finding, Learned) or (isinstance(finding, Availability) and not finding.device):
        return finding
    name = code or shortened(finding.device) or dialect
    return finding if name == finding.device else replace(finding, device=name)


def _kept(conn: Connection, home: KnownHome, learned: Learned, wire: Wire) -> bool:
    """False: known already. Raises UnreadableError for what cannot be kept."""
    key = (learned.dialect, learned.key)
    if learned.doc is None:
        if key not in home.digests:
            return False
    elif home.digests.get(key) == (now := digest(learned.doc)):
        return False
    if len(learned.key) > dialects.MAX_KEY or "\x00" in learned.key:
        raise UnreadableError(f"{learned.dialect}: a name is longer than {dialects.MAX_KEY}")
    if _holds_null(learned.doc):
        raise UnreadableError(f"{learned.dialect}: a description holds U+0000")
    home.knowledge = home.knowledge.with_(learned)
    dialects.learn(conn, home.id, learned.dialect, learned.key, learned.doc, wire.received_at)
    if learned.doc is None:
        del home.digests[key]
    else:
        home.digests[key] = now
    return True


def _holds_null(value: object) -> bool:
    """PostgreSQL keeps no U+0000 in JSON."""
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_null(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_holds_null, value))


def _online(
    conn: Connection, home: KnownHome, code: str, device: KnownDevice, online: bool, wire: Wire
) -> None:
    if device.online is online:
        return
    device.online = online
    changed = registry.set_device_online(conn, home.code, code, online, wire.received_at)
    if changed is not None:
        alarms.notify(conn, "device", changed)


def _introduced(conn: Connection, device: KnownDevice, found: Found) -> None:
    if device.introduced == found:
        return
    device.introduced = found
    about = asdict(found)
    about |= {k: v[:200].replace("\x00", "�") for k, v in about.items() if isinstance(v, str)}
    about["actions"] = [a[:64].replace("\x00", "�") for a in found.actions[:100]]
    del about["device"]
    if dialects.introduce(conn, device.id, about):
        alarms.notify(conn, "device", device.id)


def _pressed(conn: Connection, device: KnownDevice, said: str, wire: Wire) -> None:
    dialects.note_press(conn, device.id, shortened(said), wire.received_at)
    alarms.notify(conn, "device", device.id)
