"""Codes that a Tasmota bridge hears at 433 MHz (docs: RF Protocol, Sonoff RF Bridge). Pure.

{"RfReceived": {"Sync": 10820, "Low": 360, "High": 1050, "Data": "2E5C12", "RfKey": "None"}}
{"RfReceived": {"Data": "0x2E5C12", "Bits": 24, "Protocol": 1, "Pulse": 350}}

A remote, a call button, a smoke detector, a door contact: all that is sent is a number. Each code
is a device of its own behind the bridge, found when it is first heard; the installer gives it its
role. Any neighbour's remote is heard, too, so that a home has room for so many.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingest.dialects.vocabulary.device_report import DeviceReport
from ingest.dialects.vocabulary.events import (
    DeviceAnnounced,
    DialectEvent,
    LearnedDescription,
    WireMessage,
)

MAX_CODES = 200
"""Codes known in a home."""
SHORTEST_BITS = 12
"""Of the protocols that remotes use (HX2262, PT2262, EV1527 …); less is noise."""
_CODE = re.compile(r"(?:0[xX])?([0-9A-Fa-f]{4,16})")
_NOISE = re.compile(r"0+|F+")


def code_of(received: Mapping[str, Any]) -> str | None:
    """The code in capital hexadecimal digits; SetOption28 has it written as a number."""
    bits, data = received.get("Bits"), received.get("Data")
    if isinstance(bits, int) and not isinstance(bits, bool) and bits < SHORTEST_BITS:
        return None
    if isinstance(data, int) and not isinstance(data, bool) and 0 < data < 2**64:
        data = f"{data:04X}"
    if not isinstance(data, str) or (found := _CODE.fullmatch(data.strip())) is None:
        return None
    code = found[1].upper()
    return None if _NOISE.fullmatch(code) else code


def read_code(
    bridge: str,
    received: Mapping[str, Any],
    wire: WireMessage,
    claimed: datetime | None,
    known: frozenset[str],
) -> list[DialectEvent]:
    """A held button says its code several times a second: copies are told by when they come."""
    code = code_of(received)
    if code is None:
        return []
    device = f"{bridge}/{code}"
    report = DeviceReport(device, wire, claimed=claimed, cached=False)
    report.press(f"rf_{code.lower()}", code=True)
    if device in known:
        return report.events()
    if len(known) >= MAX_CODES:
        return []
    announced = DeviceAnnounced(device, vendor="433 MHz", description=f"code {code}")
    return [LearnedDescription("tasmota", device, True), announced, *report.events()]


def learn(known: frozenset[str], key: str, doc: Any) -> frozenset[str]:
    """`key` is a code's device."""
    return known | {key} if doc else known - {key}
