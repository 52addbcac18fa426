"""Names of button actions, and which of them are a call for help by name. Pure."""

import re

COMMON_ACTIONS: dict[str, str] = {
    # Zigbee2MQTT, "action" values of buttons
    **dict.fromkeys(("single", "press", "pressed", "click", "single_press", "1"), "single"),
    **dict.fromkeys(("double", "double_press", "double_click", "2"), "double"),
    **dict.fromkeys(("triple", "triple_press", "3"), "triple"),
    **dict.fromkeys(("hold", "long", "long_press", "longpress", "held"), "hold"),
    **dict.fromkeys(("release", "released", "hold_release", "clear", "off", "idle"), "release"),
    # Shelly: Gen1 input_event, Gen2 input events (shelly-api-docs)
    **dict.fromkeys(("s", "single_push"), "single"),
    **dict.fromkeys(("ss", "double_push"), "double"),
    **dict.fromkeys(("sss", "triple_push"), "triple"),
    **dict.fromkeys(("l", "long_push"), "hold"),
    **dict.fromkeys(("btn_up",), "release"),
    # Home Assistant device triggers (integrations/device_trigger.mqtt)
    **dict.fromkeys(("button_short_press",), "single"),
    **dict.fromkeys(("button_double_press",), "double"),
    **dict.fromkeys(("button_triple_press",), "triple"),
    **dict.fromkeys(("button_long_press",), "hold"),
    **dict.fromkeys(("button_short_release", "button_long_release"), "release"),
    # Milesight WS101 (SensorDecoders, ws101), and the device repository's decoder
    **dict.fromkeys(("short", "short press", "short_press"), "single"),
    **dict.fromkeys(("single press", "single click"), "single"),
    **dict.fromkeys(("long press",), "hold"),
    **dict.fromkeys(("double press", "double click"), "double"),
    "triple press": "triple",
}
"""The device's word (lower case) → the common one an installer chooses from."""

_CALL = frozenset({"emergency", "sos", "panic", "help", "fire"})
"""Words that are a call in themselves: ZCL 8.3.2.4 (IAS ACE: emergency, fire, panic) and what
makers print on the button."""
_NOT = frozenset(
    {"release", "released", "cancel", "cancelled", "canceled", "clear", "cleared", "off", "stop"}
    | {"end", "test", "reset", "disarm", "overheat", "heating", "heat"}
)
_WORDS = re.compile(r"[a-z]+|\d+")


def action_of(text: str) -> str:
    """The common word, or the device's own in lower case."""
    word = text.strip().lower()
    return COMMON_ACTIONS.get(word, word)


def is_call(text: str) -> bool:
    """Whether the word alone says that somebody calls for help: emergency, sos, panic, also with a
    button's number before or behind; `sos_release` is none."""
    words = _WORDS.findall(text.lower())
    return not _CALL.isdisjoint(words) and _NOT.isdisjoint(words)
