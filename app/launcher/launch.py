"""The command `anxin`: makes our folders importable in this process and its children, then runs."""

import os
import sys

from .paths import FOLDER


def main() -> None:
    """Before anything of ours is imported: a package `app` of somebody else's must not be found
    first."""
    sys.path.insert(0, str(FOLDER))
    given = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(FOLDER), *([given] if given else [])])
    from app.main import main as run

    run()
