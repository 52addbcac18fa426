"""Controls a call that is going on: pick up, keys, hang up, redirect."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Destination:
    """Where a call's instructions come from: an address, or a document given outright."""

    url: str | None = None
    document: str | None = None
    method: str = "POST"
    fields: Mapping[str, str] = field(default_factory=dict)


class CallControl:
    """Picking up, keys, hanging up, redirecting. Other threads call it; the call's own waits."""

    def __init__(self, changed: threading.Condition, *, keys: str, by_hand: bool) -> None:
        self._changed = changed
        self._keys = keys
        self.by_hand = by_hand
        """Does a person hold the phone? Otherwise nothing more will be pressed than `keys`."""
        self.picked_up = False
        self.ended_as: str | None = None
        self._redirect: Destination | None = None

    @property
    def interrupted(self) -> bool:
        """Has either side ended the call, or the caller redirected it?"""
        return self.ended_as is not None or self._redirect is not None

    @property
    def keys(self) -> str:
        """Keys pressed and not yet taken."""
        return self._keys

    def press(self, digits: str) -> None:
        """A person presses keys; answers first if it still rings."""
        with self._changed:
            self._keys += digits
            self.picked_up = True
            self._changed.notify_all()

    def hang_up(self, status: str = "completed") -> None:
        """Either side ends the call with this final status; the first to do so decides."""
        with self._changed:
            self.ended_as = self.ended_as or status
            self._changed.notify_all()

    def redirect(self, destination: Destination) -> None:
        """The caller sends the conversation elsewhere."""
        with self._changed:
            self._redirect = destination
            self._changed.notify_all()

    def take_redirect(self) -> Destination | None:
        """Where the caller sent the conversation since, if it did."""
        with self._changed:
            taken, self._redirect = self._redirect, None
            return taken

    def take_keys(self, take: Callable[[str], tuple[str | None, str]], timeout: float) -> str:
        """Keys as `take` wants them, or what was pressed when no key came for `timeout` s."""
        with self._changed:
            while True:
                taken, rest = take(self._keys)
                if taken is not None:
                    self._keys = rest
                    return taken
                before = len(self._keys)
                if not (self.by_hand and self.wait_for(lambda: len(self._keys) > before, timeout)):  # noqa: B023
                    taken, self._keys = self._keys, ""
                    return taken

    def wait(self, seconds: float) -> None:
        """That long, or until the call is ended or redirected."""
        if seconds > 0:
            self.wait_for(lambda: False, seconds)

    def wait_for(self, happened: Callable[[], bool], seconds: float) -> bool:
        """Has it happened, in that time and before the call was ended or redirected?"""
        with self._changed:
            self._changed.wait_for(lambda: happened() or self.interrupted, seconds)
            return happened() and not self.interrupted
