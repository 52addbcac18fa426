"""Builds the wheel from a copy of the project, and installs it into an environment of its own."""

import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENDOR = "api/pages/static/vendor"
BUILD = "from setuptools import build_meta; print(build_meta.build_wheel('dist'))"
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".data", ".*_cache", "build", "*.egg-info", "node_modules", "__pycache__"
)


def copy_of_project(to: Path, *, vendor: bool) -> Path:
    """What is committed, and with `vendor` also the browser code that `make vendor` has brought."""
    shutil.copytree(ROOT, to, ignore=LEFT_OUT)
    if not vendor:
        shutil.rmtree(to / VENDOR, ignore_errors=True)
    return to


def build(
    project: Path, python: Path | str = sys.executable, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Build as `pip wheel --no-build-isolation` does; the wheel is then in project/dist."""
    return subprocess.run(
        [str(python), "-c", BUILD],
        cwd=project,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def wheel_in(project: Path) -> Path:
    (wheel,) = (project / "dist").glob("*.whl")
    return wheel


def empty_environment(folder: Path) -> Path:
    """A Python that has nothing of ours; its executable."""
    venv.create(folder, symlinks=True)
    return folder / "bin" / "python"


def lend_packages(folder: Path) -> None:
    """Lend an environment the packages that others made and we were installed beside. A folder on
    the path, not a site folder: our own editable install does not come along."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    lent = folder / "lib" / version / "site-packages" / "lent.pth"
    lent.write_text(sysconfig.get_path("purelib") + "\n")


def install(wheel: Path, folder: Path) -> None:
    """Install the wheel alone into an environment."""
    pip = [sys.executable, "-m", "pip", "--python", str(folder), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)
