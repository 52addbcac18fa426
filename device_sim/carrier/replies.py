"""What people write: to the last who wrote to them, through the carrier it came by."""

from collections.abc import Mapping
from typing import Protocol

from device_sim.carrier.errors import NotPossibleError
from device_sim.carrier.network import Network
from device_sim.carrier.records import Carrier, Message

Media = tuple[tuple[str, str], ...]
"""Address and type of each picture or recording that comes with a reply."""


class ReplyService(Protocol):
    """The part of a carrier that takes what people write."""

    def reply(self, number: str, text: str, to: str, media: Media) -> Message:
        """The person at `number` writes to `to`. NotPossibleError when nobody would hear it."""
        ...

    def owns(self, address: str) -> bool:
        """Is this one of the carrier's own numbers?"""
        ...


class Replies:
    """Hands a reply to the carrier that it belongs to."""

    def __init__(self, network: Network, services: Mapping[Carrier, ReplyService]) -> None:
        self._network = network
        self._services = services

    def send(self, number: str, text: str, to: str | None = None, media: Media = ()) -> Message:
        """The person at `number` answers the last sender, or writes to `to`."""
        if to is None:
            last = self._last_shown(number)
            return self._services[last.carrier].reply(number, text, last.from_, media)
        owner = next((name for name, s in self._services.items() if s.owns(to)), Carrier.TWILIO)
        return self._services[owner].reply(number, text, to, media)

    def _last_shown(self, number: str) -> Message:
        for message in reversed(self._network.messages(number)):
            if message.direction != "inbound" and message.on_phone_at is not None:
                return message
        raise NotPossibleError(f"{number} has received nothing to answer: say to whom with 'to'")
