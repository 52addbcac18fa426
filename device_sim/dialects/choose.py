"""Formats by name."""

from collections.abc import Callable

from device_sim.dialects.base import Speaker
from device_sim.dialects.home_assistant import HomeAssistant
from device_sim.dialects.homie import Homie
from device_sim.dialects.lorawan import ChirpStack, Ttn
from device_sim.dialects.shelly import Shelly
from device_sim.dialects.tasmota import Tasmota
from device_sim.dialects.zigbee2mqtt import Zigbee2Mqtt
from device_sim.homes_file import HomeSpec

FORMATS: dict[str, Callable[[HomeSpec], Speaker]] = {
    "zigbee2mqtt": Zigbee2Mqtt,
    "tasmota": Tasmota,
    "shelly": Shelly,
    "home_assistant": HomeAssistant,
    "homie": Homie,
    "chirpstack": ChirpStack,
    "ttn": Ttn,
}


def speaker_for(dialect: str, spec: HomeSpec) -> Speaker | None:
    """Who speaks for the devices of this home; None: the hub itself, in the native format."""
    return None if dialect == "native" else FORMATS[dialect](spec)
