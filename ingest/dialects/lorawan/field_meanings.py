"""Meanings of LoRaWAN codecs' fields that need a function. Pure.

From the makers' codecs: Milesight (SensorDecoders), Netvox, Dragino, Elsys (LoRaWAN device
repository of The Things Network).
"""

from collections.abc import Mapping

from ingest.dialects.vocabulary.device_report import (
    DeviceReport,
    Meaning,
    alarm_state,
    all_of,
    button_press,
    fixed_flag,
    fixed_state,
    flag_metric,
)
from ingest.dialects.vocabulary.values import flag_of, number_of, truth_of
from store.model import Kind

_OPEN = {
    **dict.fromkeys(("open", "opened", "1", "true"), True),
    **dict.fromkeys(("close", "closed", "0", "false"), False),
}
_LEAK = {
    **dict.fromkeys(("leak", "leakage", "leaking", "alarm", "water leak", "true", "1"), True),
    **dict.fromkeys(("normal", "noleak", "no leak", "no alarm", "dry", "false", "0"), False),
}
ALARM_WORDS = {
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


def number_or_word(meaning: Meaning) -> Meaning:
    """Codecs write 1, true or a word for the same."""

    def take(report: DeviceReport, value: object, part: str) -> None:
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif (amount := number_of(value)) is not None:
            value = str(int(amount)) if amount in (0, 1, 2) else ""
        meaning(report, value, part)

    return take


def voltage_meaning(report: DeviceReport, value: object, part: str) -> None:
    """Netvox: 3.6, or "2.4(low battery)"; a plug's 230; Elsys' vdd in mV."""
    amount = number_of(value.partition("(")[0] if isinstance(value, str) else value)
    if amount is None:
        return
    if isinstance(value, str):
        report.state(Kind.LOW_BATTERY, "low battery" in value.lower(), part)
    if amount > 1_000:
        amount /= 1_000
    report.measure("battery_voltage" if amount <= 20 else "voltage", amount, part)


def button_meaning(report: DeviceReport, value: object, part: str) -> None:
    """Milesight WS101: {"status": "short press", "msgid": …}, or just "short"; others 1 or true."""
    said = value.get("status") if isinstance(value, Mapping) else value
    is_word = isinstance(said, str) and said.strip().lower() not in _PRESSED_OR_NOT
    (button_press if is_word else key_meaning)(report, said, part)


_PRESSED_OR_NOT = frozenset({"true", "false", "yes", "no", "0", "normal", "not_pressed"})


def key_meaning(report: DeviceReport, value: object, part: str) -> None:
    """Netvox: 1 while the key is pressed."""
    if flag_of(value):
        report.press("single", part)


def doorbell_meaning(report: DeviceReport, value: object, part: str) -> None:
    if truth_of(value):
        report.press("doorbell", part)


def movement_meaning(report: DeviceReport, value: object, part: str) -> None:
    """Elsys: how many movements since the last report."""
    if (amount := number_of(value)) is not None and amount >= 0:
        report.measure("motion", float(amount > 0), part)


def alarm_list_meaning(report: DeviceReport, value: object, _part: str) -> None:
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


_NO_FALL = fixed_state(Kind.FALL, False)
DETECTION_WORDS: dict[str, Meaning] = {
    "fall": fixed_state(Kind.FALL, True),
    "normal": _NO_FALL,
    "vacant": all_of(_NO_FALL, fixed_flag("presence", False), fixed_flag("bed", False)),
    "in_bed": all_of(_NO_FALL, fixed_flag("presence", True), fixed_flag("bed", True)),
    "out_of_bed": all_of(_NO_FALL, fixed_flag("bed", False)),
}
SMOKE_EVENT_WORDS: dict[str, Meaning] = {
    # Milesight GS524N; `silent` is an alarm whose siren somebody has silenced
    "alarm": fixed_state(Kind.SMOKE, True),
    "normal": all_of(fixed_state(Kind.SMOKE, False), fixed_state(Kind.LOW_BATTERY, False)),
    "low battery": fixed_state(Kind.LOW_BATTERY, True),
    "failover": fixed_state(Kind.DEVICE_FAULT, True),
    "removed": fixed_state(Kind.TAMPER, True),
    "installed": fixed_state(Kind.TAMPER, False),
    "testing alarm with normal battery": lambda report, _v, _p: report.tested(Kind.SMOKE),
    "testing alarm with low battery": all_of(
        lambda report, _v, _p: report.tested(Kind.SMOKE), fixed_state(Kind.LOW_BATTERY, True)
    ),
}
TROUBLE_WORDS: dict[str, Meaning] = {
    # Milesight GS101, `alarm`
    **dict.fromkeys(("power off", "power down"), fixed_state(Kind.POWER_FAILURE, True)),
    "power on": fixed_state(Kind.POWER_FAILURE, False),
    **dict.fromkeys(("sensor failure", "sensor failed"), fixed_state(Kind.DEVICE_FAULT, True)),
    "sensor recover": fixed_state(Kind.DEVICE_FAULT, False),
}
WATER_STATE = number_or_word(alarm_state(Kind.WATER_LEAK, _LEAK))
DOOR_FLAG = number_or_word(flag_metric("door", _OPEN))
SMOKE_STATE = number_or_word(alarm_state(Kind.SMOKE, ALARM_WORDS))
CO_STATE = number_or_word(alarm_state(Kind.CARBON_MONOXIDE, ALARM_WORDS))
GAS_STATE = number_or_word(alarm_state(Kind.GAS_LEAK, ALARM_WORDS))
TAMPER_STATE = number_or_word(alarm_state(Kind.TAMPER, _OFF_THE_WALL))
MOTION_FLAG = number_or_word(flag_metric("motion", _SOMEBODY))
PRESENCE_FLAG = number_or_word(flag_metric("presence", _SOMEBODY))
FALL_STATE = number_or_word(
    alarm_state(Kind.FALL, {**ALARM_WORDS, "fall": True, "fallen": True, "no fall": False})
)
HELP_CALL_STATE = number_or_word(
    alarm_state(Kind.HELP_CALL, {**ALARM_WORDS, "sos": True, "pressed": True})
)
LIFE_STATES = frozenset(
    {SMOKE_STATE, CO_STATE, GAS_STATE, WATER_STATE, FALL_STATE, HELP_CALL_STATE}
)
