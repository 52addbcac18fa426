"""The database of a demo that runs here, for tools.

`python -m app.demo.running_database DIR` opens psql there.
"""

import os
import shutil
import sys
from pathlib import Path

from app.embedded.postgres import EmbeddedPostgres
from app.errors import AppError

DATABASE_FOLDER = "postgres"
"""Below a demo's data directory."""


def running_database(data: Path) -> str:
    """The address of the database of the demo that runs on `data`. AppError: none does."""
    folder = data / DATABASE_FOLDER
    database = EmbeddedPostgres(folder) if folder.is_dir() else None
    if database is None or not database.answers():
        raise AppError(f"no demo is running on {data}: start it with `anxin demo --data {data}`")
    return database.url


def psql(data: Path, words: list[str]) -> None:
    """Become psql in that database. AppError: there is no psql here, or no demo."""
    program = shutil.which("psql")
    if program is None:
        raise AppError("there is no psql here: install Debian's package postgresql-client")
    os.execv(program, [program, running_database(data), *words])  # noqa: S606 - psql found on PATH


if __name__ == "__main__":
    try:
        psql(Path(sys.argv[1]), sys.argv[2:])
    except AppError as error:
        sys.exit(str(error))
