"""Meanings of LoRaWAN codecs' fields that need more than a table's line. Pure.

From the makers' codecs: Milesight (SensorDecoders), Netvox, Dragino, Elsys (LoRaWAN device
repository of The Things Network).
"""

from collections.abc import Mapping

from ingest.dialects.report import (
    Meaning,
    Report,
    both,
    fixed,
    fixed_flag,
    flags,
    presses,
    states,
)
from ingest.dialects.values import number, truth
from store.model import Kind

_OPEN = {
    **dict.fromkeys(("open", "opened", "1", "true"), True),
    **dict.fromkeys(("close", "closed", "0", "false"), False),
}
_LEAK = {
    **dict.fromkeys(("leak", "leakage", "leaking", "alarm", "water leak", "true", "1"), True),
    **dict.fromkeys(("normal", "noleak", "no leak", "no alarm", "dry", "false", "0"), False),
}
ALARM = {
    **dict.fromkeys(("alarm", "abnormal", "alarmed", "detected", "true", "1"), True),
    **dict.fromkeys(("normal", "no alarm", "noalarm", "clear", "false", "0"), False),
}
_SOMEBODY = {
    **dict.fromkeys(("occupied", "trigger", "triggered", "motion", "true", "1", "2"), True),
    **dict.fromkeys(("vacant", "normal", "idle", "unoccupied", "no motion", "false", "0"), False),
}
_OFF_THE_WALL = {
    **dict.fromkeys(("uninstalled", "removed", "triggered", "alarm", "true", "1"), True),
    **dict.fromkeys(("installed", "normal", "no alarm", "false", "0"), False),
}


def worded(meaning: Meaning) -> Meaning:
    """Codecs write 1, true or a word for the same."""

    def take(report: Report, value: object, part: str) -> None:
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif (amount := number(value)) is not None:
            value = str(int(amount)) if amount in (0, 1, 2) else ""
        meaning(report, value, part)

    return take


def volts(report: Report, value: object, part: str) -> None:
    """Netvox: 3.6, or "2.4(low battery)"; a plug's 230; Elsys' vdd in mV."""
    amount = number(value.partition("(")[0] if isinstance(value, str) else value)
    if amount is None:
        return
    if isinstance(value, str):
        report.state(Kind.LOW_BATTERY, "low battery" in value.lower(), part)
    if amount > 1_000:
        amount /= 1_000
    report.measure("battery_voltage" if amount <= 20 else "voltage", amount, part)


def button(report: Report, value: object, part: str) -> None:
    """Milesight WS101: {"status": "short press", "msgid": …}, or just "short"."""
    presses(report, value.get("status") if isinstance(value, Mapping) else value, part)


def key(report: Report, value: object, part: str) -> None:
    """Netvox: 1 while the key is pressed."""
    if truth(value):
        report.press("single", part)


def doorbell(report: Report, value: object, part: str) -> None:
    if truth(value):
        report.press("doorbell", part)


def count(report: Report, value: object, part: str) -> None:
    """Elsys: how many movements since the last report."""
    if (amount := number(value)) is not None and amount >= 0:
        report.measure("motion", float(amount > 0), part)


def events(report: Report, value: object, _part: str) -> None:
    """Milesight VS373: a list of alarms with what became of each. An ignored one says nothing."""
    for event in value[:20] if isinstance(value, list) else []:
        if not isinstance(event, Mapping):
            continue
        kind, status = event.get("alarm_type"), event.get("alarm_status")
        if status in ("alarm_triggered", "alarm_deactivated"):
            begun = status == "alarm_triggered"
            if kind == "fall":
                report.state(Kind.FALL, begun, "event")
            elif kind == "out_of_bed" and begun:
                report.measure("bed", 0.0)


_NO_FALL = fixed(Kind.FALL, False)
DETECTION: dict[str, Meaning] = {
    "fall": fixed(Kind.FALL, True),
    "normal": _NO_FALL,
    "vacant": both(_NO_FALL, fixed_flag("presence", False), fixed_flag("bed", False)),
    "in_bed": both(_NO_FALL, fixed_flag("presence", True), fixed_flag("bed", True)),
    "out_of_bed": both(_NO_FALL, fixed_flag("bed", False)),
}
SMOKE_EVENT: dict[str, Meaning] = {
    # Milesight GS524N; `silent` is an alarm whose siren somebody has silenced
    "alarm": fixed(Kind.SMOKE, True),
    "normal": both(fixed(Kind.SMOKE, False), fixed(Kind.LOW_BATTERY, False)),
    "low battery": fixed(Kind.LOW_BATTERY, True),
    "failover": fixed(Kind.DEVICE_FAULT, True),
    "removed": fixed(Kind.TAMPER, True),
    "installed": fixed(Kind.TAMPER, False),
    "testing alarm with normal battery": lambda report, _v, _p: report.tested(Kind.SMOKE),
    "testing alarm with low battery": both(
        lambda report, _v, _p: report.tested(Kind.SMOKE), fixed(Kind.LOW_BATTERY, True)
    ),
}
TROUBLE: dict[str, Meaning] = {
    # Milesight GS101, `alarm`
    **dict.fromkeys(("power off", "power down"), fixed(Kind.POWER_FAILURE, True)),
    "power on": fixed(Kind.POWER_FAILURE, False),
    **dict.fromkeys(("sensor failure", "sensor failed"), fixed(Kind.DEVICE_FAULT, True)),
    "sensor recover": fixed(Kind.DEVICE_FAULT, False),
}
WATER = worded(states(Kind.WATER_LEAK, _LEAK))
DOOR = worded(flags("door", _OPEN))
SMOKE = worded(states(Kind.SMOKE, ALARM))
CO = worded(states(Kind.CARBON_MONOXIDE, ALARM))
GAS = worded(states(Kind.GAS_LEAK, ALARM))
TAMPER = worded(states(Kind.TAMPER, _OFF_THE_WALL))
MOTION = worded(flags("motion", _SOMEBODY))
OCCUPIED = worded(flags("presence", _SOMEBODY))
FELL = worded(states(Kind.FALL, {**ALARM, "fall": True, "fallen": True, "no fall": False}))
CALL = worded(states(Kind.HELP_CALL, {**ALARM, "sos": True, "pressed": True}))
