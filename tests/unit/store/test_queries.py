"""Every statement has a name, every name a statement, and nothing lies about unused."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from store.db import Queries

ROOT = Path(__file__).resolve().parents[3]
STORE = ROOT / "store"
FILES = sorted(STORE.rglob("*.sql"))
NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
PACKAGES = ("store", "alerts", "care", "ingest", "api", "app")


def query_file(path: Path) -> str:
    """As Queries names it: `alarm/alarms`."""
    return path.relative_to(STORE).with_suffix("").as_posix()


def uses() -> Counter[tuple[str, str]]:
    """How often each (file, statement) is named in the code, as SQL["name"] or a name in quotes
    beside a Queries of that file."""
    found: Counter[tuple[str, str]] = Counter()
    for path in (p for package in PACKAGES for p in (ROOT / package).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        files = [
            node.args[0].value
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "Queries"
            and isinstance(node.args[0], ast.Constant)
        ]
        words = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
        found.update((str(file), word) for file in files for word in words if isinstance(word, str))
    return found


def subscripts() -> list[tuple[str, str, str]]:
    """(module, file, name) of every SQL["name"] in modules with one Queries called SQL."""
    found = []
    for path in (p for package in PACKAGES for p in (ROOT / package).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        made = re.search(r'^SQL = Queries\("([\w/]+)"\)', text, re.MULTILINE)
        if made:
            found += [(path.name, made[1], name) for name in re.findall(r'\bSQL\["(\w+)"\]', text)]
    return found


@pytest.mark.parametrize("path", FILES, ids=query_file)
def test_no_name_is_given_twice(path: Path) -> None:
    names = NAME.findall(path.read_text(encoding="utf-8"))
    assert names
    assert [name for name, times in Counter(names).items() if times > 1] == []
    assert Queries(query_file(path)).names() == names


def test_every_statement_is_used() -> None:
    used = uses()
    unused = [
        (query_file(path), name)
        for path in FILES
        for name in Queries(query_file(path)).names()
        if not used[(query_file(path), name)]
    ]
    assert unused == []


def test_every_name_in_the_code_is_a_statement() -> None:
    asked = subscripts()
    assert len(asked) > 50
    missing = [use for use in asked if use[2] not in Queries(use[1]).names()]
    assert missing == []


def test_no_statement_reads_the_servers_clock() -> None:
    """One clock: time comes as an argument. One statement asks, to compare the clocks."""
    clocks = re.compile(r"\bnow\(\)|current_timestamp|clock_timestamp|localtimestamp", re.I)
    code = re.compile(r"--.*$", re.MULTILINE)
    asks = [query_file(p) for p in FILES if clocks.search(code.sub("", p.read_text("utf-8")))]
    assert asks == ["engine/clock_state"]
    assert clocks.findall(code.sub("", Queries("engine/clock_state")["database_time"].decode()))


def test_a_name_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="no_such_statement"):
        Queries("alarm/alarms")["no_such_statement"]
