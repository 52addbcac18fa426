"""What makers call a kind of signal in our own format, beside our own words. Pure."""

import re
import unicodedata

from store.model import Kind

_SAID: dict[Kind, str] = {
    Kind.HELP_CALL: "sos panic emergency emergency_call help call call_for_help help_call_button "
    "call_button pull_cord call_cord nurse_call personal_alarm sos_alarm sos_call 呼叫 求助 求救 "
    "紧急呼叫 紧急求助",
    Kind.FALL: "fallen falling fall_down fall_alarm fall_detected 跌倒",
    Kind.SMOKE: "fire smoke_alarm smoke_detected fire_alarm 烟雾 火警",
    Kind.CARBON_MONOXIDE: "co co_alarm carbon_monoxide_alarm 一氧化碳",
    Kind.GAS_LEAK: "gas gas_alarm gas_leakage gas_detected methane lpg natural_gas 燃气泄漏 燃气",
    Kind.WATER_LEAK: "water leak leakage water_leakage water_alarm water_detected flood flooding "
    "漏水 水浸",
    Kind.TAMPER: "tampered tamper_alarm 防拆",
    Kind.LOW_BATTERY: "battery_low battery 电量低",
    Kind.POWER_FAILURE: "power_outage mains_failure power_loss 断电",
    Kind.DEVICE_FAULT: "fault problem trouble malfunction 设备故障",
}
_KINDS = {word: kind for kind, words in _SAID.items() for word in words.split()}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def kind_meant(word: str) -> Kind | None:
    """The kind that a word like `SOS`, `helpCall` or `Gas leak` stands for; None: it says none, or
    one that only the centre concludes."""
    plain = unicodedata.normalize("NFKC", word).strip()
    name = "_".join(re.findall(r"\w+", _HUMP.sub("_", plain).lower().replace("_", " ")))
    meant = _KINDS.get(name)
    if meant is None and name in _KINDS.values():
        meant = Kind(name)
    return meant
