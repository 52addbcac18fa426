"""What whoever goes to smoke, gas or carbon monoxide has to heed, in Chinese and English. Pure.

The usual advice of fire brigades and gas companies: a spark of a switch, a doorbell or a telephone
lights gas, a lift stops in smoke, and who goes in without breathing apparatus is the next to be
carried out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from store.model import Kind


@dataclass(frozen=True, slots=True)
class Hazard:
    """Each in Chinese and in English. `brief` is for text messages, `inside` what the home's own
    loudspeaker says."""

    brief: tuple[str, str]
    whole: tuple[str, str]
    inside: tuple[str, str]


_HAZARDS: Mapping[Kind, Hazard] = {
    Kind.GAS_LEAK: Hazard(
        (
            "勿入户、勿按门铃、勿开关灯、勿乘电梯，疏散邻居。",
            "Stay out: no doorbell, switch, lift.",
        ),
        (
            "留在室外，不要入户。不要按门铃、开关电灯、乘电梯，门口和楼道内不要打电话。"
            "疏散邻居，等待119。",
            "Stay outside. No doorbell, no light switch, no lift, and no telephone at the door or "
            "on the stairs. Get the neighbours out and wait for 119.",
        ),
        (
            "检测到燃气泄漏，请马上离开。不要开关电灯，不要打电话，不要用火。",
            "gas was detected, please leave now: touch no switch, no telephone, no fire",
        ),
    ),
    Kind.SMOKE: Hazard(
        ("勿入户、勿乘电梯，疏散邻居。", "Stay out, no lift."),
        (
            "留在室外，不要入户，不要乘电梯，不要按门铃等候开门。疏散邻居，等待119。",
            "Stay outside, take no lift, do not wait at the doorbell. "
            "Get the neighbours out and wait for 119.",
        ),
        (
            "检测到烟雾，请马上离开，随手关门，不要乘电梯。",
            "smoke was detected, please leave now, shut the door, do not take the lift",
        ),
    ),
    Kind.CARBON_MONOXIDE: Hazard(
        ("勿入户、勿开关灯，疏散邻居。", "Stay out, touch no switch."),
        (
            "留在室外，不要入户，不要按门铃、开关电灯、乘电梯。疏散邻居，等待119。"
            "头晕立即到空气流通处。",
            "Stay outside: no doorbell, no light switch, no lift. Get the neighbours out and wait "
            "for 119. Who feels dizzy or sick goes into the open air at once.",
        ),
        (
            "检测到一氧化碳，请马上到室外去。",
            "carbon monoxide was detected, please go outside now",
        ),
    ),
}


def brief(kind: Kind, language: str) -> str:
    """For a text message; empty: nothing special to heed."""
    found = _HAZARDS.get(kind)
    return _of(found.brief, language) if found else ""


def whole(kind: Kind, language: str, gas_company: str = "") -> str:
    """For calls and pages, with the number of the gas company where gas leaks and it is known."""
    found = _HAZARDS.get(kind)
    if found is None:
        return ""
    words = _of(found.whole, language)
    if kind != Kind.GAS_LEAK or not gas_company:
        return words
    more = (
        f"燃气公司抢修电话 {gas_company}。" if language == "zh" else f" Gas company: {gas_company}."
    )
    return words + more


def inside(kind: Kind, language: str) -> str:
    """What is said in the home; empty: no danger one has to run from."""
    found = _HAZARDS.get(kind)
    return _of(found.inside, language) if found else ""


def _of(words: tuple[str, str], language: str) -> str:
    return words[0] if language == "zh" else words[1]
