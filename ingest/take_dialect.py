"""Messages in the formats of others into the store. In the writer's transaction.

read (pure) → what was learned is kept → settle (pure) → each finding to its place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from alerts.policy import Policy
from ingest.dialects import read
from ingest.dialects.base import Availability, Finding, Learned, Wire
from ingest.dialects.ha_knowledge import Known, local
from ingest.dialects.settle import settle
from ingest.errors import UnreadableError
from ingest.home_cache import HomeCache, KnownHome, shortened
from ingest.learning import learn
from ingest.packets import Message
from ingest.seen import Seen
from ingest.sharing import read_mark
from ingest.take_finding import Heard, Placing, Taken
from ingest.topics import DIALECTS, LORAWAN, Address, Leaf, parse
from store import alarms, dialects, urgent
from store.clock import Clock
from store.db import Connection

ELSEWHERE = "homeassistant"
"""The dialect whose configs may name any topic of the home."""


class DialectTaker:
    """Takes in the messages of all dialects. One a writer; not thread-safe."""

    def __init__(
        self, clock: Clock, policy: Policy, seen: Seen, *, urgent: bool = False, sole: bool = False
    ) -> None:
        self._placing = Placing(clock, policy, seen, urgent=urgent, sole=sole)
        self._homes = HomeCache()
        self._lorawan: dict[tuple[str, str], tuple[str, str]] = {}
        self._changed: dict[int, str] = {}

    def forget(self) -> None:
        """A transaction has failed: what was remembered in it may not be so."""
        self._homes.clear()
        self._changed.clear()

    def finish(self, conn: Connection) -> None:
        """Count the versions of homes that have changed. The last thing of a transaction: who
        declares something in a device holds its row first and the version's after it, and so do
        we, or each would wait for the other."""
        for number in sorted(self._changed):
            version = dialects.bump(conn, number)
            home = self._homes.get(self._changed[number])
            if home is not None and version == home.version + 1:
                home.version = version
            else:  # somebody else has changed it in between
                self._homes.drop(self._changed[number])
        self._changed.clear()

    def mark(self, conn: Connection, at: Address, message: Message) -> None:
        """From here on the lanes share the work in another way."""
        mark = read_mark(message.payload)
        home = urgent.mark(conn, at.home, mark.device_id, mark.token, alone=mark.alone)
        if home is not None:
            alarms.notify(conn, "device", mark.device_id)
            self._homes.drop(home)
            self._homes.refresh(conn, [home])
            if (known := self._homes.get(home)) is not None:
                self._changed[known.id] = home

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
        heard = Heard(conn, home, at.dialect, message.topic, wire, taken)
        for finding in settle(findings, home.setting_of):
            if not isinstance(finding, Learned):
                self._placing.place(heard, finding)
        return taken

    def _learn(
        self,
        conn: Connection,
        home: KnownHome,
        findings: Iterable[Finding],
        wire: Wire,
        taken: Taken,
    ) -> KnownHome:
        """The home as it is known afterwards."""
        complaints, changed = learn(conn, home, findings, wire.received_at)
        taken.complaints += complaints
        if changed:
            self._changed[home.id] = home.code
        return home


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
