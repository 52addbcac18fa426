"""Sends webhooks from background threads: in order, tried again as the account's carrier does."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from queue import SimpleQueue
from urllib.parse import urlsplit

import structlog

from device_sim.carrier.twilio.account import Account
from device_sim.carrier.twilio.webhook_requests import (
    SignedRequests,
    WebhookDelivery,
    WebhookResponse,
)
from device_sim.carrier.twilio.webhook_tries import WebhookPost, WebhookTries
from device_sim.timeline import Timeline

log = structlog.get_logger(__name__)

TIMEOUT_S = 15.0
"""Twilio waits 15 s for a webhook."""
STOPS_WITHIN = 0.5
"""Seconds that the end waits for a post under way."""
WORKERS = 8
"""Posts at the same time to one server; a dead server only ever holds its own workers."""


class _PostQueue:
    """Posts that must arrive in order, one at a time."""

    def __init__(self, origin: str, name: str) -> None:
        self.origin = origin
        self.name = name
        self.posts: deque[WebhookPost] = deque()


def origin_of(url: str) -> str:
    """`http://host:port` of a webhook; ValueError when it is not an http(s) address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"not an http(s) address: {url!r}")
    return f"{parts.scheme}://{parts.netloc}"


class WebhookSender:
    """Posts webhooks from background threads; those with the same `order_key` in order."""

    def __init__(
        self, auth_token: str, timeline: Timeline, account: Account, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._requests = SignedRequests(auth_token, timeout_s)
        self._tries = WebhookTries(self._requests, account)
        self._timeline = timeline
        self._lock = threading.Lock()
        self._post_queues: dict[tuple[str, str], _PostQueue] = {}
        self._queues: dict[str, SimpleQueue[_PostQueue | None]] = {}
        self._workers: list[tuple[SimpleQueue[_PostQueue | None], threading.Thread]] = []
        self._stopped = False

    @property
    def deliveries(self) -> deque[WebhookDelivery]:
        """Every attempt, the newest 10,000."""
        return self._requests.deliveries

    def post(
        self,
        order_key: str,
        url: str,
        params: Mapping[str, str],
        on_reply: Callable[[WebhookResponse], None] | None = None,
        fallback: str | None = None,
    ) -> None:
        """Queue a signed POST and return at once; `on_reply` gets a 2xx answer.

        `fallback` is asked instead when the last try has failed.
        """
        queued = WebhookPost(url, dict(params), on_reply, fallback)
        origin = origin_of(url)
        with self._lock:
            waiting = self._post_queues.get((origin, order_key))
            if waiting is not None:
                waiting.posts.append(queued)
                return
            fresh = self._post_queues[(origin, order_key)] = _PostQueue(origin, order_key)
            fresh.posts.append(queued)
        self._assign_worker(fresh)

    def request(
        self,
        url: str,
        params: Mapping[str, str],
        method: str = "POST",
        fallback: str | None = None,
    ) -> WebhookResponse:
        """Ask now and wait for the answer. OSError when nobody answers, at `fallback` neither."""
        asked = WebhookPost(url, dict(params), fallback=fallback)
        while (failure := self._tries.attempt(asked, method)) is not None:
            pause = self._tries.pause_before_next(asked, failure)
            if pause is None:
                break
            time.sleep(pause)
        if asked.reply is None:
            raise OSError(f"nobody answers at {asked.url}")
        return asked.reply

    def stop(self) -> None:
        """No more posts, also of those that wait. A worker that waits for an answer ends with it,
        in its own time: it is a daemon."""
        with self._lock:
            self._stopped = True
            workers = list(self._workers)
        for queue, _ in workers:
            queue.put(None)
        for _, worker in workers:
            if worker is not threading.current_thread():
                worker.join(STOPS_WITHIN)

    def _assign_worker(self, post_queue: _PostQueue) -> None:
        with self._lock:
            if self._stopped:
                return
            queue = self._queues.get(post_queue.origin)
            if queue is None:
                queue = self._queues[post_queue.origin] = SimpleQueue()
            if sum(1 for other, _ in self._workers if other is queue) < WORKERS:
                worker = threading.Thread(
                    target=self._work,
                    args=(queue,),
                    name=f"webhooks {post_queue.origin}",
                    daemon=True,
                )
                self._workers.append((queue, worker))
                worker.start()
        queue.put(post_queue)

    def _work(self, queue: "SimpleQueue[_PostQueue | None]") -> None:
        while (post_queue := queue.get()) is not None and not self._stopped:
            post = post_queue.posts[0]
            failure = self._tries.attempt(post)
            if failure is None:
                _hand_over(post)
            elif (pause := self._tries.pause_before_next(post, failure)) is not None:
                self._timeline.after(pause, partial(self._assign_worker, post_queue))
                continue
            if self._more(post_queue):
                queue.put(post_queue)

    def _more(self, post_queue: _PostQueue) -> bool:
        """Take the sent post off; forget the queue when it was the last."""
        with self._lock:
            post_queue.posts.popleft()
            if post_queue.posts:
                return True
            del self._post_queues[(post_queue.origin, post_queue.name)]
        return False


def _hand_over(post: WebhookPost) -> None:
    if post.on_reply is None or post.reply is None or post.reply.status >= 300:
        return
    try:
        post.on_reply(post.reply)
    except Exception:
        log.exception("the answer of a webhook could not be used", url=post.url)
