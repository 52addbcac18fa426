"""All formats by the name that a scenario gives; the player asks here."""

from collections.abc import Callable

from device_sim.dialects.encoder import DialectEncoder
from device_sim.dialects.esphome import Esphome
from device_sim.dialects.home_assistant import HomeAssistant
from device_sim.dialects.homie import Homie
from device_sim.dialects.lorawan import ChirpStack, Ttn
from device_sim.dialects.rtl_433 import Rtl433
from device_sim.dialects.shelly import Shelly
from device_sim.dialects.statestream import Statestream
from device_sim.dialects.tasmota import Tasmota
from device_sim.dialects.zigbee2mqtt import Zigbee2Mqtt
from device_sim.home.homes_file import HomeSpec

ENCODERS: dict[str, Callable[[HomeSpec], DialectEncoder]] = {
    "zigbee2mqtt": Zigbee2Mqtt,
    "tasmota": Tasmota,
    "shelly": Shelly,
    "home_assistant": HomeAssistant,
    "homie": Homie,
    "chirpstack": ChirpStack,
    "ttn": Ttn,
    "statestream": Statestream,
    "esphome": Esphome,
    "rtl_433": Rtl433,
}


def encoder_for(dialect: str, spec: HomeSpec) -> DialectEncoder | None:
    """Who speaks for the devices of this home; None: the hub itself, in the native format."""
    return None if dialect == "native" else ENCODERS[dialect](spec)
