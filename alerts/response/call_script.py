"""The carrier's request when somebody picked up, and the script that answers it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PickedUp:
    """A request for what to say. `digits`: keys pressed since; `attempt` counts from 1."""

    notification_id: int | None
    provider_id: str
    answered_by: str = ""
    digits: str = ""
    attempt: int = 1
    carrier: str = "twilio"

    @property
    def by_machine(self) -> bool:
        return self.answered_by.startswith(("machine", "fax"))


@dataclass(frozen=True, slots=True)
class Script:
    """What the carrier is to do: say these, then wait for a key, or join a conference, or hang up.

    `ask`: `says` is said while waiting for one key; `goodbye` is for who pressed none.
    `leave_ends`: the conference ends when this one leaves it.
    """

    language: str
    says: tuple[str, ...] = ()
    ask: bool = False
    attempt: int = 1
    goodbye: str = ""
    conference: str = ""
    leave_ends: bool = False
