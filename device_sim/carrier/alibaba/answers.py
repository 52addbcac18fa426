"""What an action answers, and what a phone's script makes of a request to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from device_sim.carrier.alibaba.errors import BusinessError, GatewayError
from device_sim.carrier.behaviour import CallBehaviour, Silence, SmsBehaviour
from device_sim.carrier.errors import SilentCarrierError

OK = {"Code": "OK", "Message": "OK"}


@dataclass(frozen=True)
class Answer:
    """`behaviour`: of the phone that it goes to; `begin` sends what was taken on its way."""

    document: dict[str, Any]
    behaviour: SmsBehaviour | CallBehaviour | None = None
    begin: Callable[[], object] = lambda: None


def raise_scripted_refusal(behaviour: SmsBehaviour | CallBehaviour) -> None:
    """Raise what a request meets at a phone that behaves like this; nothing for the others."""
    match behaviour.outcome.value:
        case "rejected":
            code = behaviour.error_code
            raise BusinessError(code if isinstance(code, str) else "isv.BUSINESS_LIMIT_CONTROL")
        case "rate_limited":
            raise GatewayError("Throttling.User", retry_after=behaviour.retry_after * 1000 or None)
        case "server_error":
            raise GatewayError("ServiceUnavailable", behaviour.status)
        case "hang_before_accepting":
            raise SilentCarrierError(drop=behaviour.connection is Silence.DROP)
