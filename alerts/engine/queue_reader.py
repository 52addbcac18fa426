"""Empties one message queue of a carrier. Any number of engines may run: one holds the lease of the
queue, and what it dies over comes again, since only what was taken in is deleted."""

from contextvars import copy_context
from datetime import datetime, timedelta
from functools import partial

import psycopg
import structlog

from alerts.notify.channels.interface import CarrierNews, CarrierQueue, SendError
from alerts.policy import Policy
from alerts.response import carrier_news
from store.clock import Clock
from store.db import Connection, Pool
from store.notify import carrier_queues

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)
"""Above what one look at the queue takes; an engine that dies is followed after it."""
AGAIN = timedelta(seconds=5)
"""After a refusal, and until the lease is asked for again."""


class QueueReader:
    """One engine's hand on the queue. `name` is unique among all readers."""

    def __init__(
        self, pool: Pool, queue: CarrierQueue, clock: Clock, policy: Policy, name: str
    ) -> None:
        self._pool = pool
        self._queue = queue
        self._clock = clock
        self._policy = policy
        self._name = name
        self._look_at = clock.now()

    def read_next(self) -> bool:
        """Take in what waits. False: nothing, or another engine does it."""
        now = self._clock.now()
        with self._pool.connection() as conn:
            mine = carrier_queues.hold(
                conn, self._queue.carrier, self._queue.name, self._name, now, now + LEASE
            )
        self._look_at = now + (timedelta(0) if mine else AGAIN)
        if not mine:
            return False
        try:
            found = self._queue.receive()
            taken = [news.handle for news in found if self._apart(news)]
            if taken:
                self._queue.delete(taken)
        except SendError as error:
            self._look_at = self._clock.now() + AGAIN
            log.warning("queue not read", carrier=self._queue.carrier, error=error.code)
            return False
        return bool(taken)

    def next_look(self, _conn: Connection) -> datetime:
        return self._look_at

    def _apart(self, news: CarrierNews) -> bool:
        """In a context of its own: log lines name the alarm of one and no other."""
        return copy_context().run(partial(self._take_in, news))

    def _take_in(self, news: CarrierNews) -> bool:
        """Whether it is done with. One that the database refuses must not hide those after it."""
        try:
            with self._pool.connection() as conn:
                done = carrier_news.take_in(
                    conn,
                    self._queue.carrier,
                    self._queue.channel,
                    news,
                    self._clock.now(),
                    self._policy,
                )
        except psycopg.DataError:
            log.exception("news of a carrier cannot be stored", carrier=self._queue.carrier)
            return True
        log.info(
            "carrier news",
            carrier=self._queue.carrier,
            channel=self._queue.channel,
            notification=news.notification_id,
            done=done,
        )
        return True
