"""The pytest plugin as another project uses it."""

import subprocess
import sys
from pathlib import Path

from tests.simulation.conftest import Stage
from tests.simulation.test_command import homes_file

TESTS = """
def test_a_scenario(anxin_play):
    outcome = anxin_play({"name": "mine", "about": "one press of ours", "lasts": "500ms",
                          "steps": [{"at": "0s", "do": "press"}]})
    assert outcome.verdict.checked["raised"] == 1
    assert outcome.verdict.good, outcome.verdict.findings

def test_a_hub(anxin_hub, anxin_homes):
    press = anxin_hub(anxin_homes[1].home).press("button-1")
    assert press.wait_acknowledged(30).alarm

def test_phones(anxin_phones):
    assert anxin_phones.url.startswith("http://127.0.0.1:")
"""


def pytest_in(folder: Path, *options: str) -> str:
    (folder / "test_theirs.py").write_text(TESTS, "utf-8")
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rs", *options]
    if not _installed():
        words += ["-p", "device_sim.pytest_plugin"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=100)
    return done.stdout + done.stderr


def _installed() -> bool:
    """Whether the environment was made after the entry point was written."""
    from importlib.metadata import entry_points

    return any(one.value == "device_sim.pytest_plugin" for one in entry_points(group="pytest11"))


def test_another_projects_tests_play_press_and_telephone(stage: Stage, tmp_path: Path) -> None:
    """Breaks when a fixture has another name, or a module of ours is needed that is not there."""
    homes, _ = homes_file(stage, tmp_path, count=2)
    around = stage.around()
    said = pytest_in(
        tmp_path, "--anxin-broker", f"{around.host}:{around.port}", "--anxin-homes", homes,
        "--anxin-api", around.api, "--anxin-token", around.tokens[0],
    )  # fmt: skip
    assert "3 passed" in said, said


def test_without_a_centre_what_needs_one_is_skipped(tmp_path: Path) -> None:
    said = pytest_in(tmp_path)
    assert "1 passed, 2 skipped" in said, said
    assert "no --anxin-homes" in said
