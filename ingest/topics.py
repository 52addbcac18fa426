"""Parses MQTT topics: which home, which device, what kind of message. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from ingest.errors import UnreadableError

TOPIC_DIALECTS = frozenset(
    {"zigbee2mqtt", "tasmota", "shelly", "homie", "homeassistant", "statestream", "esphome"}
    | {"rtl_433"}
)
UNDER_CONFIGS = frozenset({"statestream", "esphome", "rtl_433"})
"""Dialects whose topics a discovery config of the home may name: then the config reads them."""
LORAWAN_SERVERS = {"application": "chirpstack", "v3": "ttn"}
"""First levels of the LoRaWAN servers' own topics, which name no home."""
RESERVED = TOPIC_DIALECTS | {"ack", "progress", "status"}
"""Never device names: the dialect wins."""


CUTOVER_LEVEL = "urgent"
"""Last level of a cutover marker's topic."""
CENTRE_LEVEL = "anxin"
"""First level of the centre's own topics, and its name as an application of ChirpStack (whose own
are UUIDs or numbers) and The Things Stack (whose own end in @ and the tenant)."""

MAX_NAME = 128
"""Characters of a home's or device's name."""


class Leaf(StrEnum):
    SIGNAL = "signal"
    READING = "reading"
    STATUS = "status"
    """Of a device."""
    HUB_STATUS = "hub_status"
    FROM_CENTRE = "ours"
    """What the centre itself publishes; not for us."""
    CUTOVER = "mark"
    """From one of our lanes to the other: see ingest/writing/lane_ownership.py."""
    DIALECT = "dialect"


@dataclass(frozen=True, slots=True)
class TopicAddress:
    """Where a message came from. `device` is empty for the hub itself; `rest` is the topic below
    the dialect's name. From a LoRaWAN server the home is empty, `device` what the server calls the
    device, and `rest` the whole topic."""

    leaf: Leaf
    home: str
    device: str = ""
    dialect: str = ""
    rest: str = ""


@lru_cache(maxsize=50_000)
def parse_topic(topic: str) -> TopicAddress:
    """Remembered: the same devices speak again and again. Raises UnreadableError for a topic
    outside the grammar of `homes/…`."""
    parts = topic.split("/")
    if parts[0] in LORAWAN_SERVERS:
        return _of_network(topic, parts)
    if parts[0] == CENTRE_LEVEL:
        return TopicAddress(Leaf.FROM_CENTRE, "")
    if len(parts) < 3 or parts[0] != "homes" or not parts[1]:
        raise UnreadableError("topic: expected homes/{home}/{device}/signal, …/reading or …/status")
    if any(len(part) > MAX_NAME or "\x00" in part for part in parts):
        raise UnreadableError(f"topic: no level may be longer than {MAX_NAME} characters")
    home = parts[1]
    if parts[2] in TOPIC_DIALECTS:
        return TopicAddress(Leaf.DIALECT, home, dialect=parts[2], rest="/".join(parts[3:]))
    if len(parts) == 3:
        return _of_hub(home, parts[2])
    if len(parts) == 4 and parts[2] and parts[2] not in RESERVED:
        device, leaf = parts[2], parts[3]
        if leaf in (Leaf.SIGNAL, Leaf.READING, Leaf.STATUS):
            return TopicAddress(Leaf(leaf), home, device)
        raise UnreadableError(f"topic: a device says signal, reading or status, not {leaf[:40]!r}")
    raise UnreadableError("topic: expected homes/{home}/{device}/signal, …/reading or …/status")


def source_of(topic: str) -> tuple[str, str]:
    """Home and device as a topic names them, for people who look for who sent it; "" where it
    names none. Of other formats the device with what stands around it."""
    first, *rest = topic.split("/")
    if first == "homes" and rest:
        between = rest[1:] if len(rest) > 1 and rest[1] in TOPIC_DIALECTS else rest[1:-1]
        return rest[0][:MAX_NAME], "/".join(between)[:MAX_NAME]
    if first in LORAWAN_SERVERS and len(rest) > 2:
        return "", rest[2][:MAX_NAME]
    return "", ""


def cutover_topic(home: str, dialect: str, network_id: str | None) -> str:
    """Where a cutover marker for a device goes: to a topic that the bulk lane gets in line with the
    device's own, also from brokers that keep no order between subscriptions."""
    if network_id is not None and dialect == "chirpstack":
        return f"application/{CENTRE_LEVEL}/device/{network_id}/event/{CUTOVER_LEVEL}"
    if network_id is not None and dialect == "ttn":
        return f"v3/{CENTRE_LEVEL}/devices/{network_id.rpartition('/')[2]}/{CUTOVER_LEVEL}"
    return f"homes/{home}/{CUTOVER_LEVEL}"


def _of_network(topic: str, parts: list[str]) -> TopicAddress:
    """application/{app}/device/{eui}/event/{type}, v3/{app}/devices/{id}/{type}."""
    if parts[1:2] == [CENTRE_LEVEL]:
        return TopicAddress(Leaf.CUTOVER, "")
    dialect = LORAWAN_SERVERS[parts[0]]
    if any(len(part) > MAX_NAME or "\x00" in part for part in parts):
        raise UnreadableError(f"topic: no level may be longer than {MAX_NAME} characters")
    if dialect == "chirpstack" and len(parts) == 6 and parts[2] == "device":
        return TopicAddress(Leaf.DIALECT, "", parts[3].lower(), dialect, topic)
    if dialect == "ttn" and len(parts) == 5 and parts[2] == "devices":
        return TopicAddress(Leaf.DIALECT, "", f"{parts[1]}/{parts[3]}", dialect, topic)
    raise UnreadableError(f"topic: not one of {dialect}'s device topics")


def _of_hub(home: str, leaf: str) -> TopicAddress:
    if leaf == "status":
        return TopicAddress(Leaf.HUB_STATUS, home)
    if leaf in ("ack", "progress"):
        return TopicAddress(Leaf.FROM_CENTRE, home)
    if leaf == CUTOVER_LEVEL:
        return TopicAddress(Leaf.CUTOVER, home)
    raise UnreadableError(f"topic: a hub says status, not {leaf[:40]!r}")
