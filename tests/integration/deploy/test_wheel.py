"""What is shipped holds what its pages name, and nothing that only builds it."""

import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests import wheels

pytestmark = pytest.mark.long

INSIDE = "anxin/"
"""Where our folders are in the wheel."""
STATIC = "api/pages/static/"
NAMED = re.compile(r"""static\(\s*['"]([^'"]+)['"]\s*\)""")
"""In a template."""
FROM = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*|new URL\(\s*)["'](\.[^"']+)["']""")
"""In a script."""
ASSET = re.compile(r"""["']/assets/([^"']+)["']""")
"""On the simulated phones' page."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (wheels.ROOT / wheels.VENDOR).exists():
        pytest.skip("no browser code: run `make vendor`")
    project = wheels.copy_of_project(tmp_path_factory.mktemp("wheel") / "anxin", vendor=True)
    done = wheels.build(project)
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture(scope="module")
def shipped(project: Path) -> dict[str, str]:
    """The wheel's files with their text."""
    with zipfile.ZipFile(wheels.wheel_in(project)) as wheel:
        names = [name for name in wheel.namelist() if name.startswith(INSIDE)]
        return {name.removeprefix(INSIDE): wheel.read(name).decode() for name in names}


def test_every_file_that_a_template_or_script_names_is_in_the_wheel(
    shipped: dict[str, str],
) -> None:
    """Break: leave `bring_browser_code` out of setup.py and build without static/vendor."""
    named: set[str] = set()
    for path, text in shipped.items():
        if path.startswith("api/") and path.endswith(".html"):
            named |= {STATIC + name for name in NAMED.findall(text)}
        if path.startswith(STATIC + "js/"):
            named |= {f"{STATIC}js/{name.removeprefix('./')}" for name in FROM.findall(text)}
        if path == "device_sim/pages/phones.html":
            named |= {f"device_sim/pages/{name}" for name in ASSET.findall(text)}
    assert {STATIC + "vendor/htmx.min.js", STATIC + "js/tick.js"} <= named
    assert named - shipped.keys() == set()


def test_every_module_statement_and_template_of_ours_is_in_the_wheel(
    project: Path, shipped: dict[str, str]
) -> None:
    kinds = ("*.py", "*.sql", "*.html", "*.po", "*.css", "*.js", "*.svg", "*.yaml")
    floors = ("store", "alerts", "care", "ingest", "api", "device_sim", "app", "migrations")
    ours = {
        path.relative_to(project).as_posix()
        for floor in floors
        for kind in kinds
        for path in (project / floor).rglob(kind)
    }
    assert ours - shipped.keys() == set()


def test_one_name_is_installed_beside_everybody_else_s(project: Path) -> None:
    """Break: install `app` and `store` side by side: somebody else's `app` would be ours."""
    with zipfile.ZipFile(wheels.wheel_in(project)) as wheel:
        tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert tops == {"anxin", "anxin-0.1.0.dist-info"}


def test_a_package_app_of_somebody_else_s_stays_theirs(project: Path, tmp_path: Path) -> None:
    """Both are found by whom they are meant for: our commands, their tests with our fixtures."""
    python = wheels.empty_environment(tmp_path / "env")
    wheels.lend_packages(tmp_path / "env")
    wheels.install(wheels.wheel_in(project), tmp_path / "env")
    theirs = tmp_path / "theirs"
    (theirs / "app").mkdir(parents=True)
    (theirs / "app" / "__init__.py").write_text("WHOSE = 'theirs'\n")
    (theirs / "test_it.py").write_text(
        "import app\n"
        "def test_both(anxin_phones):\n"
        "    assert app.WHOSE == 'theirs'\n"
        "    assert anxin_phones.url\n"
    )

    def said(*words: str) -> str:
        env = os.environ | {"PYTHONPATH": str(theirs)}
        done = subprocess.run(
            words, cwd=theirs, env=env, capture_output=True, text=True, timeout=100, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    for command in ([str(tmp_path / "env/bin/anxin")], [str(python), "-m", "anxin"]):
        assert "Simulated homes" in said(*command, "--help")
        assert "broker-cut" in said(*command, "simulate", "--list")
    assert "1 passed" in said(str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider")


def test_nothing_that_only_builds_it_is_shipped(shipped: dict[str, str]) -> None:
    assert [name for name in shipped if re.search(r"node_modules|package.*json|\.mjs$", name)] == []
    assert [name for name in shipped if name.startswith("tests/")] == []


def test_without_browser_code_and_npm_the_build_says_what_to_do(tmp_path: Path) -> None:
    """It does not build a console that stays empty."""
    project = wheels.copy_of_project(tmp_path / "anxin", vendor=False)
    python = wheels.empty_environment(tmp_path / "empty")
    wheels.lend_packages(tmp_path / "empty")
    done = wheels.build(project, python, env={"PATH": str(tmp_path)})
    assert done.returncode != 0
    assert "there is no npm to fetch it: install Node 18 or newer" in done.stderr
