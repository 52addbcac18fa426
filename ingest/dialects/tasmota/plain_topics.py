"""Reads what Tasmota's rules publish as plain text under names their owner gives. Pure.

docs: Rules: `on Switch1#state do publish stat/%topic%/PIR1 %value% endon` (PIR Motion Sensors has
the like). The name is read as a property's, its number tells several of a kind apart.
"""

import re

from ingest.dialects.vocabulary.device_report import DeviceReport, button_press
from ingest.dialects.vocabulary.events import DialectEvent, WireMessage
from ingest.dialects.vocabulary.properties import meaning_of, meaning_or_unclear
from ingest.dialects.vocabulary.values import flag_of, text_of

_NUMBERED = re.compile(r"[_-]?\d{1,2}$")
_OWN = frozenset({"power", "state", "status", "result", "lwt"})
"""What Tasmota itself publishes: the relay, and replies."""
_INPUTS = frozenset({"switch", "contact", "reed", "input"})
"""Without a polarity: on or off of these only a role explains."""


def plain_value(device: str, leaf: str, wire: WireMessage) -> list[DialectEvent]:
    """Nothing of a name that no table has."""
    name = leaf.lower()
    known = meaning_of(name)
    if known is None:  # CO2 is no second CO
        name = _NUMBERED.sub("", name)
        known = meaning_or_unclear(name)
    if name in _OWN or (known is None and name not in _INPUTS and name != "button"):
        return []
    report = DeviceReport(device, wire)
    text = text_of(wire.payload).strip()
    if name == "button":
        button_press(report, text, leaf)
    elif name in _INPUTS and (active := flag_of(text)) is not None and not _OPENS.match(text):
        report.unclear(leaf, active)
    elif known is not None:
        known[0](report, text, known[1] if name == leaf.lower() else leaf)
    return report.events()


_OPENS = re.compile(r"open|close", re.IGNORECASE)
