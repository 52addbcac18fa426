"""Names of properties that say that something is the matter, but not what. Pure.

Makers call the press of a tracker's SOS key `ALARM_status` and a dry contact `input_1`. What no
table explains is read as unclear when its name is one of these, so that the device's role decides;
settings, limits and the like of the same devices are left alone.
"""

import re
from functools import lru_cache

_ALARMING = frozenset(
    {"alarm", "alarms", "alarmed", "alarming", "alert", "alerts", "alerted", "sos", "panic"}
    | {"emergency", "help", "distress", "duress", "mandown", "rescue", "intrusion", "call"}
    | {"trigger", "triggered", "press", "pressed", "activated"}
    | {"input", "inputs", "din", "di", "digitalin", "digitalinput"}
)
_SOMETHING_ELSE = frozenset(
    {"enable", "enabled", "disable", "disabled", "setting", "settings", "set", "config", "mode"}
    | {"test", "testing", "selftest", "led", "light", "mute", "muted", "silence", "silenced"}
    | {"silent", "siren", "sound", "sounder", "volume", "buzzer", "beep", "ringtone", "melody"}
    | {"duration", "time", "timer", "timeout", "delay", "period", "interval", "schedule", "clock"}
    | {"count", "counter", "number", "total", "threshold", "limit", "min", "max", "upper", "lower"}
    | {"high", "low", "level", "range", "sensitivity", "type", "id", "code", "unit", "version"}
    | {"battery", "bat", "tamper", "power", "voltage", "volt", "current", "energy", "charge"}
    | {"temperature", "temp", "humidity", "hum", "heat", "overheat", "overheating", "freeze"}
    | {"frost", "heating", "shortage", "warning", "lock", "valve", "switch", "relay", "output"}
    | {"supervision", "no", "not", "clear", "cleared", "ack", "acknowledged", "reset", "cancel"}
    | {"canceled", "cancelled", "stop", "last", "previous", "history", "pending", "support"}
    | {"supported", "available", "ready", "arm", "armed", "away", "home", "night", "detection"}
    | {"manual", "burglar", "broadcast", "external"}
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[a-z]+")
_ENDING = re.compile(r"(?<=[a-z])(?:status|state|flag|event|key|button|bit)$")


@lru_cache(maxsize=4096)
def is_unclear_name(name: str) -> bool:
    """`ALARM_status`, `sosKey`, `alarmflag`, `input_1`; not `alarm_volume`, `temperature_alarm`."""
    words = _WORD.findall(_CAMEL.sub(" ", name[:64]).lower())
    named = {_ENDING.sub("", word) for word in (*words, "".join(words))} | set(words)
    if any(word.startswith(("over", "under")) for word in words):  # a socket's limits
        return False
    return not _ALARMING.isdisjoint(named) and _SOMETHING_ELSE.isdisjoint(named)
