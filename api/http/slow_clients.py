"""Cuts connections that take too long over a request's first lines; used by the server.

uvicorn waits for them for ever: a few thousand connections that send a byte now and then (slow
loris) would use up what the process may open. What a body may take is the reverse proxy's to say.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN = 10.0
"""Seconds from the first byte of a request, or from the connection, to the end of its headers."""


class PatientProtocol(H11Protocol):
    """uvicorn's own, with an end to its patience."""

    _cut: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect_headers()

    def data_received(self, data: bytes) -> None:
        self._expect_headers()
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _expect_headers(self) -> None:
        """From the first byte on; more of them give no more time."""
        busy = self.cycle is not None and not self.cycle.response_complete
        if self._cut is None and not busy:
            self._cut = self.loop.call_later(HEADERS_WITHIN, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
        self._cut = None

    def _too_slow(self) -> None:
        self._cut = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
