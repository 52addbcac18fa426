"""LoRaWAN devices as their network servers publish them: ChirpStack v4 and The Things Stack v3.

The servers know no homes, so the devices are bound to theirs by their network ids. The names of
the decoded fields are those of common decoders (Milesight's among them).
"""

import base64
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from device_sim.centre import wire
from device_sim.dialects.encoder import Publication, Values
from device_sim.dialects.zigbee2mqtt import stable_hash
from device_sim.home.homes_file import HomeSpec
from device_sim.kinds import KINDS

APPLICATION = "17c82e96-0000-4f38-aef3-000000000001"
TTN_APPLICATION, TTN_TENANT = "eldercare", "ttn"


class _LoRaWan:
    """What both servers share: uplinks with a counter and decoded fields."""

    dialect = ""

    def __init__(self, spec: HomeSpec) -> None:
        self._home = spec.home
        self._kinds = {device.device: device.kind for device in spec.devices}
        self._counters: dict[str, int] = dict.fromkeys(self._kinds, 0)
        self._joined = ""

    def code(self, device: str) -> str:
        """Devices of their own beside those of the hub, and of another network server."""
        return f"{self.dialect}-{device}"

    def announce(self) -> list[Publication]:
        """Nothing: a LoRaWAN device is known by being bound."""
        return []

    def bindings(self) -> list[dict[str, str]]:
        """What has to be bound at the centre before an uplink can be understood."""
        return [
            {
                "code": self.code(device),
                "dialect": self.dialect,
                "role": kind if KINDS[kind].lora_role else "",
                "network_id": self.network_id(device),
            }
            for device, kind in self._kinds.items()
        ]

    def network_id(self, device: str) -> str:
        """What the server calls the device."""
        raise NotImplementedError

    def report(self, device: str, values: Values, at: datetime) -> list[Publication]:
        """The decoder's fields."""
        return [self._uplink(device, _fields(values), at)]

    def signal(self, device: str, kind: str, active: bool, at: datetime) -> list[Publication]:
        """The decoder's words for an alarm and its end; a press has no end."""
        if kind != self._kinds[device] or (kind == "help_call" and not active):
            return []
        if kind == "help_call":
            press = {"status": "long press", "msgid": self._counters[device]}
            return [self._uplink(device, {"button_event": press}, at)]
        said = KINDS[kind].lora
        if said is None:
            return []
        return [self._uplink(device, {said.name: said.begun if active else said.over}, at)]

    def _uplink(self, device: str, fields: dict[str, Any], at: datetime) -> Publication:
        raise NotImplementedError

    def _next(self, device: str) -> int:
        self._counters[device] += 1
        return self._counters[device]


class ChirpStack(_LoRaWan):
    """`application/{uuid}/device/{eui}/event/up`."""

    dialect = "chirpstack"

    def network_id(self, device: str) -> str:
        """The device EUI."""
        return f"{stable_hash(self._home + '/' + device) % 16**16:016x}"

    def _uplink(self, device: str, fields: dict[str, Any], at: datetime) -> Publication:
        eui, count = self.network_id(device), self._next(device)
        document = {
            "deduplicationId": _unique(f"{eui}/{count}/{at.isoformat()}"),
            "time": wire.instant(at),
            "deviceInfo": {
                "tenantName": "ChirpStack",
                "applicationId": APPLICATION,
                "deviceName": f"{self._home} {device}",
                "devEui": eui,
                "deviceProfileName": self._kinds[device],
            },
            "devAddr": "00189440",
            "adr": True,
            "dr": 5,
            "fCnt": count,
            "fPort": 85,
            "confirmed": False,
            "data": base64.b64encode(b"sim").decode(),
            "object": fields,
            "rxInfo": [{"gatewayId": "0016c001f153a14c", "rssi": -71, "snr": 9.5}],
        }
        return Publication(
            f"application/{APPLICATION}/device/{eui}/event/up", orjson.dumps(document)
        )


class Ttn(_LoRaWan):
    """`v3/{application}@{tenant}/devices/{id}/up`."""

    dialect = "ttn"

    def network_id(self, device: str) -> str:
        """Application and device id, as in the topics."""
        return f"{TTN_APPLICATION}@{TTN_TENANT}/{self._id(device)}"

    def _session(self, at: datetime) -> str:
        """New with each run, as with each join: the counter begins again in it."""
        self._joined = self._joined or f"{self._home}/{at.isoformat()}"
        return base64.b64encode(UUID(_unique(self._joined)).bytes).decode()

    def _id(self, device: str) -> str:
        return f"{self._home}-{device}".lower()

    def _uplink(self, device: str, fields: dict[str, Any], at: datetime) -> Publication:
        count = self._next(device)
        moment = wire.instant(at)
        document = {
            "end_device_ids": {
                "device_id": self._id(device),
                "application_ids": {"application_id": TTN_APPLICATION},
                "dev_eui": f"{stable_hash(self._id(device)) % 16**16:016X}",
            },
            "correlation_ids": [f"gs:uplink:{self._id(device)}:{count}"],
            "received_at": moment,
            "uplink_message": {
                "session_key_id": self._session(at),
                "f_port": 85,
                "f_cnt": count,
                "decoded_payload": fields,
                "frm_payload": base64.b64encode(b"sim").decode(),
                "received_at": moment,
                "rx_metadata": [{"rssi": -71, "snr": 9.5}],
            },
        }
        topic = f"v3/{TTN_APPLICATION}@{TTN_TENANT}/devices/{self._id(device)}/up"
        return Publication(topic, orjson.dumps(document))


def _unique(name: str) -> str:
    """An id that nothing else has, and the same in each run with this seed and beginning."""
    return str(uuid5(NAMESPACE_URL, f"anxin:{name}"))


def _fields(values: Values) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        match name:
            case "door":
                found["magnet_status"] = "open" if value else "close"
            case "motion":
                found["pir"] = "trigger" if value else "normal"
            case "bed":
                found["occupancy"] = "occupied" if value else "vacant"
            case _:
                found[name] = value
    return found
