"""Sample topics and payloads of every wire format, for tests that bend them."""

from typing import Any

TOPICS = {
    "zigbee2mqtt": [
        "Bath",
        "a/b",
        "a/smoke",
        "a/action",
        "a/availability",
        "bridge/state",
        "bridge/devices",
        "bridge/event",
        "bridge/groups",
        "a/pressure",
        "a/set",
        "x",
    ],
    "tasmota": [
        "tele/k/SENSOR",
        "tele/k/LWT",
        "tele/k/STATE",
        "stat/k/RESULT",
        "stat/k/BUTTON1",
        "stat/k/PIR1",
        "discovery/A/config",
        "k/tele",
        "tele",
    ],
    "shelly": [
        "p/status/smoke:0",
        "p/status/flood:1",
        "p/status/devicepower:0",
        "p/status/bthomesensor:2",
        "p/events/rpc",
        "s/sensor/gas",
        "s/sensor/flood",
        "s/status",
        "s/input_event/0",
        "s/relay/0/power",
        "announce",
        "p/online",
    ],
    "homie": [
        "d/$state",
        "d/n/smoke",
        "d/n/smoke/$datatype",
        "d/n/t/$unit",
        "d/n/contact/$format",
        "5/d/$description",
        "5/d/n/open",
        "5/d/$state",
        "d/n/contact",
    ],
    "homeassistant": [
        "sensor/a/config",
        "binary_sensor/a/b/config",
        "device/a/config",
        "event/a/config",
        "x/state",
        "hall/smoke",
        "hall/battery",
        "device_automation/a/b/config",
    ],
    "statestream": [
        "binary_sensor/kitchen_smoke/state",
        "ha/binary_sensor/front/state",
        "ha/binary_sensor/front/device_class",
        "ha/sensor/bath_temperature/state",
        "ha/sensor/bath/unit_of_measurement",
        "ha/event/sos/event_type",
        "ha/event/sos/state",
        "ha/person/wang/state",
        "ha/sensor/bath_action/state",
    ],
    "esphome": [
        "node/binary_sensor/kitchen_smoke/state",
        "node/sensor/room_temperature/state",
        "node/event/sos/state",
        "node/status",
        "node/debug",
        "node",
    ],
    "rtl_433": ["pi/events", "events", "", "pi/devices/X/1/state", "pi/states"],
    "chirpstack": [
        "application/a/device/e/event/up",
        "application/a/device/e/event/status",
        "application/a/device/e/event/join",
        "application/a/device/e/event/error",
        "up",
    ],
    "ttn": ["v3/a/devices/d/up", "v3/a/devices/d/join", "up"],
}

WORDS = [
    "smoke",
    "water_leak",
    "sos",
    "action",
    "contact",
    "battery",
    "temperature",
    "status",
    "state",
    "device",
    "definition",
    "exposes",
    "property",
    "type",
    "access",
    "friendly_name",
    "data",
    "ZbReceived",
    "Fire",
    "ENERGY",
    "Power",
    "Time",
    "Wifi",
    "method",
    "params",
    "events",
    "ts",
    "smoke:0",
    "alarm",
    "component",
    "event",
    "nodes",
    "properties",
    "children",
    "stat_t",
    "~",
    "dev_cla",
    "val_tpl",
    "avty",
    "cmps",
    "dev",
    "ids",
    "object",
    "deviceInfo",
    "devEui",
    "rxInfo",
    "model",
    "battery_ok",
    "switch1",
    "cmd",
    "tamper",
    "devEUI",
    "objectJSON",
    "uplink_message",
    "decoded_payload",
    "normalized_payload",
    "Volt",
    "history",
    "button_event",
]
"""Keys that readers look for."""

VALUES = [
    "ON",
    "None",
    "unknown",
    "true",
    "emergency",
    "{{ value_json.a }}",
    "NotifyStatus",
    "x/state",
    "NotifyEvent",
    "device_leave",
    "online",
    "smoke",
    "binary",
    "999",
    "-1",
    "x" * 500,
    2**70,
    85.0,
]

SAMPLES: list[tuple[str, str, Any]] = [
    (
        "zigbee2mqtt",
        "Bath",
        {"action": "emergency", "battery": 80, "last_seen": "2026-11-21T08:00:00Z"},
    ),
    (
        "zigbee2mqtt",
        "Bath",
        {"smoke": True, "test": False, "contact": False, "fall_status": "fall_alarm"},
    ),
    (
        "zigbee2mqtt",
        "bridge/devices",
        [
            {
                "friendly_name": "a",
                "definition": {
                    "exposes": [
                        {
                            "property": "alarm",
                            "type": "binary",
                            "access": 1,
                            "value_on": "X",
                            "unit": "V",
                        },
                        {
                            "features": [
                                {"property": "power", "type": "numeric", "access": 1, "unit": "kW"}
                            ]
                        },
                    ]
                },
            }
        ],
    ),
    (
        "tasmota",
        "tele/k/SENSOR",
        {
            "Time": "2026-11-21T08:00:00",
            "ENERGY": {"Power": [1, 2]},
            "AM2301": {"Temperature": 20},
            "TempUnit": "F",
            "Switch1": "ON",
        },
    ),
    (
        "tasmota",
        "tele/k/SENSOR",
        {"ZbReceived": {"0x1": {"Name": "a", "Fire": 1, "ZoneStatusChange": 33}}},
    ),
    (
        "tasmota",
        "tele/bridge/RESULT",
        {
            "Time": "2026-11-21T08:00:00",
            "RfReceived": {
                "Sync": 10820,
                "Low": 360,
                "High": 1050,
                "Data": "2E5C12",
                "RfKey": "None",
            },
        },
    ),
    (
        "tasmota",
        "tele/bridge/RESULT",
        {"RfReceived": {"Data": "0x2E5C12", "Bits": 24, "Protocol": 1, "Pulse": 350}},
    ),
    (
        "shelly",
        "p/events/rpc",
        {
            "method": "NotifyEvent",
            "params": {
                "ts": 1.5,
                "events": [{"component": "smoke:0", "event": "alarm", "ts": 1.5}],
            },
        },
    ),
    (
        "shelly",
        "p/events/rpc",
        {
            "method": "NotifyStatus",
            "params": {
                "ts": 1.5,
                "devicepower:0": {"battery": {"V": 3, "percent": 7}, "external": {"present": True}},
            },
        },
    ),
    (
        "homie",
        "5/d/$description",
        {
            "nodes": {
                "n": {"properties": {"open": {"datatype": "boolean", "format": "a,b", "unit": "x"}}}
            },
            "children": ["c"],
        },
    ),
    (
        "homeassistant",
        "binary_sensor/a/config",
        {
            "~": "x",
            "stat_t": "~/state",
            "dev_cla": "smoke",
            "val_tpl": "{{ value_json.a | float(0) > 1 }}",
            "avty": [{"t": "~/lwt"}],
            "dev": {"ids": ["d"]},
        },
    ),
    ("statestream", "ha/sensor/bath_temperature/state", 21.5),
    ("statestream", "ha/binary_sensor/front/device_class", "smoke"),
    ("statestream", "ha/event/bed_button/event_type", "sos"),
    ("esphome", "node/sensor/room_temperature/state", 21.5),
    ("esphome", "node/event/bed_button/state", {"event_type": "sos"}),
    (
        "rtl_433",
        "pi/events",
        {
            "time": "2026-11-21 08:00:00",
            "model": "Honeywell-Security",
            "id": "5a3c1",
            "channel": 8,
            "event": "80",
            "state": "open",
            "contact_open": 1,
            "reed_open": 0,
            "alarm": 0,
            "tamper": 0,
            "battery_ok": 1,
            "heartbeat": 0,
            "mic": "CRC",
        },
    ),
    (
        "rtl_433",
        "pi/events",
        {"model": "Smoke-GS558", "id": 4321, "unit": 7, "learn": 0, "code": "71a3c7"},
    ),
    (
        "rtl_433",
        "pi/events",
        {"model": "Generic-Remote", "id": 11868, "cmd": 18, "tristate": "00Z1Z10X0Z0X"},
    ),
    (
        "rtl_433",
        "pi/events",
        {"model": "Cavius-Security", "id": 7, "text": "Fire alarm", "battery_ok": 0.5},
    ),
    (
        "chirpstack",
        "application/a/device/e/event/up",
        {
            "deviceInfo": {"devEui": "e"},
            "rxInfo": [{"rssi": -1}],
            "object": {
                "button_event": {"status": "short press"},
                "events": [{"alarm_type": "fall"}],
            },
        },
    ),
    (
        "chirpstack",
        "application/1/device/0202020202020202/event/up",
        {
            "applicationID": "1",
            "deviceName": "stove",
            "devEUI": "AgICAgICAgI=",
            "rxInfo": [{"rssi": -48, "time": "2026-11-21T07:59:00Z"}],
            "fCnt": 10,
            "objectJSON": '{"smoke_alarm":1,"temperature":25}',
        },
    ),
    (
        "chirpstack",
        "application/1/device/0202020202020202/event/status",
        {"devEUI": "0202020202020202", "battery": 182, "margin": 6},
    ),
    (
        "ttn",
        "v3/a/devices/d/up",
        {
            "uplink_message": {
                "decoded_payload": {"Device": "R312A", "Alarm": 1, "Volt": "2.4(low battery)"},
                "normalized_payload": [{"air": {"temperature": 20}}],
                "rx_metadata": [{"rssi": -1}],
            }
        },
    ),
    (
        "chirpstack",
        "application/a/device/e/event/up",
        {
            "data": "AQ==",
            "object": {
                "temperatureSensor": {"1": 21.5, "2": 4},
                "digitalInput": {"3": 1},
                "presenceSensor": {"4": 1},
            },
        },
    ),
    (
        "chirpstack",
        "application/a/device/e/event/up",
        {"object": {"ALARM_status": "TRUE", "Bat": 3.6, "LON": "ON", "button": 1}},
    ),
    (
        "homeassistant",
        "binary_sensor/b/config",
        {
            "name": "Alarm",
            "stat_t": "x/state",
            "dev_cla": "safety",
            "off_dly": 5,
            "val_tpl": "{{ 'ON' if value == 'a' else (value | regex_match('b')) }}",
            "dev": {"ids": ["d"], "name": "Smoke detector"},
        },
    ),
    ("zigbee2mqtt", "bridge/groups", [{"id": 1, "friendly_name": "a", "members": []}]),
    ("zigbee2mqtt", "a/pressure", "true"),
    ("zigbee2mqtt", "a", {"alarm_flag": True, "trigger": "OFF", "alarm_volume": "high"}),
    ("tasmota", "stat/k/PIR1", "ON"),
    ("shelly", "p/status/flood:1", {"id": 1, "alarm": False, "mute": False}),
    (
        "shelly",
        "p/events/rpc",
        {
            "method": "NotifyEvent",
            "params": {"events": [{"component": "flood:1", "event": "cable_unplugged", "ts": 1}]},
        },
    ),
    (
        "homie",
        "5/d/$description",
        {
            "nodes": {
                "n": {
                    "properties": {
                        "contact": {"datatype": "enum", "format": "open,closed"},
                        "smoke": {"datatype": "enum", "format": "clear,smoke", "settable": True},
                    }
                }
            }
        },
    ),
]
