"""The process that renders what may take long: `python -m ingest.rendering.child`.

Reads one request a line, answers one line each, ends when nobody asks any more. It is alone in its
interpreter, so a timer of the processor time it uses can end a render between two steps; what does
not end within a second its parent kills.
"""

import signal
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from time import process_time
from typing import Any, BinaryIO

import orjson

from ingest.dialects.home_assistant.states import render
from ingest.dialects.home_assistant.templates import parse_json, template_of
from ingest.dialects.vocabulary.template_renders import LEFT_OUT
from ingest.errors import UnreadableError
from ingest.rendering.budget import PER_MESSAGE

PER_CHECK = 0.1
"""Seconds to compile the templates of one message or config: 71 ms for the longest, measured."""
WARM_UP = "{% if value_json.a is defined %}{{ value | float(0) + 1 }}{% endif %}"
"""The first template that is compiled takes 40 ms more, which is nobody's fault."""
SHORTEST = 0.0005
"""Seconds: a timer of 0 would be none."""
READY = b"{}\n"


class _TimeIsUpError(BaseException):
    """Not an Exception: what renders catches those of a stranger's template."""


def main() -> None:
    signal.signal(signal.SIGPROF, _time_is_up)
    for ignored in (signal.SIGINT, signal.SIGTERM):  # a terminal's Ctrl-C: our parent ends us
        signal.signal(ignored, signal.SIG_IGN)
    template_of(WARM_UP)
    serve(sys.stdin.buffer, sys.stdout.buffer)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    _send(answers, READY)
    for line in requests:
        _send(answers, orjson.dumps(answer_to(orjson.loads(line))) + b"\n")


def answer_to(asked: dict[str, Any]) -> dict[str, Any]:
    """Those first asked for come first; what is left when the time is up has no result. Compiling
    has a time of its own: it is done once."""
    compiling, rendering = _Time(PER_CHECK), _Time(PER_MESSAGE)
    checked, rendered = {}, {}
    for source in asked["checks"]:
        if found := compiling.spend(partial(_check, source)):
            checked[source] = found[1]
    text, at = asked["text"], datetime.fromisoformat(asked["at"])
    document = parse_json(text)
    for source in asked["renders"]:
        found = compiling.spend(partial(_check, source))
        if found and not found[1]:
            found = rendering.spend(partial(render, source, text, document, at))
        if found:
            rendered[source] = found
    spent = compiling.spent + rendering.spent
    return {"checked": checked, "rendered": rendered, "seconds": spent}


def _check(source: str) -> str:
    template_of(source)
    return ""


class _Time:
    """Seconds of processor time for one kind of work."""

    def __init__(self, seconds: float) -> None:
        self.spent = 0.0
        self._seconds = seconds

    def spend(self, work: Callable[[], str | None]) -> tuple[str | None, str] | None:
        """Its text, or why it is refused. None: there is no time left."""
        left = self._seconds - self.spent
        if left < SHORTEST:
            return None
        began = process_time()
        try:
            signal.setitimer(signal.ITIMER_PROF, left)
            try:
                return work(), ""
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
        except UnreadableError as error:
            return None, str(error)
        except _TimeIsUpError:
            return None, LEFT_OUT
        finally:
            self.spent += process_time() - began


def _time_is_up(_number: int, _frame: object) -> None:
    raise _TimeIsUpError


def _send(answers: BinaryIO, line: bytes) -> None:
    answers.write(line)
    answers.flush()


if __name__ == "__main__":
    main()
