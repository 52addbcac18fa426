"""Runs the application under uvicorn and ends open streams at shutdown; called by `anxin api`."""

import gc
import socket
from collections.abc import Sequence
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from api.http.slow_clients import PatientProtocol

GRACE = 5
"""Seconds a request may still take when the server is told to stop."""


class ApiServer(uvicorn.Server):
    """A server that ends the streams when it stops: they never end by themselves, and
    would hold it up for as long as a screen is open. In a thread it is stopped with
    `should_exit = True`; `run` takes sockets that are bound already. `trusted_proxies`: addresses
    and networks whose X-Forwarded-For and X-Forwarded-Proto are believed.
    """

    def __init__(
        self,
        app: FastAPI,
        *,
        host: str = "127.0.0.1",
        port: int = 8000,
        trusted_proxies: Sequence[str] = (),
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,  # the process has set up its log
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE,
                http=PatientProtocol,
                # Given in any case: left out, uvicorn believes whoever comes from this machine.
                proxy_headers=bool(trusted_proxies),
                forwarded_allow_ips=list(trusted_proxies),
            )
        )
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        for given in sockets or ():  # an event must not wait for the answer to the one before
            given.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await super().startup(sockets)
        # What was imported stays for good. Left to the collector, it is walked through every few
        # lists of alarms: pauses of 50 to 200 ms in front of an operator.
        gc.collect()
        gc.freeze()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.broadcaster.close_all()
        await super().shutdown(sockets)


def serve(app: FastAPI, host: str, port: int, trusted_proxies: Sequence[str] = ()) -> bool:
    """Serve until SIGTERM or SIGINT. False: it could not start, the log says why."""
    server = ApiServer(app, host=host, port=port, trusted_proxies=trusted_proxies)
    with suppress(KeyboardInterrupt):
        server.run()
    return server.started
