"""The tools for who works on the code: make, migrations, hooks, hosted CI."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from migrations.new import next_name

ROOT = Path(__file__).resolve().parents[3]
MAKEFILE = (ROOT / "Makefile").read_text()


def loaded(path: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / path).read_text())
    return found


def test_make_alone_tells_what_there_is() -> None:
    said = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True)
    targets = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.M)
    assert targets
    assert re.findall(r"^  make (\S+) ", said.stdout, re.M) == [
        name for name in targets[1].split() if name != "vendor"
    ]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([], "0010_shift_notes.sql"),
        (["0001_people.sql"], "0010_shift_notes.sql"),
        (["0120_rhythm.sql", "0133_x.sql"], "0140_shift_notes.sql"),
    ],
)
def test_a_migration_comes_after_all_that_are_there(there: list[str], expected: str) -> None:
    assert next_name("Shift notes", there) == expected


@pytest.mark.parametrize("subject", ["", "../etc", "名字", "9 lives"])
def test_a_migration_needs_a_name(subject: str) -> None:
    with pytest.raises(ValueError, match="name its subject"):
        next_name(subject, [])


def test_hooks_fetch_nothing() -> None:
    hooks = loaded(".pre-commit-config.yaml")["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    assert all(hook["language"] == "system" for hook in hooks[0]["hooks"])


def test_hosted_ci_begins_with_check_and_unit_and_everything_waits_for_it() -> None:
    jobs = loaded(".github/workflows/ci.yml")["jobs"]
    first, *others = jobs.values()
    assert [step["run"] for step in first["steps"] if "run" in step] == ["make check", "make unit"]
    assert all(job["needs"] == "quick" for job in others)


def test_each_make_target_that_a_file_calls_is_there() -> None:
    texts = [".pre-commit-config.yaml", ".github/workflows/ci.yml", ".ci/run", "README.md"]
    texts += [".devcontainer/devcontainer.json", "tests/README.md"]
    called = {
        name
        for path in texts
        for name in re.findall(
            r"(?:run: |entry: |\": \"|`|^)make ([a-z-]+)", (ROOT / path).read_text()
        )
    }
    assert {"check", "unit", "setup", "demo", "test"} <= called
    assert called <= set(re.findall(r"^([a-z0-9-]+):", MAKEFILE, re.M))
