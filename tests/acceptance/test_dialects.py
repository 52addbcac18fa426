"""A button that speaks Zigbee2MQTT, from its press to the daughter's telephone."""

import json

from tests.centre import Centre

BASE = "homes/H0001/zigbee2mqtt"
BUTTON = {
    "friendly_name": "浴室/SOS",
    "ieee_address": "0x00158d0001",
    "definition": {
        "vendor": "Tuya",
        "model": "TS0215A",
        "description": "SOS button",
        "exposes": [{"property": "action", "type": "enum", "access": 1, "values": ["emergency"]}],
    },
}


def test_an_sos_button_nobody_has_announced_calls_somebody(centre: Centre) -> None:
    """Broken by taking the dialects out of what the bulk lane is for."""
    console = centre.console()
    centre.publish("H0001", f"{BASE}/bridge/devices", json.dumps([BUTTON]).encode())
    press = {"action": "emergency", "battery": 90, "last_seen": "2026-11-21T08:00:00Z"}
    centre.publish("H0001", f"{BASE}/浴室/SOS", json.dumps(press).encode())
    alarm = console.wait_for(lambda a: a["kind"] == "help_call", "the call")
    assert (alarm["home"], alarm["priority"], alarm["count"]) == ("H0001", 1, 1)
    assert alarm["device"]["code"] == "浴室/SOS"
    assert alarm["code"] in centre.contact(1).wait_for_sms("help call").body

    devices = console.http.get("/api/v1/homes/H0001/devices").json()["items"]
    (found,) = [d for d in devices if d["code"] == "浴室/SOS"]
    assert (found["vendor"], found["model"], found["suggests"]) == ("Tuya", "TS0215A", "help_call")
    assert (found["dialect"], found["bound_at"]) == ("zigbee2mqtt", None)
