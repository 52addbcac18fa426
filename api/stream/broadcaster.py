"""Sends each database change to all connected screens (server-sent events); one a process.

The only asynchronous code, on the server's own event loop. One LISTEN connection a process; one
read for each change, shared by all screens; nobody polls. Reads run one after the other in a
thread, and a screen that comes in gets the queue from that same line: so a change is never older
than the queue it follows, and none falls between.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

import psycopg
import structlog

from api.access.auth import Principal
from api.deps import ApiDeps
from api.http.metrics import Metrics
from api.stream.changes import ChangeReader, StreamEvent, gone_event, heartbeat_event
from store.answer_limits import connection_settings
from store.db import WORK_CHANNEL

log = structlog.get_logger()

HEARTBEAT_INTERVAL = 15.0
"""Seconds between heartbeats; a screen that misses two knows that its line is cut."""
MAX_QUEUED_EVENTS = 256
"""Events a screen may be behind before it is sent away to begin anew with the queue."""
ACCESS_ENDED = "access"
"""Notified when sessions or tokens are no longer in force: see sessions.tell_of_end."""
RETRY_INTERVAL = 1.0
"""Seconds before the database is tried again."""
_T = TypeVar("_T")


@dataclass(eq=False)
class StreamClient:
    """One screen. `end_reason` says why we ended it; empty: it goes on. `shown` are the ids of the
    alarms it was given, kept for who does not see all of them."""

    principal: Principal
    shown: set[int] = field(default_factory=set)
    events: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(MAX_QUEUED_EVENTS))
    end_reason: str = ""
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class StreamBroadcaster:
    """All screens of this process. Everything but the reads happens on the event loop."""

    def __init__(
        self,
        deps: ApiDeps,
        metrics: Metrics,
        *,
        every: float = HEARTBEAT_INTERVAL,
        retry: float = RETRY_INTERVAL,
    ) -> None:
        self._deps, self._metrics, self._every, self._retry = deps, metrics, every, retry
        self._reader = ChangeReader(deps.database_url)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="stream")
        self._clients: set[StreamClient] = set()
        self._newcomers: set[StreamClient] = set()
        self._pending: set[str] = set()
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self.listening = self._closing = self._access_ended = False
        metrics.count_streams(lambda: len(self._clients) + len(self._newcomers))

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        work: list[Callable[[], Awaitable[None]]] = [
            self._listen,
            self._serve,
            self._send_heartbeats,
        ]
        self._tasks = [asyncio.create_task(self._for_ever(each)) for each in work]

    async def stop(self) -> None:
        """End every stream and every task; screens come back to another process."""
        self.close_all()
        await _cancel_all(self._tasks)
        await self._read(self._reader.close)
        self._thread.shutdown(wait=False)

    def close_all(self) -> None:
        """End every stream, and each that comes from now on. On the event loop."""
        self._closing = True
        for client in [*self._clients, *self._newcomers]:
            self._end(client, "stopping")

    def connect(self, principal: Principal) -> StreamClient:
        """A screen comes in: it gets the queue as its first event."""
        client = StreamClient(principal)
        self._newcomers.add(client)
        self._wake.set()
        if self._closing:
            self._end(client, "stopping")
        return client

    def disconnect(self, client: StreamClient) -> None:
        self._clients.discard(client)
        self._newcomers.discard(client)

    def end_session(self, secret_hash: bytes) -> None:
        """End the streams of a session at once. May be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._end_session, secret_hash)

    def _end_session(self, secret_hash: bytes) -> None:
        for client in [*self._clients, *self._newcomers]:
            if client.principal.secret_hash == secret_hash:
                self._end(client, "logged out")

    async def _for_ever(self, work: Callable[[], Awaitable[None]]) -> None:
        """The database may go away; the broadcaster does not."""
        while True:
            try:
                await work()
            except psycopg.Error as error:
                log.warning("stream without the database", error=str(error).strip())
            except Exception:
                log.exception("stream stumbled")
            await asyncio.sleep(self._retry)

    async def _listen(self) -> None:
        """Collect what the database notifies; whoever was there before we listened begins anew."""
        connection = await psycopg.AsyncConnection.connect(
            self._deps.database_url,
            autocommit=True,
            **connection_settings(self._deps.database_url, "anxin-api-listen"),
        )
        async with connection:
            await connection.execute(f"LISTEN {WORK_CHANNEL}".encode())
            self.listening = True
            self._newcomers |= self._clients
            self._clients.clear()
            self._wake.set()
            try:
                while True:
                    async for note in connection.notifies(timeout=self._every):
                        if note.payload == ACCESS_ENDED:
                            self._access_ended = True
                        else:
                            self._pending.add(note.payload)
                        self._wake.set()
                    # Is the line still there? A dead one is noticed by nothing else.
                    await asyncio.wait_for(connection.execute("SELECT 1"), self._every)
            finally:
                self.listening = False

    async def _serve(self) -> None:
        """Give newcomers the queue and everybody the changes, in one line."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._access_ended:
                self._access_ended = False
                await self._end_invalid()
            if self._newcomers and self.listening:
                await self._admit_newcomers()
            if self._pending:
                payloads, self._pending = self._pending, set()
                await self._broadcast(payloads)

    async def _admit_newcomers(self) -> None:
        newcomers = set(self._newcomers)
        now = self._deps.clock.now()
        try:
            snapshot = await self._read(partial(self._reader.snapshot, now))
        except psycopg.Error:
            self._wake.set()  # they wait; try again
            raise
        await self._note_presence(newcomers, now)
        by_user = {}
        for client in newcomers & self._newcomers:  # some may have left meanwhile
            user = client.principal.user
            if user.id not in by_user:
                by_user[user.id] = snapshot.for_user(user)
            self._newcomers.discard(client)
            self._clients.add(client)
            queue, ids = by_user[user.id]
            client.shown = set() if user.at_the_desk else set(ids)
            self._send(client, queue)

    async def _broadcast(self, payloads: set[str]) -> None:
        try:
            frames = await self._read(partial(self._reader.changes, payloads))
        except psycopg.Error:
            self._pending |= payloads
            self._wake.set()
            raise
        for client in list(self._clients):
            for each in frames:
                self._show(client, each)

    async def _send_heartbeats(self) -> None:
        """Heartbeats, and the end of who may not look any more.

        A heartbeat says that changes would be seen: without the database there is none, and the
        screens say loudly that they are cut off.
        """
        while True:
            await asyncio.sleep(self._every)
            await self._read(partial(self._reader.compare_clock, self._deps.clock))
            now = self._deps.clock.now()
            valid = await self._end_invalid()
            await self._note_presence(valid, now)
            for client in valid:
                if self.listening and client in self._clients:  # not one that waits for its queue
                    self._send(client, heartbeat_event(now))

    async def _end_invalid(self) -> list[StreamClient]:
        """End the streams of who may not look any more; the others are returned."""
        shown = list(self._clients)
        hashes = list({client.principal.secret_hash for client in shown})
        now = self._deps.clock.now()
        valid = await self._read(partial(self._reader.still_valid, hashes, now))
        for client in shown:
            if client.principal.secret_hash not in valid:
                self._end(client, "logged out")
        return [client for client in shown if client.principal.secret_hash in valid]

    async def _note_presence(self, clients: Iterable[StreamClient], now: datetime) -> None:
        """Whose screens are connected is at the desk; whose were and are not is missed there."""
        users = {c.principal.user.id for c in clients if c.principal.user.at_the_desk}
        if users:
            await self._read(partial(self._reader.note_presence, users, now))

    def _show(self, client: StreamClient, event: StreamEvent) -> None:
        """Give a screen what it may see, and take from it what it may not see any more."""
        user = client.principal.user
        if event.is_for(user):
            if event.alarm is not None and not user.at_the_desk:
                client.shown.add(event.alarm)
            self._send(client, event.data)
        elif event.alarm is not None and event.alarm in client.shown:
            client.shown.discard(event.alarm)
            self._send(client, gone_event(event.alarm))

    def _send(self, client: StreamClient, event: bytes) -> None:
        try:
            client.events.put_nowait(event)
        except asyncio.QueueFull:
            self._end(client, "too slow")

    def _end(self, client: StreamClient, why: str) -> None:
        if not client.end_reason:
            client.end_reason = why
            self._metrics.streams_cut.labels(why).inc()
            client.ended.set()
        self.disconnect(client)

    async def _read(self, what: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, what)


async def _cancel_all(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel until all have ended: `asyncio.wait_for`, here and within psycopg, swallows a cancel
    that comes in the same moment as what it waits for (Python 3.11)."""
    going = set(tasks)
    while going:
        for task in going:
            task.cancel()
        _, going = await asyncio.wait(going, timeout=0.1)
    await asyncio.gather(*tasks, return_exceptions=True)
