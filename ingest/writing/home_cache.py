"""Cache of the homes whose messages are being read; the database rows are the truth.

A home is read whole when its first message comes and again whenever its version has moved (another
process has learned something, or an installer has declared something).
"""

from collections import OrderedDict
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256

import orjson

from ingest.dialects.deduplication import LastStatement
from ingest.dialects.installer_settings import NO_SETTING, InstallerSetting
from ingest.dialects.readers import HomeKnowledge
from ingest.dialects.vocabulary.events import DeviceAnnounced, LearnedDescription
from ingest.errors import UnreadableError
from ingest.writing.lane_ownership import UrgentSubscription
from store.db import Connection
from store.intake import dialect_state
from store.intake.dialect_state import AlarmSince

MAX_HOMES = 50_000
"""Homes kept in memory; of more, those silent for longest are read again when they speak."""
StateKey = tuple[int, str, str]
"""Device id, kind, part."""


@dataclass(slots=True)
class KnownDevice:
    """A device as its home's messages are read. `setting` is the installer's word;
    `urgent_subscription` its topics in the urgent lane, if it has some."""

    id: int
    setting: InstallerSetting = NO_SETTING
    urgent_subscription: UrgentSubscription | None = None
    online: bool | None = None
    announced: DeviceAnnounced | None = None
    uid: str = ""
    """The maker's address."""
    suggests: str = ""
    """The role that its maker's description proposes."""
    inputs: dict[str, bool] = field(default_factory=dict)


@dataclass(slots=True)
class KnownHome:
    id: int
    code: str
    version: int
    knowledge: HomeKnowledge = field(default_factory=HomeKnowledge)
    digests: dict[tuple[str, str], bytes] = field(default_factory=dict)
    """By dialect and key what was learned last, to tell the same said again."""
    devices: dict[str, KnownDevice] = field(default_factory=dict)
    last_statements: dict[StateKey, LastStatement] = field(default_factory=dict)

    def setting_of(self, device: str) -> InstallerSetting:
        known = self.devices.get(device)
        return replace(known.setting, suggests=known.suggests) if known else NO_SETTING


class HomeCache:
    """Homes by code. Not thread-safe: one a writer."""

    def __init__(self) -> None:
        self._homes: OrderedDict[str, KnownHome] = OrderedDict()

    def clear(self) -> None:
        """Nothing is believed any more: a transaction has failed in between."""
        self._homes.clear()

    def drop(self, code: str) -> None:
        """Read this home again when it is next asked for."""
        self._homes.pop(code, None)

    def refresh(self, conn: Connection, codes: Collection[str]) -> None:
        """Read what is new of these homes: one statement when nothing is."""
        found = dialect_state.versions(conn, codes)
        for code in set(codes) - found.keys():
            self._homes.pop(code, None)
        stale = [
            KnownHome(number, code, version)
            for code, (number, version) in found.items()
            if (known := self._homes.get(code)) is None or known.version != version
        ]
        if stale:
            self._read(conn, stale)
        while len(self._homes) > max(MAX_HOMES, len(codes)):
            self._homes.popitem(last=False)

    def missing(self, codes: Collection[str]) -> set[str]:
        """Those that are not kept."""
        return {code for code in codes if code not in self._homes}

    def get(self, code: str) -> KnownHome | None:
        home = self._homes.get(code)
        if home is not None:
            self._homes.move_to_end(code)
        return home

    def _read(self, conn: Connection, homes: list[KnownHome]) -> None:
        by_id = {home.id: home for home in homes}
        by_device: dict[int, KnownHome] = {}
        for device in dialect_state.devices(conn, list(by_id)):
            home = by_device[device.id] = by_id[device.home_id]
            calls = device.call_actions
            setting = InstallerSetting(device.role, None if calls is None else frozenset(calls))
            subscription = UrgentSubscription.of(device.filters, device.token, device.alone)
            home.devices[device.code] = KnownDevice(
                device.id,
                setting,
                subscription,
                device.online,
                uid=device.uid,
                suggests=device.suggests,
            )
        for row in dialect_state.learned(conn, list(by_id)):
            home = by_id[row.home_id]
            doc = orjson.loads(row.doc)
            with suppress(UnreadableError):  # kept when a home was still allowed more
                learned = LearnedDescription(row.dialect, row.key, doc)
                home.knowledge = home.knowledge.with_(learned)
            home.digests[row.dialect, row.key] = doc_digest(doc)
        for state in dialect_state.states(conn, list(by_device)):
            last = LastStatement(state.active, state.mark, state.at, AlarmSince(state.alarm))
            if (owner := by_device.get(state.device_id)) is not None:
                owner.last_statements[state.device_id, state.kind, state.part] = last
        self._homes.update((home.code, home) for home in homes)


def doc_digest(doc: object) -> bytes:
    return sha256(orjson.dumps(doc, option=orjson.OPT_SORT_KEYS)).digest()


def shortened_name(name: str, most: int = 128) -> str:
    """A name that fits into a column: an over-long one is cut and told apart by its hash."""
    name = name.replace("\x00", "�")
    if len(name) <= most:
        return name
    return f"{name[: most - 9]}~{sha256(name.encode(errors='replace')).hexdigest()[:8]}"
