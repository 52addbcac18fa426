"""An HTTP server in a thread, whose connections can be cut like a carrier's."""

import asyncio
import socket
import threading
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from device_sim.carrier.errors import SilentCarrierError


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


class HttpServer:
    """Serves an application on host:port (0: a free one) until `stop()`."""

    def __init__(self, app: FastAPI, host: str, port: int, connections: Connections) -> None:
        self._connections = connections
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
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self.loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name=f"phones {self.url}", daemon=True)

    def start(self) -> None:
        """Serve in a thread. The port is open already: nobody has to wait for it."""
        self._thread.start()

    def stop(self) -> None:
        """Cut what is open, close the port and wait for the thread."""
        self._server.should_exit = True
        if self.loop is not None and self._thread.is_alive():
            self.loop.call_soon_threadsafe(self._connections.cut_all)
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
