"""The tries of one webhook: again or not, then at its fallback address."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from device_sim.carrier.twilio.account import Account, WebhookRetries
from device_sim.carrier.twilio.connection_overrides import (
    CLIENT_ERROR,
    CONNECT,
    READ,
    failure_of,
    split_overrides,
)
from device_sim.carrier.twilio.webhook_requests import (
    SignedRequests,
    WebhookResponse,
    WebhookUnansweredError,
)

log = structlog.get_logger(__name__)

PATIENT_RETRIES_S = (0.5, 2.0)
"""Of a kinder carrier: seconds before a second and a third try, also after a 5xx."""
ERROR_CODES = {CONNECT: "11205", READ: "11205"}
"""Twilio's ErrorCode in a request to the fallback address; else 11200, an answer of 4xx or 5xx."""


@dataclass
class WebhookPost:
    """What is to be posted, where, and how far that is."""

    url: str
    params: dict[str, str]
    on_reply: Callable[[WebhookResponse], None] | None = None
    fallback: str | None = None
    tries: int = 0
    began: float = field(default_factory=time.monotonic)
    reply: WebhookResponse | None = None
    """The last answer, good or not."""


class WebhookTries:
    """Tries a post and says what follows."""

    def __init__(self, requests: SignedRequests, account: Account) -> None:
        self._requests = requests
        self._account = account

    def attempt(self, post: WebhookPost, method: str = "POST") -> str | None:
        """One attempt; the kind of its failure, None when the webhook has answered well."""
        post.tries += 1
        post.reply = None
        url, overrides = split_overrides(post.url)
        try:
            post.reply = self._requests.send(url, post.params, method, overrides)
        except WebhookUnansweredError as error:
            log.warning("webhook not answered", url=url, error=str(error))
            return error.failure
        if post.reply.status >= 300:
            log.warning("webhook refused", url=url, status=post.reply.status)
        return failure_of(post.reply.status)

    def pause_before_next(self, post: WebhookPost, failure: str) -> float | None:
        """Seconds before the next try of a post that failed so, which may be at its fallback
        address; None: that was the last."""
        pause = self._pause_here(post, failure)
        return 0.0 if pause is None and _turn_to_fallback(post, failure) else pause

    def _pause_here(self, post: WebhookPost, failure: str) -> float | None:
        if self._account.behaviour.webhooks is WebhookRetries.PATIENT:
            left = PATIENT_RETRIES_S[post.tries - 1 :]
            return left[0] if left and failure != CLIENT_ERROR else None
        _, overrides = split_overrides(post.url)
        elapsed = time.monotonic() - post.began
        return 0.0 if overrides.again(failure, post.tries, elapsed) else None


def _turn_to_fallback(post: WebhookPost, failure: str) -> bool:
    """Whether there is another address; the post goes there from now on, and says why."""
    if not post.fallback:
        return False
    failed, _ = split_overrides(post.url)
    post.params |= {"ErrorCode": ERROR_CODES.get(failure, "11200"), "ErrorUrl": failed}
    post.url, post.fallback = post.fallback, None
    post.tries, post.began = 0, time.monotonic()
    return True
