"""Meanings of properties that need a function: polarity, units, words. Pure.

Names and values are those of the exposes of zigbee-herdsman-converters (docs: Exposes).
"""

from ingest.dialects.vocabulary.device_report import (
    DeviceReport,
    Meaning,
    alarm_state,
    all_of,
    fixed_flag,
    fixed_state,
    flag_metric,
)
from ingest.dialects.vocabulary.units import is_plausible
from ingest.dialects.vocabulary.values import UNKNOWN, flag_of, number_of, truth_of, word_of
from store.model import Kind

PRESENCE_WORDS = {
    **dict.fromkeys(("presence", "present", "occupied", "motion", "move", "moving"), True),
    **dict.fromkeys(("stationary", "static", "peaceful", "active", "large", "small"), True),
    **dict.fromkeys(("small_movement", "large_movement", "medium", "far", "near", "enter"), True),
    **dict.fromkeys(("breathe", "breath", "someone", "true", "on", "yes", "detected"), True),
    **dict.fromkeys(("none", "no_presence", "unoccupied", "vacant", "no_motion", "absent"), False),
    **dict.fromkeys(("leave", "nobody", "false", "off", "absence", "no_one", "empty"), False),
    **dict.fromkeys(("no", "clear", "cleared", "not_detected", "idle", "inactive"), False),
}
OPEN_WORDS = {
    **dict.fromkeys(("open", "opened", "tilted", "error_forced_open", "on", "yes", "true"), True),
    **dict.fromkeys(("close", "closed", "off", "no", "false"), False),
}
ALARM_WORDS = {
    **dict.fromkeys(("alarm", "alarmed", "true", "on", "detected", "fire", "smoke"), True),
    **dict.fromkeys(("normal", "none", "clear", "false", "off", "ok", "no_alarm"), False),
}
LEAK_WORDS = {
    **dict.fromkeys(("water_leakage_yes", "leak", "leakage", "wet", "alarm", "yes"), True),
    **dict.fromkeys(("water_leakage_no", "normal", "dry", "none", "no", "ok"), False),
}
BATTERY_LOW_WORDS = {
    **dict.fromkeys(("low", "critical", "very_low", "empty", "exhausted", "replace"), True),
    **dict.fromkeys(("medium", "middle", "mid", "high", "full", "normal", "ok", "good"), False),
    **dict.fromkeys(("usb", "charged"), False),
}
FALL_WORDS = {
    **dict.fromkeys(("fall", "falling", "fallen", "fall_alarm", "fall_detected"), True),
    **dict.fromkeys(("none", "normal", "no_fall", "clear"), False),
}
"""`fall_warning` and `maybe_fall` are neither: the sensor is still making up its mind."""
POSTURE_WORDS: dict[str, Meaning] = {
    # OWON FDS315, `status`
    "falling": all_of(fixed_state(Kind.FALL, True), fixed_flag("presence", True)),
    "unoccupied": all_of(fixed_state(Kind.FALL, False), fixed_flag("presence", False)),
    "occupied": all_of(fixed_state(Kind.FALL, False), fixed_flag("presence", True)),
    "sitting": all_of(fixed_state(Kind.FALL, False), fixed_flag("presence", True)),
    "low_posture": fixed_flag("presence", True),
    "on_the_bed": all_of(
        fixed_state(Kind.FALL, False), fixed_flag("presence", True), fixed_flag("bed", True)
    ),
}
_NO_FAULT = frozenset({"none", "no_fault", "clear", "normal", "ok", "false", "off", "no"})


def contact_meaning(report: DeviceReport, value: object, part: str) -> None:
    """True is closed, in every definition; the words say themselves."""
    word = value.strip().lower() if isinstance(value, str) else None
    if word in ("open", "opened", "close", "closed"):
        report.measure("door", float(word.startswith("open")), part)
    elif (closed := truth_of(value)) is not None:
        report.measure("door", float(not closed), part)


def gas_meaning(report: DeviceReport, value: object, part: str) -> None:
    """An alarm when it is on or off; a number is a meter's volume or a concentration."""
    if isinstance(value, bool | str) and number_of(value) is None:
        GAS_STATE(report, value, part)


def water_meaning(report: DeviceReport, value: object, part: str) -> None:
    """A leak when it is on or off; a number is a meter."""
    if isinstance(value, bool | str) and number_of(value) is None:
        WATER_STATE(report, value, part)


def voltage_meaning(report: DeviceReport, value: object, part: str) -> None:
    """Of a battery in mV, or of the mains in V: the exposes say which, and without them the size
    does: no mains has 500 V, no cell of a sensor 20 V."""
    amount = number_of(value)
    if amount is None:
        return
    if amount >= 500:
        report.measure("battery_voltage", amount / 1000, part)
    elif amount <= 20:
        report.measure("battery_voltage", amount, part)
    else:
        report.measure("voltage", amount, part)


def pressure_meaning(report: DeviceReport, value: object, part: str) -> None:
    """Of the air in hPa or kPa; on or off, also as a text, is a pad somebody lies or sits on."""
    if (amount := number_of(value)) is not None:
        report.measure("pressure", amount if amount >= 200 else amount * 10, part)
    elif (pressed := flag_of(value)) is not None:
        report.measure("presence", float(pressed), part)


def battery_meaning(report: DeviceReport, value: object, part: str) -> None:
    """Percent, or the words of a gauge with three steps."""
    amount = number_of(value)
    if amount is not None:
        report.measure("battery", amount, part)
    else:
        LOW_BATTERY_STATE(report, value, part)


def fault_meaning(report: DeviceReport, value: object, part: str) -> None:
    """On or off, or the name of a fault."""
    broken = truth_of(value)
    word = word_of(value)
    if word in _NO_FAULT:
        broken = False
    elif broken is None and word not in UNKNOWN:
        broken = True
    if broken is not None:
        report.state(Kind.DEVICE_FAULT, broken, part)


def self_test_meaning(report: DeviceReport, value: object, _part: str) -> None:
    """`checking`, `check_success`, `check_failure` and the like; true while it runs."""
    if value is True or value == "true":
        report.tested(None)
    elif isinstance(value, str) and (word := value.strip().lower()) not in UNKNOWN:
        if "succe" in word or "pass" in word:
            report.tested(None, True)
        elif "fail" in word or word.endswith("_fault"):
            report.tested(None, False)
        elif "checking" in word or "testing" in word:
            report.tested(None)


def half_percent_meaning(report: DeviceReport, value: object, part: str) -> None:
    """ZCL 3.3.2.2.3.2: BatteryPercentageRemaining counts half percents."""
    if (amount := number_of(value)) is not None and is_plausible("battery", amount / 2):
        report.measure("battery", amount / 2, part)


GAS_STATE = alarm_state(Kind.GAS_LEAK)
LOW_BATTERY_STATE = alarm_state(Kind.LOW_BATTERY, BATTERY_LOW_WORDS)
WATER_STATE = alarm_state(Kind.WATER_LEAK)
FALL_STATE = alarm_state(Kind.FALL)
HELP_CALL_STATE = alarm_state(Kind.HELP_CALL)
DOOR_FLAG = flag_metric("door", OPEN_WORDS)


PRESENCE_FLAG = flag_metric("presence", PRESENCE_WORDS)


def opening_meaning(report: DeviceReport, value: object, part: str) -> None:
    """Open, tilted, closed; or true for open."""
    _flag_or_words("door", DOOR_FLAG, report, value, part)


def presence_meaning(report: DeviceReport, value: object, part: str) -> None:
    _flag_or_words("presence", PRESENCE_FLAG, report, value, part)


def _flag_or_words(
    metric: str, words: Meaning, report: DeviceReport, value: object, part: str
) -> None:
    """True, 1 and the like, or the words of a table."""
    if isinstance(value, bool) or number_of(value) in (0, 1):
        report.measure(metric, float(bool(truth_of(value))), part)
    else:
        words(report, value, part)
