"""Runs a process of ours that kills itself (-9) at one exact point of its work."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent

INGEST_BEFORE_ACK = """
import ingest.lanes.lane_client
def ack(self, messages):
    pressed = any(message.topic.endswith("/signal") for message in messages)
    if self._name == "ingest-urgent" and pressed:  # not for its probe
        os.kill(os.getpid(), signal.SIGKILL)
ingest.lanes.lane_client.LaneClient.ack = ack
"""
"""Committed, but neither acknowledged to the broker nor to the hub."""

INGEST_BEFORE_COMMIT = """
import ingest.writing.batch
def answer(*_):
    os.kill(os.getpid(), signal.SIGKILL)
ingest.writing.batch.Publication = answer
"""
"""The alarm is raised, its transaction still open."""

ENGINE_BEFORE_SENDING = """
import alerts.notify.carriers.twilio.sms
def send(self, notification):
    os.kill(os.getpid(), signal.SIGKILL)
alerts.notify.carriers.twilio.sms.TwilioSms.send = send
"""
"""Claimed, not sent."""

ENGINE_AFTER_SENDING = """
import alerts.notify.carriers.twilio.sms
good = alerts.notify.carriers.twilio.sms.TwilioSms.send
def send(self, notification):
    good(self, notification)
    os.kill(os.getpid(), signal.SIGKILL)
alerts.notify.carriers.twilio.sms.TwilioSms.send = send
"""
"""The carrier has it, nothing is recorded."""


class CrashingProcess:
    """`anxin NAME` with a sabotage; it must end by it."""

    def __init__(self, name: str, sabotage: str, env: Mapping[str, str]) -> None:
        code = f"import os, signal\n{sabotage}\nfrom app.main import run\nrun([{name!r}])"
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, **env},
            stdout=self._log,
            stderr=self._log,
        )

    def wait_for_its_end(self, seconds: float = 30) -> None:
        """Raises AssertionError with its log when it did not die by the sabotage."""
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            status = 0
        self._log.seek(0)
        said = self._log.read().decode()[-3000:]
        self._log.close()
        assert status == -9, f"it was to die, but ended with {status}: {said}"
