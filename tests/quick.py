"""`make test-quick`: the unit tests of the rooms that a change touches, and the tests it changes.

A change is what differs from where this branch left main, committed or not. It is to take twenty
seconds: hypothesis tries little here, and of tests with a database only changed files run, and none
that is long.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.conftest import LONG

ROOT = Path(__file__).parents[1]
MAIN = ("origin/HEAD", "origin/main", "main")
UNIT = Path("tests/unit")
STANDS_FOR = {
    "deploy": "app",
    "docker-compose.yml": "app",
    "Makefile": "app",
    "pyproject.toml": "app",
    "lanes": "ingest",
    "writing": "ingest",
    "intake": "ingest",
    "console": "api",
    "pages": "api",
}
"""Part of a path → the folder of unit tests that has no such name."""


def touched(changed: Iterable[str], root: Path = ROOT) -> list[str]:
    """The files and folders of tests to run for changed files, given relative to the root."""
    rooms = {path.name for path in (root / UNIT).iterdir() if path.is_dir()}
    chosen: set[Path] = set()
    for path in map(Path, changed):
        if path.suffix == ".md":
            chosen.add(UNIT / "test_docs.py")
        if path.suffix == ".py":
            chosen.add(UNIT / "test_imports.py")
        if path.parts[0] != "tests":
            names = {STANDS_FOR.get(part, part) for part in path.parts}
            chosen |= {UNIT / name for name in names & rooms}
        elif path.parts[1] in ("unit", "integration") and path.name.startswith("test_"):
            chosen |= {path} if path.stem not in LONG else set()
        elif path.is_relative_to(UNIT) and path.parent != UNIT:
            chosen.add(path.parent)
    there = {path for path in chosen if (root / path).exists()}
    return sorted(str(path) for path in there if not there.intersection(path.parents))


def changed_files() -> list[str]:
    """What differs from where this branch left main, new files included."""
    base = next((found for name in MAIN if (found := _git("merge-base", "HEAD", name))), ["HEAD"])
    new = _git("ls-files", "--others", "--exclude-standard")
    return _git("diff", "--name-only", base[0]) + new


def _git(*words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else []


if __name__ == "__main__":
    tests = touched(changed_files())
    if not tests:
        print("nothing is changed that a unit test knows of")
        sys.exit(0)
    print("for this change:", *tests)
    sys.exit(pytest.main(["-q", "-n", "2", "--hypothesis-profile=quick", *sys.argv[1:], *tests]))
