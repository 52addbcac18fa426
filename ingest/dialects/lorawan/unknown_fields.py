"""Reads fields of codecs that no table names: at most unclear, for a role to explain. Pure."""

import re

from ingest.dialects.vocabulary.device_report import DeviceReport, unclear_input
from ingest.dialects.vocabulary.unclear_names import is_unclear_name


def plain_name(name: str) -> str:
    """WaterLeak, water_leak and WATER_LEAK are one."""
    return name.lower().replace("_", "").replace("-", "").replace(" ", "").replace(".", "")


def read_unknown(report: DeviceReport, name: str, value: object) -> None:
    """Of a name that tells at most that something is the matter; or a word that does, in a field
    that may hold any."""
    if is_unclear_name(name):
        unclear_input(name)(report, value, "")
    elif not isinstance(value, str) or plain_name(name) not in _ANY_WORD:
        return
    elif _CALL.match(value.strip()):
        report.unclear(name, True, event=True)
    elif (active := _ALARM_OR_NOT.get(value.strip().lower())) is not None:
        report.unclear(name, active)


_ANY_WORD = frozenset(
    {"event", "eventtype", "alarmtype", "status", "state", "reason", "msgtype", "messagetype"}
    | {"frametype", "devicestatus", "devicestate", "alarmevent", "uplinkreason"}
)
_CALL = re.compile(
    r"(?:sos|emergency|panic|help)(?:[ _-]?(?:alarm|call|alert|event|pressed|triggered|active))?$",
    re.IGNORECASE,
)
"""Not `SOS button`, which is what the device is."""
_ALARM_OR_NOT = {
    **dict.fromkeys(("alarm", "alarmed", "alarming", "triggered"), True),
    **dict.fromkeys(("normal", "no alarm", "no_alarm", "noalarm", "clear", "idle"), False),
}
