"""The browser's pure parts, tested by Node where there is one."""

import shutil
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parent / "js"


def test_queue_and_line_keep_their_promises() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node on this machine")
    files = sorted(str(path) for path in TESTS.glob("*.test.mjs"))
    assert files
    ran = subprocess.run([node, "--test", *files], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
