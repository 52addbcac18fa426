"""How a home's devices speak a format: what they announce, measure and call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Values = Mapping[str, float | int | bool]


@dataclass(frozen=True, slots=True)
class Said:
    """One MQTT message."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


class Speaker(Protocol):
    """The devices of one home in one format."""

    def code(self, device: str) -> str:
        """What the centre calls the device."""

    def announce(self) -> list[Said]:
        """What is said with every new connection: that they are there, and what they are."""

    def bindings(self) -> list[dict[str, str]]:
        """Devices that the centre must be told of beforehand (`POST …/devices`)."""

    def report(self, device: str, values: Values, at: datetime) -> list[Said]:
        """Measurements, in the words of the format; nothing for what it has no word for."""

    def signal(self, device: str, kind: str, active: bool, at: datetime) -> list[Said]:
        """A call or its end; nothing for a kind the format has no word for: then the hub itself
        says it in the native format."""
