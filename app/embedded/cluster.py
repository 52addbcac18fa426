"""A PostgreSQL data directory: made, configured, and cleared of what a crash left behind."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import structlog

from app.embedded.os_account import run_as
from app.errors import EmbeddedError
from app.processes.guarded_process import OsAccount
from app.waiting import wait_until

log = structlog.get_logger("embedded")

DATABASE = "anxin"
USER = "anxin"
PROCESSES = "anxin_processes"
"""Who the processes log in as; the user owns the tables."""

CONFIGURATION = """\
# Written anew with every start.
listen_addresses = ''                 # no port: only the socket in a directory of our own
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = {connections}
shared_buffers = {buffers}
work_mem = 8MB
maintenance_work_mem = 64MB
max_parallel_workers_per_gather = 0   # containers have too small a /dev/shm for them
jit = off                             # our queries are short
random_page_cost = 1.1
fsync = {durable}
synchronous_commit = {durable}        # an acknowledged alarm is on the disk
full_page_writes = {durable}
wal_level = minimal                   # no replicas of an embedded database
max_wal_senders = 0
max_wal_size = 1GB
checkpoint_timeout = 15min
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
logging_collector = on                # seven files, one a day of the week, over and over
log_directory = '{logs}'
log_filename = 'postgresql-%a.log'
log_file_mode = 0600
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] '
"""

ACCESS = """\
# The socket is in a directory that only the database's own user and root may enter.
local all all trust
"""


def initialise(
    bin_directory: Path, cluster: Path, account: OsAccount | None, *, sync: bool
) -> None:
    """Make the cluster with an empty database, in about a second. An interrupted try is redone.

    The text order is that of code points on every system (PostgreSQL's own C.UTF-8), so that a
    data directory does not depend on the machine's C library.
    """
    if (cluster / "PG_VERSION").exists():
        return
    making = cluster.with_name(f"{cluster.name}.new")
    shutil.rmtree(making, ignore_errors=True)
    options = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
    options += ["--builtin-locale=C.UTF-8", "--auth=trust", f"--username={USER}"]
    options += ["--no-instructions", *([] if sync else ["--no-sync"])]
    _run([str(bin_directory / "initdb"), "-D", str(making), *options], account)
    single = [str(bin_directory / "postgres"), "--single", "-D", str(making)]
    _run(
        [*single, *([] if sync else ["-F"]), "postgres"], account, f"CREATE DATABASE {DATABASE};\n"
    )
    making.rename(cluster)


def configure(
    cluster: Path,
    sockets: Path,
    logs: Path,
    account: OsAccount | None,
    *,
    durable: bool,
    connections: int,
) -> None:
    """Write the cluster's configuration files."""
    text = CONFIGURATION.format(
        sockets=_quoted(sockets),
        logs=_quoted(logs),
        connections=connections,
        buffers="256MB" if durable else "64MB",
        durable="on" if durable else "off",
    )
    for name, content in (("postgresql.conf", text), ("pg_hba.conf", ACCESS)):
        path = cluster / name
        path.write_text(content, encoding="utf-8")
        path.chmod(0o600)
        if account:
            os.chown(path, account.uid, account.gid)


def clear_leftovers(cluster: Path) -> None:
    """End a server that an earlier supervisor left here, and remove a misleading postmaster.pid.

    To be called only by whoever holds the directory's lock: a server here is then nobody's. A pid
    file of a dead server is left to PostgreSQL, which also looks whether its shared memory is still
    in use. Only one whose number meanwhile belongs to another program is removed, because
    PostgreSQL would take that for a running server.
    """
    pid = postmaster_pid(cluster)
    if pid is None or not _alive(pid):
        return
    if not _serves(pid, cluster):
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        return
    log.warning("leftover_database_stopped", pid=pid)
    for how, seconds in ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        # not `alive`: where nobody collects the dead they keep their number
        if wait_until(lambda: not _serves(pid, cluster), seconds):
            return
    raise EmbeddedError(f"a database server (process {pid}) still uses {cluster}: end it first")


def postmaster_pid(cluster: Path) -> int | None:
    """Return the server's process id as its pid file says, whether it lives or not."""
    try:
        return int((cluster / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _serves(pid: int, cluster: Path) -> bool:
    """Tell whether a process is the server of this cluster: it works in that directory."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cwd").samefile(cluster)
        return False
    ps = ["/bin/ps", "-o", "command=", "-p", str(pid)]
    done = subprocess.run(ps, check=False, capture_output=True, text=True)  # noqa: S603
    return str(cluster) in done.stdout


def _run(command: list[str], account: OsAccount | None, text: str = "") -> None:
    done = run_as(account, command, text)
    if done.returncode:
        output = (done.stderr or done.stdout).strip().splitlines() or ["nothing"]
        raise EmbeddedError(f"{Path(command[0]).name} failed and said: {output[-1]}")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
