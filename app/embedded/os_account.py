"""As which user the embedded database runs: PostgreSQL refuses to be root, and rightly.

When we are root, it gets the user who owns the data directory, or `nobody`. Permissions of
directories above ours are never changed; when one of them bars that user, the data go elsewhere
(see `reachable_directory`).
"""

import os
import pwd
import secrets
import subprocess
from pathlib import Path

import structlog

from app.errors import EmbeddedError
from app.processes.guarded_process import OsAccount

log = structlog.get_logger("embedded")

# Where root puts what the unprivileged user must reach when the project itself is out of its reach.
SHARED = Path("/var/lib/anxin")


def os_account_for(directory: Path) -> OsAccount | None:
    """Return the user for a directory's processes; None: ours will do, we are not root."""
    if os.geteuid() != 0:
        return None
    if directory.exists() and directory.stat().st_uid != 0:
        owner = directory.stat()
        return OsAccount(owner.st_uid, owner.st_gid, str(owner.st_uid))
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            "the embedded database does not run as root and there is no user `nobody`: "
            "call this as an ordinary user"
        ) from None
    return OsAccount(nobody.pw_uid, nobody.pw_gid, nobody.pw_name)


def reachable_directory(wanted: Path, account: OsAccount | None) -> Path:
    """Return the directory to use for `wanted`: itself, or one that `account` can reach.

    Which other one it is, is written in the file `wanted`/location, so that removing `wanted`
    means beginning anew.
    """
    wanted.mkdir(parents=True, exist_ok=True)
    if can_enter(wanted.parent, account):
        return wanted
    pointer = wanted / "location"
    if not pointer.exists():
        pointer.write_text(f"{SHARED / f'data-{secrets.token_hex(6)}'}\n")
    elsewhere = Path(pointer.read_text().strip())
    make_private_directory(elsewhere, account)
    if not can_enter(elsewhere, account):
        raise EmbeddedError(
            f"the user {account and account.name} cannot reach {wanted} nor {elsewhere}: call this "
            "as an ordinary user, or give --data a directory that everybody may enter, like /srv"
        )
    log.info("data_elsewhere", wanted=str(wanted), used=str(elsewhere))
    return elsewhere


def make_private_directory(directory: Path, account: OsAccount | None) -> None:
    """Make a directory that only `account` (and root) may enter; its parents stay as they are.

    One that somebody else made, or a link (both can be traps in a temporary directory), is refused.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    directory.mkdir(exist_ok=True, mode=0o700)
    ours = {os.geteuid(), account.uid if account else os.geteuid()}
    if directory.is_symlink() or directory.lstat().st_uid not in ours:
        raise EmbeddedError(f"{directory} belongs to somebody else: remove it")
    if account:
        os.chown(directory, account.uid, account.gid)
    directory.chmod(0o700)


def can_enter(directory: Path, account: OsAccount | None) -> bool:
    """Try whether `account` may enter a directory (mode bits alone would not know of ACLs)."""
    return _works(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(directory)], account)


def can_run(program: Path, account: OsAccount | None) -> bool:
    """Try whether `account` may run a program (called with --version)."""
    return _works([str(program), "--version"], account)


def run_as(
    account: OsAccount | None, command: list[str], text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end as `account`, with `text` as its input; OSError: it cannot start."""
    return subprocess.run(  # noqa: S603 - our own commands
        command,
        check=False,
        capture_output=True,
        input=text,
        text=True,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _works(command: list[str], account: OsAccount | None) -> bool:
    try:
        return run_as(account, command).returncode == 0
    except OSError:
        return False
