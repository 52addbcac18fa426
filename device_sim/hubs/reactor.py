"""Many MQTT connections on one thread: paho's hooks for a loop from outside, and epoll.

paho's own loop waits with select(), which ends at file 1,024, and wants a thread a client. Here one
thread waits for all sockets at once, a second one connects, because connecting may block.
"""

import contextlib
import selectors
import threading
from time import monotonic
from typing import Any

import structlog
from paho.mqtt.client import Client

from device_sim.timeline import Timeline

log = structlog.get_logger(__name__)

TICK_S = 1.0
"""How often keep-alives are looked at; a hub's keep-alive is a minute."""
READ = selectors.EVENT_READ
BOTH = selectors.EVENT_READ | selectors.EVENT_WRITE


class Reactor:
    """Moves the packets of all attached clients. Their callbacks run in its thread: be quick."""

    def __init__(self, name: str = "reactor") -> None:
        self._selector = selectors.DefaultSelector()
        self._lock = threading.Lock()
        self._open: dict[Client, Any] = {}
        self._stopped = threading.Event()
        self._connector = Timeline(f"{name} connects")
        self._idle = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def connections(self) -> int:
        """How many sockets are open."""
        return len(self._open)

    def attach(self, client: Client) -> None:
        """Look after this client's sockets from now on; it must not run a loop of its own."""
        client.on_socket_open = self._opened
        client.on_socket_close = self._closed
        client.on_socket_register_write = self._wants_write
        client.on_socket_unregister_write = self._wants_no_write

    def connect(self, client: Client, after: float, failed: Any) -> None:
        """Connect in `after` seconds, in a thread that may block; `failed(error)` when it does not
        come about. A client that is `connect_async`ed knows where to."""

        def attempt() -> None:
            if self._stopped.is_set():
                return
            try:
                client.reconnect()
            except (OSError, ValueError) as error:
                failed(error)

        self._connector.after(after, attempt)

    def stop(self) -> None:
        """Stop the threads; what is still open is closed without a goodbye."""
        self._stopped.set()
        self._idle.set()
        self._connector.stop()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        for connection in list(self._open.values()):
            with contextlib.suppress(OSError):
                connection.close()
        self._selector.close()

    def _opened(self, client: Client, _userdata: Any, connection: Any) -> None:
        with self._lock:
            self._open[client] = connection
            self._selector.register(connection, READ, client)
        self._idle.set()

    def _closed(self, client: Client, _userdata: Any, connection: Any) -> None:
        with self._lock:
            self._open.pop(client, None)
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(connection)

    def _wants_write(self, client: Client, _userdata: Any, connection: Any) -> None:
        self._modify(client, connection, BOTH)

    def _wants_no_write(self, client: Client, _userdata: Any, connection: Any) -> None:
        self._modify(client, connection, READ)
        if client.want_write():  # another thread queued between paho's look and this call
            self._modify(client, connection, BOTH)

    def _modify(self, client: Client, connection: Any, events: int) -> None:
        with self._lock, contextlib.suppress(KeyError, ValueError):
            self._selector.modify(connection, events, client)

    def _run(self) -> None:
        ticked = monotonic()
        while not self._stopped.is_set():
            if not self._open:  # epoll refuses to wait for nothing on some systems
                self._idle.wait(TICK_S)
                self._idle.clear()
                continue
            for key, events in self._selector.select(TICK_S / 4):
                self._serve(key.data, events)
            if monotonic() - ticked >= TICK_S:
                ticked = monotonic()
                for client in list(self._open):
                    client.loop_misc()

    def _serve(self, client: Client, events: int) -> None:
        try:
            if events & selectors.EVENT_READ:
                client.loop_read()
            if events & selectors.EVENT_WRITE:
                client.loop_write()
        except Exception:
            # One client's trouble must not end the others' connections.
            log.exception("a connection failed")
