"""The account at the simulated Alibaba Cloud: its faults, its limits, and how kind they are."""

import threading
from collections.abc import Mapping
from enum import StrEnum
from time import monotonic
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from device_sim.carrier.alibaba.errors import BusinessError, GatewayError
from device_sim.carrier.alibaba.limits import (
    DOCUMENTED_CALLS,
    DOCUMENTED_SMS,
    CalleeLimits,
    Throttle,
)
from device_sim.carrier.behaviour import Silence
from device_sim.carrier.errors import SilentCarrierError

Seconds = Annotated[float, Field(ge=0, le=86_400)]


class Outcome(StrEnum):
    """What the account's requests meet."""

    ACTIVE = "active"
    UNKNOWN_KEY = "unknown_key"  # 404: the access key was deleted
    WRONG_SIGNATURE = "wrong_signature"  # 400: its secret was changed
    FORBIDDEN = "forbidden"  # 403: its permissions were taken away
    THROTTLED = "throttled"  # 400 Throttling.User
    SERVER_ERROR = "server_error"  # 5xx
    UNREACHABLE = "unreachable"  # the connection is cut, or stays silent
    LOST_ANSWER = "lost_answer"  # what was asked is done, and no answer comes
    # Refused with HTTP 200, and only what sends or calls:
    OUT_OF_SERVICE = "out_of_service"
    AMOUNT_NOT_ENOUGH = "amount_not_enough"
    ACCOUNT_ABNORMAL = "account_abnormal"
    NOT_SUBSCRIBED = "not_subscribed"
    DAY_LIMIT = "day_limit"
    SYSTEM_ERROR = "system_error"


BUSINESS_CODES = {
    Outcome.OUT_OF_SERVICE: "isv.OUT_OF_SERVICE",
    Outcome.AMOUNT_NOT_ENOUGH: "isv.AMOUNT_NOT_ENOUGH",
    Outcome.ACCOUNT_ABNORMAL: "isv.ACCOUNT_ABNORMAL",
    Outcome.NOT_SUBSCRIBED: "isv.PRODUCT_UN_SUBSCRIPT",
    Outcome.DAY_LIMIT: "isv.DAY_LIMIT_CONTROL",
    Outcome.SYSTEM_ERROR: "isp.SYSTEM_ERROR",
}


class Product(StrEnum):
    """What an action belongs to."""

    SMS = "sms"
    VOICE = "voice"
    QUEUE = "queue"


class Reports(StrEnum):
    """How often the message queue gets each report."""

    ONCE = "once"
    DUPLICATE = "duplicate"
    NONE = "none"


class Review(StrEnum):
    """How far the review of a template or signature is."""

    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REFUSED = "refused"


def _limits(documented: CalleeLimits) -> BeforeValidator:
    """`"documented"` is short for those, null for none at all."""

    def spelled_out(given: Any) -> Any:
        return documented if given == "documented" else CalleeLimits() if given is None else given

    return BeforeValidator(spelled_out)


class AlibabaBehaviour(BaseModel):
    """Kind by default; `as_real()` is as the real one is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Outcome = Outcome.ACTIVE
    products: frozenset[Product] | None = None
    """Which products meet the outcome. None: all."""
    status: Annotated[int, Field(ge=500, le=599)] = 503
    retry_after: Annotated[int, Field(ge=1)] | None = None
    """The header x-acs-retry-after of a throttled request or a 5xx. None: no header."""
    connection: Silence = Silence.DROP
    times: Annotated[int, Field(ge=1)] | None = None
    """How many requests meet the outcome; None: all until it is changed."""
    sms_limits: Annotated[CalleeLimits, _limits(DOCUMENTED_SMS)] = CalleeLimits()
    call_limits: Annotated[CalleeLimits, _limits(DOCUMENTED_CALLS)] = CalleeLimits()
    twin_calls_block: bool = False
    """Two calls to one number within a second: neither rings."""
    requests_per_second: Annotated[float, Field(gt=0)] | None = None
    details_delay_s: Seconds = 0
    """So long after a message or call was taken no query finds it."""
    reports: Reports = Reports.ONCE
    report_delay_s: Seconds = 0
    visibility_s: Annotated[float, Field(gt=0, le=43_200)] = 30
    """So long a received report is hidden; who has not deleted it then gets it again."""
    token_s: Annotated[float, Field(gt=0, le=43_200)] = 3600
    review: Review = Review.APPROVED
    """What becomes of templates that are registered through the interface."""
    interactive_calls: bool = True
    keys_after_menu: bool = True
    """Whether a key counts after the text that the first one brought: the pages do not say."""

    @classmethod
    def as_real(cls, **settings: Any) -> "AlibabaBehaviour":
        """The documented limits, late and repeated reports, reviews that take their time."""
        real: dict[str, Any] = {
            "sms_limits": "documented",
            "call_limits": "documented",
            "twin_calls_block": True,
            "requests_per_second": 1000,
            "details_delay_s": 2,
            "reports": "duplicate",
            "report_delay_s": 1,
            "review": "in_review",
            "keys_after_menu": False,
        }
        return cls.model_validate(real | settings)


class AlibabaAccount:
    """The behaviour as it is now. Thread-safe."""

    def __init__(self, behaviour: AlibabaBehaviour | None = None) -> None:
        self._lock = threading.Lock()
        self._now = behaviour or AlibabaBehaviour()
        self._left = self._now.times
        self._throttle = Throttle()

    @property
    def behaviour(self) -> AlibabaBehaviour:
        """With `times` as many as are left."""
        with self._lock:
            return self._now.model_copy(update={"times": self._left})

    def behave(self, given: Mapping[str, Any]) -> None:
        """Change these settings; the others stay. pydantic's ValidationError says what is wrong."""
        with self._lock:
            kept = {name: getattr(self._now, name) for name in AlibabaBehaviour.model_fields}
            changed = kept | {"times": None} | dict(given)
            self._now = AlibabaBehaviour.model_validate(changed)
            self._left = self._now.times

    def check(self, product: Product, *, sends: bool) -> Literal["answer", "no answer"]:
        """Raise what a request meets; else whether its answer arrives. Counts `times` down."""
        with self._lock:
            now = self._now
            rate = None if product is Product.QUEUE else now.requests_per_second
            if not self._throttle.admits(rate, monotonic()):
                raise GatewayError("Throttling.User", retry_after=now.retry_after)
            business = now.outcome in BUSINESS_CODES or now.outcome is Outcome.LOST_ANSWER
            if now.products is not None and product not in now.products:
                return "answer"
            if now.outcome is Outcome.ACTIVE or (business and not sends):
                return "answer"
            self._count_down()
        _raise(now)
        return "no answer"

    def _count_down(self) -> None:
        if self._left is None:
            return
        self._left -= 1
        if self._left == 0:
            self._left = None
            self._now = self._now.model_copy(update={"outcome": Outcome.ACTIVE, "times": None})


def _raise(met: AlibabaBehaviour) -> None:
    """What the outcome is; nothing for an answer that is lost, because what is asked is done."""
    match met.outcome:
        case Outcome.UNKNOWN_KEY:
            raise GatewayError("InvalidAccessKeyId.NotFound", 404)
        case Outcome.WRONG_SIGNATURE:
            raise GatewayError("SignatureDoesNotMatch")
        case Outcome.FORBIDDEN:
            raise GatewayError("Forbidden.RAM", 403)
        case Outcome.THROTTLED:
            raise GatewayError("Throttling.User", retry_after=met.retry_after)
        case Outcome.SERVER_ERROR:
            raise GatewayError("ServiceUnavailable", met.status, retry_after=met.retry_after)
        case Outcome.UNREACHABLE:
            raise SilentCarrierError(drop=met.connection is Silence.DROP)
    if met.outcome in BUSINESS_CODES:
        raise BusinessError(BUSINESS_CODES[met.outcome])
