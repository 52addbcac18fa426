"""The MQTT topics of one device in each format, to subscribe to it alone. Pure.

Formats mix calls and readings in one topic: the urgent lane subscribes to the topics of the devices
that are there for life-safety, and to nothing else of the home.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ingest.dialects.home_assistant.learned_entities import KnownEntities
from ingest.dialects.statestream.entity_facts import KnownStates

NAMED_ANYWHERE = frozenset({"homeassistant", "statestream", "esphome"})
"""Formats whose topics may lie beside the dialect's own below the home."""


def topic_filters_of(dialect: str, device: str, known: Any) -> tuple[str, ...]:
    """MQTT filters below the dialect's name, of formats that are NAMED_ANYWHERE also below the home
    itself; of network servers see `WireMessage.topic`. Empty when the device cannot be told from
    the others by topic (The Things Stack names its own device id there), or its name cannot stand
    in a filter."""
    if not device or "+" in device or "#" in device or "\x00" in device:
        return ()
    return _FILTERS[dialect](device, known)


def _zigbee2mqtt(device: str, _known: Any) -> tuple[str, ...]:
    """Not `/#`: the name may be the beginning of another's."""
    return device, f"{device}/+"


def _tasmota(device: str, _known: Any) -> tuple[str, ...]:
    """The prefix may stand before or behind the name. A Zigbee device speaks on its bridge's."""
    names = [device, device.rpartition("/")[0]] if "/" in device else [device]
    return tuple(
        pattern
        for name in names
        for prefix in ("tele", "stat")
        for pattern in (f"{prefix}/{name}/#", f"{name}/{prefix}/#")
    )


def _shelly(device: str, _known: Any) -> tuple[str, ...]:
    prefix = device.partition("/bthome")[0]
    return f"{prefix}/#", f"shellies/{prefix}/#"


def _homie(device: str, _known: Any) -> tuple[str, ...]:
    return f"{device}/#", f"5/{device}/#"


def _home_assistant(device: str, known: KnownEntities | None) -> tuple[str, ...]:
    if known is None:
        return ()
    entities = (entity for made in known.entities.values() for entity in made)
    topics = {entity.topic for entity in entities if entity.device == device}
    return tuple(sorted(topic for topic in topics if "+" not in topic and "#" not in topic))


def _statestream(device: str, known: KnownStates | None) -> tuple[str, ...]:
    """The states and attributes of the entity, below whatever base it has come."""
    path = device.replace(".", "/", 1)
    paths = known.entities if known is not None else ()
    return tuple(sorted(f"{p}/+" for p in paths if p == path or p.endswith(f"/{path}")))


def _esphome(device: str, _known: Any) -> tuple[str, ...]:
    return (f"{device}/+/+/state",)


def _rtl_433(_device: str, _known: Any) -> tuple[str, ...]:
    """One topic a receiver, for all that it hears."""
    return "events", "+/events"


def _chirpstack(device: str, _known: Any) -> tuple[str, ...]:
    return (f"application/+/device/{device}/event/+",)


def _ttn(device: str, _known: Any) -> tuple[str, ...]:
    """Its uplinks and what else it says of a device; not commands, which have a level more."""
    application, _, name = device.partition("/")
    return (f"v3/{application}/devices/{name}/+",) if name else ()


_FILTERS: Mapping[str, Callable[[str, Any], tuple[str, ...]]] = MappingProxyType(
    {
        "zigbee2mqtt": _zigbee2mqtt,
        "tasmota": _tasmota,
        "shelly": _shelly,
        "homie": _homie,
        "homeassistant": _home_assistant,
        "statestream": _statestream,
        "esphome": _esphome,
        "rtl_433": _rtl_433,
        "chirpstack": _chirpstack,
        "ttn": _ttn,
    }
)
