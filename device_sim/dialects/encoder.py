"""The interface of a format: how a home's devices announce, report and call in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Values = Mapping[str, float | int | bool]


@dataclass(frozen=True, slots=True)
class Publication:
    """One MQTT message."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


class DialectEncoder(Protocol):
    """The devices of one home in one format."""

    def code(self, device: str) -> str:
        """What the centre calls the device."""

    def announce(self) -> list[Publication]:
        """What is said with every new connection: that they are there, and what they are."""

    def bindings(self) -> list[dict[str, str]]:
        """Devices that the centre must be told of beforehand (`POST …/devices`)."""

    def report(self, device: str, values: Values, at: datetime) -> list[Publication]:
        """Measurements, in the words of the format; nothing for what it has no word for."""

    def signal(self, device: str, kind: str, active: bool, at: datetime) -> list[Publication]:
        """A call or its end; nothing for a kind the format has no word for: then the hub itself
        says it in the native format."""
