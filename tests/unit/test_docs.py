"""What the documents name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "tests/README.md"])
FLOORS = "store|alerts|care|ingest|api|app|device_sim|migrations|tests|deploy|docs"
NAMED = re.compile(rf"`((?:{FLOORS})/[\w./-]*)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
MADE = ("deploy/secrets", "deploy/mosquitto/certs", "api/pages/static/vendor")
"""Made at set-up, never committed."""


def said(document: Path) -> list[Path]:
    """Every file and folder a document names, by its path or in a link."""
    text = document.read_text(encoding="utf-8")
    named = [ROOT / path for path in NAMED.findall(text) if not path.startswith(MADE)]
    return named + [document.parent / path for path in LINK.findall(text)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_it_names_is_there(document: Path) -> None:
    """Break: rename a module that docs/architecture.md names."""
    missing = [str(path) for path in said(document) if not path.exists()]
    assert missing == []


def test_the_map_names_the_way_of_a_press() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in said(ROOT / "docs/architecture.md")}
    assert {"alerts/alarm/receiving.py", "store/batching.py", "alerts/engine/sender.py"} <= names


def test_each_promise_names_tests_that_are_there() -> None:
    """Break: move a test and leave its promise behind."""
    text = (ROOT / "docs/promises.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:unit|integration|acceptance|browser|proofs)/[\w/]*)`", text)
    assert len(named) > 30
    tests = ROOT / "tests"
    missing = [n for n in named if not ((tests / n).is_dir() or (tests / f"{n}.py").exists())]
    assert missing == []
