"""The pytest plugin as another project uses it."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.simulation.conftest import Stage
from tests.simulation.test_command import homes_file

pytestmark = pytest.mark.long

PLUGIN = "device_sim.pytest_plugin"
WITHOUT_OTHERS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""The plugins of our own tests take seconds to load; which one comes with us is looked up apart."""
PROJECT = Path(__file__).parents[2] / "pyproject.toml"
TESTS = """
def test_a_scenario(anxin_play):
    outcome = anxin_play({"name": "mine", "about": "one press of ours", "lasts": "500ms",
                          "steps": [{"at": "0s", "do": "press"}], "settle": "60s",
                          "limits": {"acknowledged": None}})  # their machine may be busy
    assert outcome.verdict.checked["raised"] == 1
    assert outcome.verdict.good, outcome.verdict.findings

def test_a_hub(anxin_hub, anxin_homes):
    press = anxin_hub(anxin_homes[1].home).press("button-1")
    assert press.wait_acknowledged(30).alarm

def test_phones(anxin_phones):
    assert anxin_phones.url.startswith("http://127.0.0.1:")
"""


def pytest_in(folder: Path, *options: str) -> "subprocess.Popen[str]":
    (folder / "test_theirs.py").write_text(TESTS, "utf-8")
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rs", *options]
    return subprocess.Popen(
        [*words, "-p", PLUGIN],
        cwd=folder,
        text=True,
        env=os.environ | WITHOUT_OTHERS,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@pytest.fixture(scope="module")
def said(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What pytest says with a centre, without one, and where none is required; all at once."""
    folders = [tmp_path_factory.mktemp(name) for name in ("with", "without", "optional")]
    homes, _ = homes_file(stage, folders[0], count=2)
    around = stage.around()
    with_one = pytest_in(
        folders[0],
        "--anxin-broker",
        f"{around.host}:{around.port}",
        "--anxin-homes",
        homes,
        "--anxin-api",
        around.api,
        "--anxin-token",
        around.tokens[0],
    )
    others = pytest_in(folders[1]), pytest_in(folders[2], "--anxin-required=no")
    return [one.communicate(timeout=100)[0] for one in (with_one, *others)]


def test_another_projects_tests_play_press_and_telephone(said: list[str]) -> None:
    """Breaks when a fixture has another name, or a module of ours is needed that is not there."""
    assert "3 passed" in said[0], said[0]


def test_without_a_centre_what_needs_one_fails(said: list[str]) -> None:
    """Breaks when it is skipped: a job whose options were lost would be green."""
    assert "1 passed, 2 errors" in said[1], said[1]
    assert "no --anxin-homes" in said[1]


def test_where_no_centre_is_required_what_needs_one_is_skipped(said: list[str]) -> None:
    assert "1 passed, 2 skipped" in said[2], said[2]


def test_the_plugin_comes_with_the_package() -> None:
    """Breaks when the entry point is left out: the fixtures would be there for nobody."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    assert "anxin.pytest_plugin" in project["entry-points"]["pytest11"].values()
