"""Which homes' hubs may log in: one interface for Mosquitto and the embedded broker.

With ANXIN_MQTT_ADMIN_URL it is Mosquitto, asked over MQTT; without, the embedded broker of a data
directory, whose file is changed. Where there is a database, the hub is recorded there as well.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from app.access.mosquitto_access import MosquittoAccess, UnknownHubError
from app.config.settings import Settings
from app.embedded.credentials import CENTRE, CredentialsFile
from app.embedded.credentials import UnknownHubError as UnknownEmbeddedHubError

BATCH = 250


class BrokerHubs(Protocol):
    """The broker's list of hubs. Everything may be repeated."""

    def add(self, passwords: dict[str, str | None]) -> dict[str, str]:
        """Let hubs log in: home's code → password, None: any. Returns all passwords."""

    def revoke(self, home: str) -> bool:
        """Cut the hub of `home` off. False: the broker does not know it."""

    def codes(self) -> list[str]:
        """The homes whose hub may log in, sorted."""


class _Mosquitto:
    def __init__(self, access: MosquittoAccess) -> None:
        self._access = access

    def add(self, passwords: dict[str, str | None]) -> dict[str, str]:
        """A hub that is there gets the new password: the broker does not tell the old one."""
        chosen = {home: given or secrets.token_urlsafe(12) for home, given in passwords.items()}
        self._access.add_hubs(chosen)
        return chosen

    def revoke(self, home: str) -> bool:
        try:
            self._access.revoke_hub(home)
        except UnknownHubError:
            return False
        return True

    def codes(self) -> list[str]:
        return self._access.hubs()


class _Embedded:
    def __init__(self, hubs: CredentialsFile) -> None:
        self._hubs = hubs

    def add(self, passwords: dict[str, str | None]) -> dict[str, str]:
        """A hub that is there keeps its password unless another one is given."""
        return self._hubs.add_all(passwords)

    def revoke(self, home: str) -> bool:
        try:
            self._hubs.revoke(home)
        except UnknownEmbeddedHubError:
            return False
        return True

    def codes(self) -> list[str]:
        return sorted(self._hubs.accounts().keys() - {CENTRE})


@contextmanager
def broker_hubs(settings: Settings, data: Path) -> Iterator[BrokerHubs]:
    """The list of the broker that the settings name; `data` is the embedded one's directory.

    Raises AppError and its kinds when the broker is away or refuses.
    """
    if settings.mqtt_admin_url is None:
        yield _Embedded(CredentialsFile(data / "broker" / "hubs.json"))
        return
    with MosquittoAccess(settings.mqtt_admin_url) as access:
        yield _Mosquitto(access)


def home_batches(homes: Sequence[str]) -> Iterator[Sequence[str]]:
    """Many homes in parts of which each is finished before the next is begun."""
    for start in range(0, len(homes), BATCH):
        yield homes[start : start + BATCH]
