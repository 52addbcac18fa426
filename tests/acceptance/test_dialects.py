"""A button that speaks Zigbee2MQTT, from its press to the daughter's telephone."""

import json
from collections.abc import Callable

from store.alarm import alarms
from store.db import Connection
from store.home import household, registry
from tests.centre import Centre
from tests.district import NOON

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


LISTENED = "SELECT bool_and(u.alone AND u.subscribed) FROM urgent_devices u"


def test_a_button_of_another_format_does_not_wait_behind_readings(
    open_up: Callable[..., Centre],
) -> None:
    """The bulk lane hangs, and the press is an alarm all the same; it counts once when the bulk
    lane comes to it, also after another process has taken the lanes over. Broken by taking
    `following_devices` out of ingest/lanes/runner.py: nobody hears of the press meanwhile."""
    centre = open_up()
    stop = centre.start_ingest("ingest-1")
    press = json.dumps({"action": "emergency", "last_seen": "2026-11-21T08:00:00Z"}).encode()
    centre.publish("H0001", f"{BASE}/bridge/devices", json.dumps([BUTTON]).encode())
    centre.wait_until(LISTENED, "the urgent lane to listen to the button")
    with centre.pool.connection() as conn, conn.transaction():
        conn.execute("LOCK TABLE readings IN ACCESS EXCLUSIVE MODE")
        centre.publish("H0001", "homes/H0001/sensor/reading", b'{"power":1}')
        centre.publish("H0001", f"{BASE}/浴室/SOS", press)
        centre.wait_until("SELECT count(*) = 1 FROM alarms", "the call")
    stop()
    again = press.replace(b"08:00", b"08:05")
    centre.publish("H0001", f"{BASE}/浴室/SOS", again)
    centre.start_ingest("ingest-2")
    centre.wait_until("SELECT count = 2 FROM alarms", "the second press")
    with centre.pool.connection() as conn:
        household.change_device(
            conn, _device(conn), model="", role="door", room="", call_actions=None, now=NOON
        )
        conn.execute("UPDATE devices SET suggests = ''")
        conn.execute("DELETE FROM device_states")
        alarms.notify(conn, "device", _device(conn))
    centre.wait_until(
        "SELECT NOT alone AND NOT subscribed AND token = '' FROM urgent_devices",
        "the urgent lane to leave the topics",
    )
    centre.publish("H0001", f"{BASE}/浴室/SOS", press.replace(b"08:00", b"08:10"))
    centre.wait_until("SELECT count = 3 FROM alarms", "the third press, by the bulk lane")


def _device(conn: Connection) -> int:
    found = registry.find_device(conn, "H0001", "浴室/SOS")
    assert found is not None
    return found.id
