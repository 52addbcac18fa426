"""A centre as operators see it that does only what a test tells it."""

import json
import queue
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DEADLINE_S = 20.0
STATES = {"acknowledge": "ACKNOWLEDGED", "dispatch": "DISPATCHED", "close": "CLOSED"}
Alarm = dict[str, Any]


class ScriptedCentre:
    """One alarm; who acts on it is noted, in `done`."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._alarm: Alarm = {
            "id": 1,
            "version": 1,
            "home": "H0001",
            "kind": "help_call",
            "priority": 1,
            "state": "RAISED",
            "owner": None,
            "raised_at": "2026-11-21T08:00:00Z",
            "area": {"code": "G1"},
            "dispatches": [],
        }
        self._changed = threading.Condition()
        self._streams: list[queue.Queue[bytes]] = []
        centre = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if self.path.endswith("/stream"):
                    centre.stream(self)
                else:
                    self.answer({"items": [{"person_id": 5}]})

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.answer(centre.act(self.path))

            def answer(self, document: Any) -> None:
                content = json.dumps(document).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> "ScriptedCentre":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        for stream in self._streams:
            stream.put(b"")
        self._server.server_close()

    def change(self, **changes: Any) -> None:
        """The alarm changes by itself, and every screen is told."""
        with self._changed:
            self._alarm |= changes | {"version": self._alarm["version"] + 1}
            for stream in self._streams:
                stream.put(_event("alarm", self._alarm))

    def act(self, path: str) -> Alarm:
        """What an operator does, as the centre would answer."""
        what = re.sub(r"\d+", "N", path.removeprefix("/api/v1/"))
        with self._changed:
            changes: dict[str, Any] = {}
            if state := STATES.get(what.rpartition("/")[2]):
                changes["state"] = state
            if what.endswith("/dispatch"):
                changes["dispatches"] = [dispatch("OFFERED")]
            self.change(**changes)
            self.done.append(what)
            self._changed.notify_all()
            return dict(self._alarm)

    def wait_for(self, *done: str) -> None:
        """Until exactly this was done, in this order."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.done == list(done), DEADLINE_S), self.done

    def stream(self, request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        mine: queue.Queue[bytes] = queue.Queue()
        with self._changed:
            mine.put(_event("queue", {"items": [self._alarm]}))
            self._streams.append(mine)
        while event := mine.get():
            request.wfile.write(event)


def dispatch(state: str) -> dict[str, Any]:
    return {"id": 7, "responder_id": 5, "state": state}


def _event(name: str, data: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
