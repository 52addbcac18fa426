"""The log-ins of the embedded broker: a JSON file with the hubs' and centre's passwords.

The passwords are in clear, because the broker compares clear text; the file is for its owner only.
"""

import fcntl
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import EmbeddedError, UsageError

CENTRE = "centre"
HOME_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")


class UnknownHubError(UsageError):
    """No hub of that home may log in anyway."""


class CredentialsFile:
    """The file of credentials. Several processes may change it at once."""

    def __init__(self, path: Path) -> None:
        """Use `path`; it is made, with a password for the centre, when it is first needed."""
        self.path = path

    def add(self, home: str, password: str | None = None) -> str:
        """Let the hub of `home` log in and return its password, made here if none is given.

        A hub that is there already gets the new password, or keeps its own if none is given.
        UsageError when the code of the home cannot be a user name, or the password no password.
        """
        return self.add_all({home: password})[home]

    def add_all(self, wanted: dict[str, str | None]) -> dict[str, str]:
        """Add many at once, so that the broker is restarted once; return all their passwords."""

        def change(accounts: dict[str, str]) -> None:
            for home, password in wanted.items():
                _check(home, password)
                accounts[home] = password or accounts.get(home) or secrets.token_urlsafe(12)

        accounts = self._change(change)
        return {home: accounts[home] for home in wanted}

    def revoke(self, home: str) -> None:
        """Refuse the hub of `home` from now on; UnknownHubError when it never was allowed."""

        def change(accounts: dict[str, str]) -> None:
            if home == CENTRE or accounts.pop(home, None) is None:
                raise UnknownHubError(f"no hub of {home} may log in")

        self._change(change)

    def accounts(self) -> dict[str, str]:
        """Return all passwords by user name, the centre's among them."""
        accounts: dict[str, str] = {}
        if self.path.exists():
            accounts = self._read()
        if CENTRE not in accounts:
            accounts = self._change(lambda _: None)
        return accounts

    def _change(self, change: Callable[[dict[str, str]], None]) -> dict[str, str]:
        with self._locked():
            before = self._read() if self.path.exists() else {}
            accounts = {CENTRE: secrets.token_urlsafe(24), **before}
            change(accounts)
            if accounts != before:
                self._write(accounts)
        return accounts

    def _read(self) -> dict[str, str]:
        try:
            accounts = json.loads(self.path.read_text(encoding="utf-8"))
            return {str(user): str(password) for user, password in accounts.items()}
        except (OSError, ValueError, AttributeError) as error:
            raise EmbeddedError(f"cannot read {self.path}: {error}") from error

    def _write(self, accounts: dict[str, str]) -> None:
        staging = self.path.with_suffix(".new")
        staging.unlink(missing_ok=True)
        staging.touch(mode=0o600)
        with staging.open("w", encoding="utf-8") as file:
            json.dump(accounts, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        staging.rename(self.path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _check(home: str, password: str | None) -> None:
    if not HOME_CODE.fullmatch(home) or home == CENTRE:
        raise UsageError(f"{home!r} is no code of a home: use 1 to 64 letters, digits, _ or -")
    if password is not None and not (password.isprintable() and 0 < len(password) <= 128):
        raise UsageError("the password has to be 1 to 128 printable characters")
