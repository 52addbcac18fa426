"""An HTTP server in a thread, whose connections can be cut like a carrier's."""

import asyncio
import socket
import threading
from contextlib import suppress
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from device_sim.carrier.errors import SilentCarrierError

TICKS = 10
"""Of uvicorn in a second."""


class Connections:
    """The open connections by the client's address, so that one can be cut in mid-request."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.BaseTransport] = {}

    def protocol(self) -> type[asyncio.Protocol]:
        """The HTTP protocol that enters its connections here."""
        entered = self._open

        class Cuttable(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                entered[transport.get_extra_info("peername")[:2]] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                if self.client is not None:
                    entered.pop(self.client, None)

        return Cuttable

    def cut(self, client: tuple[str, int] | Any) -> None:
        """Drop the connection from this client without an answer. Only in the server's loop."""
        transport = self._open.get((client[0], client[1]))
        if isinstance(transport, asyncio.Transport):
            transport.abort()

    def cut_all(self) -> None:
        """Drop every connection. Only in the server's loop."""
        for transport in list(self._open.values()):
            if isinstance(transport, asyncio.Transport):
                transport.abort()


class _Server(uvicorn.Server):
    """Ends when it is told to. uvicorn looks ten times a second, and waits another tenth for who
    is connected; here nobody is asked: what is open is cut."""

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self._connections = connections
        self._told = asyncio.Event()

    def end(self) -> None:
        """Look at `should_exit` now. Only in the server's loop."""
        self._told.set()

    async def main_loop(self) -> None:
        second = 0
        while not await self.on_tick(second * TICKS):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), 1)
            second += 1

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for each in sockets or []:
            each.close()
        self._connections.cut_all()
        for task in self.server_state.tasks:
            task.cancel()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=1)


class HttpServer:
    """Serves an application on host:port (0: a free one) until `stop()`."""

    def __init__(self, app: FastAPI, host: str, port: int, connections: Connections) -> None:
        self._socket = _listen(host, port)
        bound = self._socket.getsockname()
        self.url = f"http://{host}:{bound[1]}"
        config = uvicorn.Config(
            app,
            http=connections.protocol(),
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
        )
        self._server = _Server(config, connections)
        self.loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name=f"phones {self.url}", daemon=True)

    def start(self) -> None:
        """Serve in a thread. The port is open already: nobody has to wait for it."""
        self._thread.start()

    def stop(self) -> None:
        """Cut what is open, close the port and wait for the thread."""
        self._server.should_exit = True
        if self.loop is not None and self._thread.is_alive():
            self.loop.call_soon_threadsafe(self._server.end)
        self._thread.join(10)
        self._socket.close()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        await self._server.serve(sockets=[self._socket])


def add_silence(app: FastAPI, connections: Connections) -> None:
    """Hang on SilentCarrierError: the connection is cut, or stays open without an answer."""

    @app.exception_handler(SilentCarrierError)
    async def silent(request: Request, error: SilentCarrierError) -> Response:
        if error.drop and request.client is not None:
            connections.cut(request.client)
        while (await request.receive())["type"] != "http.disconnect":
            pass
        return Response()


def _listen(host: str, port: int) -> socket.socket:
    """An open listening socket; OSError with the address in it when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's delay off (40 ms an answer) only then.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener
