"""A carrier that notes when a request came: `python -m app.bench.recording_carrier`.

In a process of its own and as little as it can be, so that what is measured is not how busy the
simulated phones are. It prints its port, then `TIME NUMBER` for each request to send: TIME in
seconds of the monotonic clock that all processes of the machine share.
"""

import asyncio
import json
import subprocess
import sys
import threading
from itertools import count
from time import monotonic
from urllib.parse import parse_qs

_END = b"\r\n\r\n"


class RecordingCarrier:
    """Runs the carrier while a `with` block lasts."""

    def __enter__(self) -> "RecordingCarrier":
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "app.bench.recording_carrier"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None  # noqa: S101  it is a pipe
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        self._first: dict[str, float] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()

    def first_requests(self) -> dict[str, float]:
        """When the first request for each number arrived, on the scale of time.monotonic()."""
        return dict(self._first)

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101
        for line in self._process.stdout:
            at, number = line.split()
            self._first.setdefault(number, float(at))


class _Connection(asyncio.Protocol):
    """Keeps the connection and answers each request with an accepted message."""

    numbers = count(1)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  TCP's
        self._out, self._got, self._since = transport, b"", 0.0

    def data_received(self, data: bytes) -> None:
        self._since = self._since or monotonic()
        self._got += data
        while (request := self._whole()) is not None:
            body = parse_qs(request.decode())
            print(f"{self._since:.6f} {body.get('To', ['-'])[0]}", flush=True)
            self._since = 0.0
            self._answer()

    def _whole(self) -> bytes | None:
        """The body of the next request, once all of it is there."""
        head, end, rest = self._got.partition(_END)
        if not end:
            return None
        lines = [line.partition(b":") for line in head.lower().split(b"\r\n")]
        size = next((int(value) for name, _, value in lines if name == b"content-length"), 0)
        if len(rest) < size:
            return None
        self._got = rest[size:]
        return rest[:size]

    def _answer(self) -> None:
        message = {"sid": f"SM{next(self.numbers):032x}", "status": "queued", "error_code": None}
        body = json.dumps(message).encode()
        head = (
            f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        )
        self._out.write(head.encode() + _END + body)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
