"""JSON route of the server-sent events; streams what the broadcaster sends."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.access.auth import ALL_ROLES, Principal, require
from api.stream.broadcaster import StreamBroadcaster, StreamClient

router = APIRouter(prefix="/api/v1/stream", tags=["alarms"])
Viewer = Annotated[Principal, Depends(require(*ALL_ROLES))]

HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would hold events back
}


@router.get("", summary="Server-sent events: queue, alarm, notification, device, heartbeat")
def stream(request: Request, me: Viewer) -> Response:
    """`queue` with all open alarms on every connect, then each `alarm` that changes (also when it
    closes), `notification`, `device`, and a `heartbeat` every 15 s."""
    return StreamResponse(request.app.state.broadcaster, me)


class StreamResponse(Response):
    """Sends a client's events until it goes, or until we end it.

    A client that is ended because it does not read is left without a proper end of the response:
    the server then closes the connection, and the browser reconnects.
    """

    def __init__(self, broadcaster: StreamBroadcaster, principal: Principal) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._broadcaster, self._principal = broadcaster, principal

    async def __call__(
        self,
        scope: Scope,  # noqa: ARG002  ASGI's signature
        receive: Receive,
        send: Send,
    ) -> None:
        client = self._broadcaster.connect(self._principal)
        waits = [
            asyncio.ensure_future(work)
            for work in (self._send_all(client, send), _gone(receive), client.ended.wait())
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._broadcaster.disconnect(client)
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        if client.end_reason and client.end_reason != "too slow":
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_all(self, client: StreamClient, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send(_body(b"retry: 1000\n\n"))
        while True:
            events = [await client.events.get()]
            while not client.events.empty():
                events.append(client.events.get_nowait())
            await send(_body(b"".join(events)))


def _body(data: bytes) -> dict[str, object]:
    return {"type": "http.response.body", "body": data, "more_body": True}


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
