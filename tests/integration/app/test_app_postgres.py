"""The embedded database starts after whatever happened to it, and is nobody else's."""

import importlib.machinery
import importlib.util
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from app.embedded import binaries
from app.embedded import os_account as account_module
from app.embedded.postgres import LONGEST_SOCKET_PATH, SOCKET_NAME, EmbeddedPostgres
from app.errors import EmbeddedError
from app.waiting import wait_until

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops its rights")


def open_directory() -> Path:
    """Make a directory that every user may enter, unlike pytest's own."""
    directory = Path(tempfile.mkdtemp(prefix="anxin-test-"))
    directory.chmod(0o711)
    return directory


@pytest.fixture
def empty() -> Iterator[Path]:
    directory = open_directory()
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    directory = open_directory()
    with EmbeddedPostgres(directory / "db", fast=True):
        pass
    yield directory / "db"
    shutil.rmtree(directory)


@pytest.fixture
def base(empty: Path, template: Path) -> Path:
    """A directory with a database in `db`, stopped: copying one is quicker than making one."""
    subprocess.run(["cp", "-a", str(template), str(empty)], check=True)
    return empty


def gone(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def setting(url: str, name: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def test_data_survive_stop_and_start(base: Path) -> None:
    database = EmbeddedPostgres(base / "db", fast=True)
    with database, psycopg.connect(database.url) as connection:
        connection.execute("CREATE TABLE homes AS SELECT 'H0001' AS code")
    assert database.pid is None
    with database, psycopg.connect(database.url) as connection:
        assert connection.execute("SELECT code FROM homes").fetchone() == ("H0001",)


def test_committed_data_survive_kill_9(base: Path) -> None:
    database = EmbeddedPostgres(base / "db")
    url = database.start()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE alarms (id int)")
        connection.execute("INSERT INTO alarms SELECT generate_series(1, 1000)")
    assert database.pid is not None
    os.kill(database.pid, signal.SIGKILL)
    database.stop()
    with database, psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM alarms").fetchone() == (1000,)


def test_what_is_acknowledged_is_on_the_disk(base: Path) -> None:
    with EmbeddedPostgres(base / "db") as database:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert setting(database.url, name) == "on"
        assert setting(database.url, "server_encoding") == "UTF8"
        assert setting(database.url, "TimeZone") == "UTC"


def test_only_its_own_user_and_root_can_reach_it(base: Path) -> None:
    with EmbeddedPostgres(base / "db", fast=True) as database:
        assert setting(database.url, "listen_addresses") == ""
        assert database.pid is not None
        kinds = {c.status for c in psutil.Process(database.pid).net_connections(kind="inet")}
        assert psutil.CONN_LISTEN not in kinds
        for directory in ("cluster", "run", "log", "."):
            assert stat.S_IMODE((database.directory / directory).stat().st_mode) == 0o700


@pytest.mark.long
@as_root
def test_it_never_runs_as_root_and_leaves_parents_alone(empty: Path) -> None:
    before = empty.stat()
    with EmbeddedPostgres(empty / "db", fast=True) as dataempty:
        assert dataempty.pid is not None
        uids = psutil.Process(dataempty.pid).uids()
        assert 0 not in (uids.real, uids.effective, uids.saved)
        assert psutil.Process(dataempty.pid).gids().effective != 0
    assert (empty.stat().st_mode, empty.stat().st_uid) == (before.st_mode, before.st_uid)


@pytest.mark.long
@as_root
def test_out_of_reach_of_its_user_the_data_go_elsewhere(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    barred = empty / "barred"
    barred.mkdir(mode=0o700)
    monkeypatch.setattr(account_module, "SHARED", empty / "shared")
    with EmbeddedPostgres(barred / "db", fast=True) as database:
        assert database.directory.parent == empty / "shared"
        assert EmbeddedPostgres(barred / "db").directory == database.directory
    assert stat.S_IMODE(barred.stat().st_mode) == 0o700
    shutil.rmtree(barred / "db")
    assert EmbeddedPostgres(barred / "db").directory != database.directory


@pytest.mark.long
@as_root
def test_out_of_reach_of_its_user_the_programs_are_copied(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.find_spec(binaries.PACKAGE)
    assert spec is not None
    installed = Path(next(iter(spec.submodule_search_locations or [])))
    barred = base / "barred"
    barred.mkdir(mode=0o700)
    for name in (binaries.PACKAGE, f"{binaries.PACKAGE}.libs"):
        if installed.with_name(name).exists():
            (barred / name).symlink_to(installed.with_name(name))
    spec = importlib.machinery.ModuleSpec(binaries.PACKAGE, None, is_package=True)
    spec.submodule_search_locations = [str(barred / binaries.PACKAGE)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: spec)
    monkeypatch.setattr(binaries, "SHARED", base / "shared")
    with EmbeddedPostgres(base / "db", fast=True) as database:
        assert database.pid is not None
        assert psutil.Process(database.pid).exe().startswith(str(base / "shared"))


def test_one_installation_a_directory(base: Path) -> None:
    with (
        EmbeddedPostgres(base / "db", fast=True) as database,
        pytest.raises(EmbeddedError, match=f"in use by process {os.getpid()}"),
    ):
        EmbeddedPostgres(base / "db", fast=True).start()
    assert database.pid is None


@pytest.mark.long
def test_a_server_left_by_an_earlier_run_is_ended(base: Path) -> None:
    leave = (
        "import os, sys, psutil; from pathlib import Path\n"
        "from app.embedded.postgres import EmbeddedPostgres\n"
        "db = EmbeddedPostgres(Path(sys.argv[1]), fast=True); db.start()\n"
        "guard = psutil.Process(db.pid).parent(); guard.suspend()\n"
        "print(guard.pid, db.pid, flush=True); os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", leave, str(base / "db")], stdout=subprocess.PIPE, text=True
    )
    guard, left = (int(pid) for pid in done.stdout.split())
    try:
        assert not gone(left)
        with EmbeddedPostgres(base / "db", fast=True) as database:
            assert gone(left)
            assert database.pid != left
    finally:
        psutil.Process(guard).kill()


def test_a_pid_file_that_names_another_program_is_no_obstacle(base: Path) -> None:
    database = EmbeddedPostgres(base / "db", fast=True)
    user = database.account.uid if database.account else None
    # of the same user: PostgreSQL takes any such process for a running server
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, user=user) as other:
        (base / "db/cluster/postmaster.pid").write_text(f"{other.pid}\n{base}\n1\n5432\n\n\n")
        with database:
            assert database.answers()
        assert other.poll() is None


@pytest.mark.long
def test_an_interrupted_making_is_redone(empty: Path) -> None:
    half = empty / "db/cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(empty / "db", fast=True) as database:
        assert database.answers()
    assert not half.exists()


def test_a_path_too_long_for_a_socket(base: Path) -> None:
    deep = base / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    (base / "db").rename(deep / "db")
    database = EmbeddedPostgres(deep / "db", fast=True)
    with database:
        assert database.answers()
        where = Path(setting(database.url, "unix_socket_directories"))
        assert len(os.fsencode(where / SOCKET_NAME)) <= LONGEST_SOCKET_PATH
        assert stat.S_IMODE(where.stat().st_mode) == 0o700
    where.rmdir()


@pytest.mark.long
def test_a_socket_directory_of_somebody_else_is_refused(base: Path) -> None:
    deep = base / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    (base / "db").rename(deep / "db")
    database = EmbeddedPostgres(deep / "db", fast=True)
    trap = database._sockets
    trap.symlink_to(base)
    try:
        with pytest.raises(EmbeddedError, match="belongs to somebody else"):
            database.start()
    finally:
        trap.unlink()


def test_temporary_leaves_nothing() -> None:
    with EmbeddedPostgres.temporary() as database:
        pid, directory = database.pid, database.directory
        assert pid is not None
        assert setting(database.url, "fsync") == "off"
    assert wait_until(lambda: gone(pid), 5)
    assert not directory.exists()


def test_a_failed_start_says_why(base: Path) -> None:
    database = EmbeddedPostgres(base / "db", fast=True)
    with database:
        pass
    (base / "db/cluster/PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedError, match=r"the database does not start .*log"):
        database.start()


@pytest.mark.long
def test_text_sorts_the_same_everywhere(base: Path) -> None:
    with EmbeddedPostgres(base / "db", fast=True) as database, psycopg.connect(database.url) as c:
        rows = c.execute(
            "SELECT x FROM unnest(ARRAY['b','B','ä','安','a']) x ORDER BY x"
        ).fetchall()
    assert [row[0] for row in rows] == ["B", "a", "b", "ä", "安"]


def test_the_socket_of_a_dead_server_is_no_answer(base: Path) -> None:
    database = EmbeddedPostgres(base / "db", fast=True)
    database.prepare()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(base / "db/run" / SOCKET_NAME))
    assert not database.answers()
    database.stop()
