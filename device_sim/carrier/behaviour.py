"""How a phone behaves: what becomes of a message or a call that is sent to it."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Milliseconds = Annotated[int, Field(ge=0, le=3_600_000)]
ErrorCode = (
    Annotated[int, Field(ge=10_000, le=999_999)]
    | Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z_:.0-9]{2,40}$")]
)
"""Twilio's have five digits; Alibaba Cloud's are words, for calls six digits. A carrier gives its
usual one where the other's is set."""


class SmsOutcome(StrEnum):
    """What becomes of a message."""

    DELIVERED = "delivered"
    SENT = "sent"  # handed to the network; no receipt ever comes
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    REJECTED = "rejected"  # refused at creation with a 4xx code
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    HANG_BEFORE_ACCEPTING = "hang_before_accepting"
    HANG_AFTER_ACCEPTING = "hang_after_accepting"


class CallOutcome(StrEnum):
    """What becomes of a call."""

    RING = "ring"  # rings until somebody picks up, or the call's Timeout
    ANSWER = "answer"  # picked up; `digits` are pressed, none if empty
    MACHINE = "machine"  # voice mail: hears it, presses nothing
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    REJECTED = "rejected"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    HANG_BEFORE_ACCEPTING = "hang_before_accepting"
    HANG_AFTER_ACCEPTING = "hang_after_accepting"


class AnsweredBy(StrEnum):
    """What machine detection takes the one who picks up for. It may be wrong, or not know."""

    HUMAN = "human"
    MACHINE_START = "machine_start"
    MACHINE_END_BEEP = "machine_end_beep"
    MACHINE_END_SILENCE = "machine_end_silence"
    MACHINE_END_OTHER = "machine_end_other"
    FAX = "fax"
    UNKNOWN = "unknown"


class Callbacks(StrEnum):
    """How the status callbacks come."""

    ONCE = "once"
    DUPLICATE = "duplicate"
    REORDERED = "reordered"  # held back until the end, then the last state first
    NONE = "none"


class Silence(StrEnum):
    """How a carrier that hangs does it."""

    DROP = "drop"  # the TCP connection is cut
    SILENT = "silent"  # it stays open and no answer ever comes


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SmsDelays(_Strict):
    """Milliseconds before each step: the HTTP answer, then queued → sent → final state."""

    answer: Milliseconds = 0
    queued: Milliseconds = 0
    sent: Milliseconds = 0
    delivered: Milliseconds = 0


class CallDelays(_Strict):
    """Milliseconds before each step; `key` is the time before scripted digits are pressed.

    `detection` is the silence in which the carrier listens who has picked up, when it was asked
    to: 2,000 to 5,000 with the real one.
    """

    answer: Milliseconds = 0
    initiated: Milliseconds = 0
    ringing: Milliseconds = 0
    answered: Milliseconds = 0
    detection: Milliseconds = 0
    key: Milliseconds = 0
    completed: Milliseconds = 0


_WITH_CODE = {"undelivered", "failed", "rejected"}
_HANGS = {"hang_before_accepting", "hang_after_accepting"}


class _Behaviour(_Strict):
    error_code: ErrorCode | None = None
    status: Annotated[int, Field(ge=500, le=599)] = 503
    retry_after: Annotated[int, Field(ge=0, le=3600)] = 1
    connection: Silence = Silence.DROP
    callbacks: Callbacks = Callbacks.ONCE
    times: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _settings_fit_the_outcome(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        outcome = str(given.get("outcome", ""))
        belongs: dict[str, set[str]] = {
            "error_code": _WITH_CODE,
            "status": {"server_error"},
            "retry_after": {"rate_limited"},
            "connection": _HANGS,
        }
        for setting, outcomes in belongs.items():
            if given.get(setting) is not None and outcome not in outcomes:
                raise ValueError(f"{setting} goes with outcome {' or '.join(sorted(outcomes))}")
        return given


class SmsBehaviour(_Behaviour):
    """What becomes of the next messages to a phone (`times` of them; without it all)."""

    outcome: SmsOutcome = SmsOutcome.DELIVERED
    delay_ms: SmsDelays = SmsDelays()


class CallBehaviour(_Behaviour):
    """What becomes of the next calls to a phone (`times` of them; without it all)."""

    outcome: CallOutcome = CallOutcome.RING
    digits: Annotated[str, Field(pattern=r"^[0-9*#]{0,32}$")] = ""
    answered_by: AnsweredBy | None = None
    """What detection finds, whoever it is; None: the truth."""
    delay_ms: CallDelays = CallDelays()

    @model_validator(mode="after")
    def _only_people_press(self) -> Self:
        if self.digits and self.outcome is not CallOutcome.ANSWER:
            raise ValueError("digits go with outcome answer: nobody else presses keys")
        return self


def _spelled_out(given: Any) -> Any:
    """`"busy"` is short for `{"outcome": "busy"}`."""
    return {"outcome": given} if isinstance(given, str) else given


class Behaviour(_Strict):
    """Both halves. One that is left out stays as it is; null makes it normal again."""

    sms: Annotated[SmsBehaviour | None, BeforeValidator(_spelled_out)] = None
    call: Annotated[CallBehaviour | None, BeforeValidator(_spelled_out)] = None


def callbacks_at(statuses: Sequence[str], mode: Callbacks) -> list[tuple[str, ...]]:
    """Which statuses are posted at each step of `statuses`; one entry a step."""
    if mode is Callbacks.NONE:
        return [() for _ in statuses]
    if mode is Callbacks.DUPLICATE:
        return [(status, status) for status in statuses]
    if mode is Callbacks.REORDERED:
        return [() for _ in statuses[1:]] + [tuple(reversed(statuses))]
    return [(status,) for status in statuses]
