"""A whole simulated day of a district, by a demo's own processes at INFO, and not one telephone
number in any log. Minutes long: for `make proofs`.

Broken on purpose by taking the carrier's client out of the silenced loggers
(alerts/notify/carriers/twilio/client.py): eleven lines a message name a number.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from app.free_port import free_port
from tests.demo_process import PHONES_ABOVE, DemoProcess, found, port_with_phones

pytestmark = pytest.mark.timeout(900)
HOMES, SPEED = 40, 720
DAY = {
    "name": "a-day",
    "about": "everything that sends, calls, fails and answers",
    "lasts": "24h",
    "speed": SPEED,
    "settle": "10s",
    "homes": HOMES,
    "life": {"days": "everyday", "interval": "10m"},
    "people": {
        "contacts": {
            "replies": 0.7,
            "going": 0.4,
            "cannot": 0.3,
            "after": "30s..8m",
            "voice_mail": 0.15,
            "rejects": 0.1,
            "opts_out": 0.1,
        },
        "responders": {
            "accepts": 0.7,
            "after": "15s..90s",
            "travels": "4m..14m",
            "stays": "8m..25m",
        },
        "operators": {"count": 2, "reacts": "5s..4m", "talks": "60s..4m", "sends": 0.6},
    },
    "steps": [
        {"at": "30m", "do": "press", "homes": "1-20", "spread": "22h"},
        {"at": "7h", "do": "press", "homes": "21-30", "spread": "30m"},
        {"at": "9h", "do": "smoke", "homes": [31, 32], "spread": "6h", "lasts": "20m"},
        {"at": "11h", "do": "flood", "homes": [33], "lasts": "30m"},
        {"at": "12h", "do": "hub_dead", "homes": 34, "lasts": "2h"},
        {"at": "15h", "do": "power_cut", "homes": [1, 5, 9, 13, 17, 21, 25, 29], "lasts": "20m"},
        {"at": "18h", "do": "reconnect_storm"},
    ],
    "limits": {"acknowledged": None, "readings": None, "paged": None},
}
NUMBERS = re.compile(
    r"(?i)(?:\+|%2B)\d{7,15}"  # with its country, in a text or an address
    r"|\b(?:00|86)?1[3-9]\d{9}\b"  # a mobile of mainland China, however it is written
    r"|(?<![\w.:-])\d{11}(?![\w.:-])"  # anything else of that length
)
SIMULATE = """
import logging, sys
import structlog
logging.basicConfig(level=logging.INFO, stream=sys.stderr)
structlog.configure(
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    logger_factory=structlog.PrintLoggerFactory(sys.stderr),
)
from app.main import main
main()
"""


@dataclass
class Day:
    """What is left of it. `logs`: by process, of the centre and of who played the district."""

    logs: dict[str, list[str]] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    with tempfile.TemporaryDirectory(prefix="anxin-day-") as made:
        folder = Path(made)
        folder.chmod(0o755)  # run as root, the database has a user of its own
        port = port_with_phones()
        demo = DemoProcess(
            folder / "data",
            port,
            free_port(),
            *("--homes", str(HOMES), "--speed", str(SPEED), "--no-sim"),
        )
        try:
            demo.ready()
            yield _lived(demo, folder, port)
        finally:
            demo.clear()


def _lived(demo: DemoProcess, folder: Path, port: int) -> Day:
    words = found(r"anxin (simulate press .*)", "\n".join(demo.said)).split()
    (folder / "day.yaml").write_text(json.dumps(DAY))
    words[1] = str(folder / "day.yaml")
    phones = f"http://127.0.0.1:{port + PHONES_ABOVE}"
    player = subprocess.Popen(
        [sys.executable, "-c", SIMULATE, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with player:
        _trouble(folder, f"http://127.0.0.1:{port}", phones)
        said, _ = player.communicate(timeout=600)
    assert player.returncode in (0, 1), said  # 1: the verdict, which other tests look at
    day = Day(record=requests.get(f"{phones}/phones/record", timeout=30).json())
    day.logs["simulate"] = said.splitlines()
    for line in (folder / "data/demo.log").read_text(encoding="utf-8").splitlines():
        name, _, text = line.partition(" | ")
        day.logs.setdefault(name, []).append(text)
    day.numbers = set(json.loads((folder / "data/phones.json").read_text(encoding="utf-8")))
    return day


def _trouble(folder: Path, centre: str, phones: str) -> None:
    """What a day does not bring by itself: strangers, wrong numbers, a carrier that refuses."""
    known = sorted(json.loads((folder / "data/phones.json").read_text(encoding="utf-8")))
    for number in known[5:45]:  # landlines, as it were: they are called
        requests.put(_phone(phones, number, "behaviour"), json={"sms": "undelivered"}, timeout=10)
    busy: dict[str, Any] = {"outcome": "rate_limited", "times": 60}
    requests.put(f"{phones}/account/behaviour", json=busy, timeout=10)
    for text in ("STOP", "HELP", f"call me on {known[0]}", "1 9999"):
        reply = {"text": text, "to": "+8610000000001"}
        requests.post(_phone(phones, known[1], "reply"), json=reply, timeout=10)
    token = (folder / "data/token").read_text(encoding="utf-8").strip()
    headers = {"Authorization": f"Bearer {token}"}
    for number in ("+8612912345678", known[2], "13800000001"):
        person = {"name": "Neighbour", "phone": number, "relation": "neighbour"}
        requests.post(
            f"{centre}/api/v1/homes/H0001/contacts", json=person, headers=headers, timeout=10
        )
        form = {"code": "471199", "phone": number}
        requests.post(f"{centre}/code", data=form, timeout=10, allow_redirects=False)
        requests.get(f"{centre}/api/v1/homes", params={"q": number}, headers=headers, timeout=10)


def _phone(phones: str, number: str, what: str) -> str:
    return f"{phones}/phones/{number.replace('+', '%2B')}/{what}"


@pytest.mark.parametrize(
    "line",
    [
        "level=info to=+8613800000001",
        'url="http://127.0.0.1:1/phones/%2B8613800000001/reply"',
        "error='13800000001 is no number'",
        "sender=0086 138 -> 8613800000001",
        "To=73188880001&From=x",
    ],
)
def test_a_number_would_be_found(line: str) -> None:
    assert NUMBERS.search(line)


def test_no_log_of_a_whole_day_names_a_telephone_number(day: Day) -> None:
    told = {
        name: [line for line in lines if _names_one(line, day)] for name, lines in day.logs.items()
    }
    lines = {name: len(lines) for name, lines in day.logs.items()}
    print(f"{sum(lines.values())} lines of {len(lines)} processes: {lines}")
    print(f"{len(day.record['messages'])} messages and {len(day.record['calls'])} calls")
    assert {name: lines[:5] for name, lines in told.items() if lines} == {}


def _names_one(line: str, day: Day) -> bool:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", line)
    return bool(NUMBERS.search(plain)) or any(n[3:] in plain for n in day.numbers)


def test_it_was_a_day_with_everything_in_it(day: Day) -> None:
    """A quiet day would show nothing."""
    messages, calls = day.record["messages"], day.record["calls"]
    assert len([m for m in messages if m["direction"] == "out"]) > HOMES
    assert [c for c in calls if c["digits"]], "nobody has pressed a key"
    assert [c for c in calls if c["said"] and not c["digits"]], "no machine has picked up"
    assert {"api", "alerts", "ingest", "phones", "migrate", "seed"} <= day.logs.keys()
    told = {name: "\n".join(lines) for name, lines in day.logs.items()}
    for name, event in (
        ("alerts", "sent"),
        ("alerts", "not sent"),
        ("api", "inbound sms"),
        ("api", "carrier callback"),
        ("api", "call"),
    ):
        assert re.search(rf'\bevent="?{event}\b', told[name]), event
