"""The account at the simulated carrier: its faults, its limits, and how kind the carrier is."""

import threading
from collections.abc import Mapping
from enum import StrEnum
from time import monotonic
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from device_sim.carrier.behaviour import Silence
from device_sim.carrier.errors import SilentCarrierError
from device_sim.carrier.twilio.errors import CarrierError


class AccountOutcome(StrEnum):
    """What every request of the account meets."""

    ACTIVE = "active"
    UNAUTHORIZED = "unauthorized"  # 401, 20003: the token was changed
    SUSPENDED = "suspended"  # 403, 20005; what is on its way fails later with 30002
    UNKNOWN = "unknown"  # 404, 20404: there is no such account
    RATE_LIMITED = "rate_limited"  # 429, 20429
    SERVER_ERROR = "server_error"  # 5xx, 20500
    UNREACHABLE = "unreachable"  # the connection is cut, or stays silent


class WebhookRetries(StrEnum):
    """How often a webhook that failed is tried."""

    DOCUMENTED = "documented"  # as Twilio writes: once more without a connection, or as #rc says
    PATIENT = "patient"  # kinder: two more tries, also after a 5xx


class OptOut(StrEnum):
    """When a sender hears that a person has stopped it."""

    AT_ONCE = "at_once"  # refused at creation with 21610
    LATER = "later"  # accepted, then failed with 21610


class AccountBehaviour(BaseModel):
    """All of it has defaults as near to the real carrier as a test can live with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: AccountOutcome = AccountOutcome.ACTIVE
    status: Annotated[int, Field(ge=500, le=599)] = 503
    retry_after: Annotated[int, Field(ge=0, le=3600)] | str | None = None
    """The Retry-After header of a 429 or 5xx: seconds, or a date; None: no header."""
    connection: Silence = Silence.DROP
    times: Annotated[int, Field(ge=1)] | None = None
    """How many requests meet the outcome; None: all until it is changed."""
    senders: frozenset[str] | None = None
    """The account's numbers: another sender is refused (21606, calls 21210). None: any."""
    countries: frozenset[str] | None = None
    """Prefixes that may be written to and called (else 21408, calls 21215). None: all."""
    opt_out: OptOut = OptOut.AT_ONCE
    advanced_opt_out: bool = True
    """Whether replies come with OptOutType: with Advanced Opt-Out of a Messaging Service, which is
    kinder than a plain number, whose carrier stops without saying so."""
    webhooks: WebhookRetries = WebhookRetries.DOCUMENTED
    lists_unsent: bool = False
    """Kinder: lists by date also find what was never sent, by the date of its creation."""
    inbound_service: bool = True
    """Whether a reply to a number of a Messaging Service names the service."""
    calls_per_second: Annotated[float, Field(gt=0)] | None = None
    """Calls beyond it wait in the carrier's queue. None: no limit."""


class Account:
    """The behaviour as it is now. Thread-safe."""

    def __init__(self, behaviour: AccountBehaviour | None = None) -> None:
        self._lock = threading.Lock()
        self._now = behaviour or AccountBehaviour()
        self._left = self._now.times
        self._next_call_at = 0.0

    @property
    def behaviour(self) -> AccountBehaviour:
        """With `times` as many as are left."""
        with self._lock:
            return self._now.model_copy(update={"times": self._left})

    @property
    def suspended(self) -> bool:
        return self._now.outcome is AccountOutcome.SUSPENDED

    def behave(self, given: Mapping[str, Any]) -> None:
        """Change these settings; the others stay. pydantic's ValidationError says what is wrong."""
        with self._lock:
            kept = self._now.model_dump() | {"times": None}
            self._now = AccountBehaviour.model_validate(kept | dict(given))
            self._left = self._now.times

    def check(self) -> None:
        """Raise what a request meets; counts `times` down."""
        with self._lock:
            met = self._now
            if self._left is not None:
                self._left -= 1
                if self._left == 0:
                    self._left = None
                    self._now = met.model_copy(
                        update={"outcome": AccountOutcome.ACTIVE, "times": None}
                    )
        match met.outcome:
            case AccountOutcome.UNAUTHORIZED:
                raise CarrierError(20003, 401)
            case AccountOutcome.SUSPENDED:
                raise CarrierError(20005, 403)
            case AccountOutcome.UNKNOWN:
                raise CarrierError(20404, 404)
            case AccountOutcome.RATE_LIMITED:
                raise CarrierError(20429, 429, retry_after=met.retry_after)
            case AccountOutcome.SERVER_ERROR:
                raise CarrierError(20500, met.status, retry_after=met.retry_after)
            case AccountOutcome.UNREACHABLE:
                raise SilentCarrierError(drop=met.connection is Silence.DROP)

    def call_wait(self) -> float:
        """Seconds that a new call waits in the queue, by the limit of calls a second."""
        with self._lock:
            rate, now = self._now.calls_per_second, monotonic()
            if rate is None:
                return 0.0
            begins = max(now, self._next_call_at)
            self._next_call_at = begins + 1 / rate
            return begins - now
