"""All wire formats by name: `read_message` gives what a message states. Pure.

    knowledge = HomeKnowledge()                            # of one home
    events = read_message("zigbee2mqtt", wire, knowledge)
    for event in events:
        if isinstance(event, LearnedDescription):
            knowledge = knowledge.with_(event)             # and store it as a row
    events = apply_installer_settings(events, setting_of)  # the installer's word
    occurrence_of(statement, last, received_at)        # or a repeat

`native` is our own format and has an interface of its own.
"""

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from ingest.dialects.esphome import reader as esphome
from ingest.dialects.home_assistant import reader as home_assistant
from ingest.dialects.homie import reader as homie
from ingest.dialects.lorawan import reader as lorawan
from ingest.dialects.rtl_433 import reader as rtl_433
from ingest.dialects.shelly import reader as shelly
from ingest.dialects.statestream import reader as statestream
from ingest.dialects.tasmota import reader as tasmota
from ingest.dialects.vocabulary.events import DialectEvent, LearnedDescription, WireMessage
from ingest.dialects.zigbee2mqtt import reader as zigbee2mqtt
from ingest.errors import UnreadableError

MAX_DOCS = 2_000
"""Things learned of one home and dialect; a home with more is not a home."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A reader with its knowledge: `learn(known, key, doc)` gives what is known then."""

    read: Callable[[WireMessage, Any], list[DialectEvent]]
    learn: Callable[[Any, str, Any], Any]
    nothing_known: Any


DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        "zigbee2mqtt": Dialect(zigbee2mqtt.read, zigbee2mqtt.learn, zigbee2mqtt.EMPTY),
        "tasmota": Dialect(tasmota.read, tasmota.learn, tasmota.EMPTY),
        "shelly": Dialect(shelly.read, shelly.learn, shelly.EMPTY),
        "homie": Dialect(homie.read, homie.learn, homie.EMPTY),
        "homeassistant": Dialect(home_assistant.read, home_assistant.learn, home_assistant.EMPTY),
        "statestream": Dialect(statestream.read, statestream.learn, statestream.EMPTY),
        "esphome": Dialect(esphome.read, esphome.learn, esphome.EMPTY),
        "rtl_433": Dialect(rtl_433.read, rtl_433.learn, rtl_433.EMPTY),
        "chirpstack": Dialect(lorawan.read_chirpstack, lorawan.learn, None),
        "ttn": Dialect(lorawan.read_ttn, lorawan.learn, None),
    }
)


@dataclass(frozen=True, slots=True)
class HomeKnowledge:
    """What has been learned of one home. Never changed: `with_` gives a new one that shares all
    the rest. Built again from stored rows by `of`."""

    known: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[LearnedDescription]) -> "HomeKnowledge":
        knowledge = cls()
        for row in rows:
            knowledge = knowledge.with_(row)
        return knowledge

    def with_(self, learned: LearnedDescription) -> "HomeKnowledge":
        """Raises UnreadableError when a home teaches more than MAX_DOCS things."""
        dialect = DIALECTS[learned.dialect]
        keys = self.keys.get(learned.dialect, frozenset())
        keys = keys - {learned.key} if learned.doc is None else keys | {learned.key}
        if len(keys) > MAX_DOCS:
            raise UnreadableError(f"{learned.dialect}: more than {MAX_DOCS} descriptions")
        before = self.known.get(learned.dialect, dialect.nothing_known)
        now = dialect.learn(before, learned.key, learned.doc)
        return HomeKnowledge(
            {**self.known, learned.dialect: now}, {**self.keys, learned.dialect: keys}
        )


def read_message(dialect: str, wire: WireMessage, knowledge: HomeKnowledge) -> list[DialectEvent]:
    """What a message says. Raises UnreadableError for what cannot be understood, and nothing else;
    what is understood and says nothing is an empty list. A byte-order mark is no part of a text."""
    reader = DIALECTS[dialect]
    if wire.payload.startswith(BOM_UTF8):
        wire = replace(wire, payload=wire.payload.removeprefix(BOM_UTF8))
    try:
        return reader.read(wire, knowledge.known.get(dialect, reader.nothing_known))
    except RecursionError as error:
        raise UnreadableError("payload: nested too deeply") from error
