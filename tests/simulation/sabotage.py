"""Proxies between the parts of a centre that do harm on purpose, once each."""

import asyncio
import contextlib
import http.client
import json
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PUBLISH, PUBACK = 0x30, 0x40


class Line:
    """Between hubs and broker (MQTT 3.1.1): lets everything through but for the homes that are
    named.

    `drops`: one reading goes no further, and is confirmed to the hub as the broker would.
    `loses`: so does every press. `delays`: the press is held back, repeats and all, for so many
    seconds. `deafens`: the hub never hears that a signal is stored. `invents`: with its first press
    a smoke detector calls that nobody has touched.
    """

    AFTER = timedelta(seconds=2)
    """Later than the faults: a hub that reconnects sends again what is not acknowledged."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self.drops: set[str] = set()
        self.loses: set[str] = set()
        self.delays: dict[str, float] = {}
        self.deafens: set[str] = set()
        self.invents: set[str] = set()
        self.dropped: dict[str, int] = {}
        """Home → seq of the reading that was dropped."""
        self._first: dict[str, datetime] = {}
        self._until: dict[str, float] = {}
        self._to = port
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> "Line":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        serving = asyncio.start_server(self._accept, "127.0.0.1", 0)
        server = self._loop.run_until_complete(serving)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()

    async def _accept(self, hub: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        broker, to_broker = await asyncio.open_connection("127.0.0.1", self._to)
        down = asyncio.ensure_future(self._pass_down(broker, back, to_broker))
        try:
            while True:
                head, body = await _packet(hub)
                answer = self._taken(head[0], body) or self._lost(head[0], body)
                to_broker.write(self._invented(head[0], body))
                held = self._held(head[0], body)
                if held > 0:
                    self._loop.call_later(held, to_broker.write, head + body)
                elif answer is None:
                    to_broker.write(head + body)
                else:
                    back.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            to_broker.close()  # the hub has gone without a goodbye: so do we
        finally:
            down.cancel()
            back.close()

    async def _pass_down(
        self,
        broker: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        to_broker: asyncio.StreamWriter,
    ) -> None:
        """What the broker has for the hub."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head, body = await _packet(broker)
                home = self._home(head[0], body, b"/ack")
                if home in self.deafens and b'"id"' in body:
                    to_broker.write(bytes([PUBACK, 2]) + _number(body))
                else:
                    back.write(head + body)
        back.close()

    def _lost(self, kind: int, body: bytes) -> bytes | None:
        """The confirmation of a press that goes no further."""
        home = self._home(kind, body, b"button-1/signal")
        return bytes([PUBACK, 2]) + _number(body) if home in self.loses else None

    def _invented(self, kind: int, body: bytes) -> bytes:
        """A call that no home has sent."""
        home = self._home(kind, body, b"button-1/signal")
        if home not in self.invents:
            return b""
        self.invents.discard(home)
        topic, payload = f"homes/{home}/smoke-1/signal".encode(), b'{"kind":"smoke"}'
        rest = len(topic).to_bytes(2, "big") + topic + payload
        return bytes([PUBLISH, len(rest)]) + rest

    def _held(self, kind: int, body: bytes) -> float:
        """Seconds for which this message is held back."""
        home = self._home(kind, body, b"button-1/signal")
        if home not in self.delays:
            return 0.0
        now = self._loop.time()
        return self._until.setdefault(home, now + self.delays[home]) - now

    @staticmethod
    def _home(kind: int, body: bytes, leaf: bytes) -> str:
        """Whose message on a topic with this end it is; nobody's if it is another one."""
        topic = body[2 : 2 + int.from_bytes(body[:2], "big")] if kind & 0xF0 == PUBLISH else b""
        return topic.decode().split("/")[1] if topic.endswith(leaf) else ""

    def _taken(self, kind: int, body: bytes) -> bytes | None:
        """The confirmation of a message that goes no further; None: let it pass."""
        home = self._home(kind, body, b"climate-1/reading")
        if home not in self.drops:
            return None
        size = int.from_bytes(body[:2], "big")
        payload = body[4 + size :]
        try:
            reading = json.loads(payload)
        except ValueError:
            return None
        if not isinstance(reading, dict) or "seq" not in reading:
            return None
        at = datetime.fromisoformat(reading["at"])
        first = self._first.setdefault(home, at)
        if home in self.dropped or at < first + self.AFTER:
            return None
        self.dropped[home] = reading["seq"]
        return bytes([PUBACK, 2]) + _number(body)


async def _packet(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readexactly(1)
    size = shift = 0
    while True:
        byte = await reader.readexactly(1)
        head += byte
        size |= (byte[0] & 0x7F) << shift
        shift += 7
        if not byte[0] & 0x80:
            break
    return head, await reader.readexactly(size)


def _number(publish: bytes) -> bytes:
    """The packet's, of a PUBLISH with QoS 1."""
    size = int.from_bytes(publish[:2], "big")
    return publish[2 + size : 4 + size]


class Carrier:
    """Between the engine and the carrier: doubles, delays or swallows one SMS to a number.

    A delayed one holds a sending worker for as long: delay one at a time."""

    def __init__(self, url: str) -> None:
        self.doubles: set[str] = set()
        self.delays: dict[str, float] = {}
        self.swallows: set[str] = set()
        self.harmed: list[tuple[str, str]] = []
        self._to = urlsplit(url)
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        carrier = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                carrier.pass_on(self, body)

            def do_GET(self) -> None:
                carrier.pass_on(self, b"")

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> "Carrier":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def pass_on(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        harm, seconds = self._harm(request, body)
        if harm == "delay":
            self._stopped.wait(seconds)
        if harm == "swallow":
            status, answer = 201, json.dumps({"sid": "SM" + "0" * 32, "status": "queued"}).encode()
        else:
            status, answer = self._ask(request, body)
        if harm == "double":
            self._ask(request, body)
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(answer)))
        request.end_headers()
        request.wfile.write(answer)

    def _harm(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[str, float]:
        """What is done to this request; each number is harmed once."""
        to = parse_qs(body.decode()).get("To", [""])[0]
        if request.command != "POST" or not request.path.endswith("Messages.json"):
            return "", 0.0
        with self._lock:
            harm, seconds = "", 0.0
            if to in self.doubles:
                self.doubles.discard(to)
                harm = "double"
            elif to in self.delays:
                harm, seconds = "delay", self.delays.pop(to)
            elif to in self.swallows:
                self.swallows.discard(to)
                harm = "swallow"
            if harm:
                self.harmed.append((harm, to))
        return harm, seconds

    def _ask(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, bytes]:
        assert self._to.hostname is not None
        connection = http.client.HTTPConnection(self._to.hostname, self._to.port, timeout=30)
        try:
            headers = {
                name: value
                for name, value in request.headers.items()
                if name.lower() not in ("host", "content-length", "connection")
            }
            connection.request(request.command, request.path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()
