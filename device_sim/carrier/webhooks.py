"""Sends webhooks: signed form posts to the server under test, in order, retried."""

import http.client
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from urllib.parse import SplitResult, urlencode, urlsplit

import structlog
from twilio.request_validator import (  # type: ignore[import-untyped,unused-ignore]
    RequestValidator,
)

from device_sim.timeline import Timeline

log = structlog.get_logger(__name__)

RETRIES_S = (0.5, 2.0)
"""Seconds before a second and a third attempt, when nobody answers or the answer is a 5xx."""
TIMEOUT_S = 15.0
"""Twilio waits 15 s for a webhook."""
WORKERS = 8
"""Posts at the same time to one server; a dead server only ever holds its own workers."""


@dataclass(frozen=True)
class WebhookDelivery:
    """One attempt to post a webhook: `status` is HTTP's, 0 when nobody answered."""

    url: str
    params: dict[str, str]
    status: int
    at: float
    error: str = ""


@dataclass(frozen=True)
class WebhookResponse:
    """What a webhook answered."""

    status: int
    body: bytes


class _QueuedPost:
    def __init__(
        self, url: str, params: dict[str, str], on_reply: Callable[[WebhookResponse], None] | None
    ) -> None:
        self.url = url
        self.params = params
        self.on_reply = on_reply
        self.attempt = 0


class _PostQueue:
    """Posts that must arrive in order, one at a time."""

    def __init__(self, origin: str, name: str) -> None:
        self.origin = origin
        self.name = name
        self.posts: deque[_QueuedPost] = deque()


def origin_of(url: str) -> str:
    """`http://host:port` of a webhook; ValueError when it is not an http(s) address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"not an http(s) address: {url!r}")
    return f"{parts.scheme}://{parts.netloc}"


class WebhookSender:
    """Posts webhooks from background threads; those with the same `order_key` in order."""

    def __init__(self, auth_token: str, timeline: Timeline, timeout_s: float = TIMEOUT_S) -> None:
        self._validator = RequestValidator(auth_token)
        self._timeline = timeline
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._post_queues: dict[tuple[str, str], _PostQueue] = {}
        self._queues: dict[str, SimpleQueue[_PostQueue | None]] = {}
        self._workers: list[tuple[SimpleQueue[_PostQueue | None], threading.Thread]] = []
        self._stopped = False
        self.deliveries: deque[WebhookDelivery] = deque(maxlen=10_000)

    def post(
        self,
        order_key: str,
        url: str,
        params: Mapping[str, str],
        on_reply: Callable[[WebhookResponse], None] | None = None,
    ) -> None:
        """Queue a signed POST and return at once; `on_reply` gets a 2xx answer."""
        queued = _QueuedPost(url, dict(params), on_reply)
        origin = origin_of(url)
        with self._lock:
            waiting = self._post_queues.get((origin, order_key))
            if waiting is not None:
                waiting.posts.append(queued)
                return
            fresh = self._post_queues[(origin, order_key)] = _PostQueue(origin, order_key)
            fresh.posts.append(queued)
        self._assign_worker(fresh)

    def request(self, url: str, params: Mapping[str, str], method: str = "POST") -> WebhookResponse:
        """Post (or get) now and wait for the answer. OSError when nobody answers."""
        return self._send(url, dict(params), method)

    def stop(self) -> None:
        """No more posts. Workers in the middle of one end with it (they are daemons)."""
        with self._lock:
            self._stopped = True
            workers = list(self._workers)
        for queue, _ in workers:
            queue.put(None)

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
        while (post_queue := queue.get()) is not None:
            queued = post_queue.posts[0]
            if not self._try(queued) and queued.attempt < len(RETRIES_S):
                queued.attempt += 1
                pause = RETRIES_S[queued.attempt - 1]
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

    def _try(self, queued: _QueuedPost) -> bool:
        """One attempt. True when there is no point in another."""
        try:
            reply = self._send(queued.url, queued.params, "POST")
        except (OSError, http.client.HTTPException) as error:
            log.warning("webhook not answered", url=queued.url, error=str(error))
            return False
        if reply.status >= 300:
            log.warning("webhook refused", url=queued.url, status=reply.status)
            return reply.status < 500
        if queued.on_reply is not None:
            try:
                queued.on_reply(reply)
            except Exception:
                log.exception("the answer of a webhook could not be used", url=queued.url)
        return True

    def _send(self, url: str, params: dict[str, str], method: str) -> WebhookResponse:
        if method == "GET" and params:
            url, params = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}", {}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": self._validator.compute_signature(url, params),
        }
        parts = urlsplit(url)
        connection = self._connection(parts)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(method, target, urlencode(params) or None, headers)
            response = connection.getresponse()
            reply = WebhookResponse(response.status, response.read())
        except (OSError, http.client.HTTPException) as error:
            self._note(WebhookDelivery(url, params, 0, time.monotonic(), str(error) or repr(error)))
            raise
        finally:
            connection.close()
        self._note(WebhookDelivery(url, params, reply.status, time.monotonic()))
        return reply

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        return kind(parts.hostname or "", parts.port, timeout=self._timeout_s)

    def _note(self, delivery: WebhookDelivery) -> None:
        with self._lock:
            self.deliveries.append(delivery)
