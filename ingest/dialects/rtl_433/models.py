"""Models of rtl_433 whose fields mean something of their own (src/devices of rtl_433). Pure."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ingest.dialects.rtl_433.fields import read_words, subject_of
from ingest.dialects.vocabulary.device_report import DeviceReport
from ingest.dialects.vocabulary.values import number_of, truth_of, word_of

Message = Mapping[str, Any]

_COMMANDS = ("cmd", "command", "button", "button_id", "key", "control", "data")
"""Fields that name the button of a remote, or what a coded sensor says."""
_LABEL = re.compile(r"\(([A-Za-z][\w -]*)\)")
_MAX_WORD = 40
_ALARMED = frozenset({"alarm", "alert", "triggered"})
_WHO = frozenset(
    {"time", "model", "id", "channel", "unit", "code", "mic", "learn", "protocol", "description"}
    | {"mod", "freq", "freq1", "freq2", "rssi", "snr", "noise", "tag"}
)
"""Fields that say who sends and how it was heard."""


def _interlogix(report: DeviceReport, message: Message) -> None:
    """A switch is OPEN when something is detected; a keyfob's is CLOSED while it is pressed. The
    third, of the cover, floats in contacts without a resistor and is not read."""
    subtype = word_of(message.get("subtype") or message.get("device_type"))
    first = {"open": True, "closed": False}.get(word_of(message.get("switch1")))
    if subtype == "keyfob":
        for number in range(1, 6):
            if word_of(message.get(f"switch{number}")) == "closed":
                report.press(f"button_{number}")
    elif first is None:
        return
    elif subtype == "contact":
        report.measure("door", float(first))
    elif subtype == "motion":
        report.measure("motion", float(first))
    elif (kind := subject_of("", subtype)) is not None:
        report.state(kind, first)
    else:
        report.unclear("switch1", first)


def _contact(report: DeviceReport, message: Message) -> None:
    """Pendants and detectors of these makers send as door contacts do: a role tells them apart."""
    is_open = truth_of(message.get("contact_open"))
    if is_open is None and (closed := truth_of(message.get("closed"))) is not None:
        is_open = not closed
    if is_open is None:
        is_open = {"open": True, "closed": False}.get(word_of(message.get("state")))
    if is_open is not None:
        report.measure("door", float(is_open))
        report.unclear("contact", is_open)
    alarm(report, message)


def _simplisafe(report: DeviceReport, message: Message) -> None:
    """1 open, 2 closed, 3 the end of an alarm."""
    state = number_of(message.get("state"))
    if state in (1, 2):
        report.measure("door", float(state == 1))
        report.unclear("contact", state == 1)


def _simplisafe_keypad(report: DeviceReport, message: Message) -> None:
    """Only the panic button: what else it sends are people's codes."""
    if "panic" in word_of(message.get("extradata")):
        report.press("panic")


def _any(report: DeviceReport, message: Message) -> None:
    """Of a model without rules of its own."""
    for name in ("event", "state", "text", "remarks"):
        if isinstance(said := message.get(name), str):
            if "panic" in said.lower():
                report.press("panic")
            elif said.strip().lower() in _ALARMED:
                _alarmed(report, message)
            else:
                read_words(report, said)
    alarm(report, message)
    if not report.collected and not report.metrics:
        command(report, message)
        _mere_code(report, message)


def _alarmed(report: DeviceReport, message: Message) -> None:
    """Nothing may end it, so it is an occurrence."""
    kind = subject_of(_text(message.get("model")), _text(message.get("subtype")))
    if kind is None:
        report.press("alarm", code=True)
    else:
        report.state(kind, True, event=True)


def _mere_code(report: DeviceReport, message: Message) -> None:
    """A detector that sends only who it is, as the GS 558 does, sends because it alarms; when it
    learns it says so."""
    kind = subject_of(_text(message.get("model")), "")
    if kind is not None and message.keys() <= _WHO and not truth_of(message.get("learn")):
        report.state(kind, True, event=True)


def alarm(report: DeviceReport, message: Message) -> None:
    """`alarm` is about what the model's name says; of a mere contact a role must say it."""
    active = truth_of(message.get("alarm"))
    if active is None:
        return
    kind = subject_of(_text(message.get("model")), _text(message.get("subtype")))
    if kind is None:
        report.unclear("alarm", active)
    else:
        report.state(kind, active)


def command(report: DeviceReport, message: Message) -> None:
    """The button of a remote, or a sensor with a fixed code: what it says, its role tells."""
    for name in _COMMANDS:
        value = message.get(name)
        if isinstance(value, bool) or value in (None, ""):
            continue
        if isinstance(value, str):
            label = _LABEL.search(value)
            word = (label[1] if label else value.partition("(")[0]).strip().lower()
        else:
            word = f"{name}_{value}" if isinstance(value, int) else ""
        if word == "tamper" or "low battery" in word or word == "test":
            read_words(report, word)
        elif word and word != "?":
            report.press(word[:_MAX_WORD], code=True)
        return


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


MODELS: Mapping[str, Callable[[DeviceReport, Message], None]] = MappingProxyType(
    {
        "interlogix-security": _interlogix,
        "honeywell-security": _contact,
        "dsc-security": _contact,
        "dsc-contact": _contact,
        "interlogix": _interlogix,
        "simplisafe-sensor": _simplisafe,
        "simplisafe-keypad": _simplisafe_keypad,
        "generic-remote": command,
        "akhan-100f14": command,
        "chuango-security": command,
        "markisol": command,
    }
)
"""By the model's name in small letters and with -, two of them as old releases called them."""


def read_model(report: DeviceReport, message: Message) -> None:
    MODELS.get(model_key(message.get("model")), _any)(report, message)


def model_key(model: object) -> str:
    return _text(model).lower().replace(" ", "-")
