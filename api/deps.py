"""What every request needs (pool, clock, policy, keys): made by app/, read by routes and pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from alerts.disk_space import DiskWatch
from alerts.policy import Policy
from alerts.setting_fields import LOOPBACK, Network
from store.clock import Clock
from store.db import Connection, Pool

DATABASE_TIMEOUT = 5.0
"""Seconds a request waits for a connection before it is told to come back later."""


@dataclass(frozen=True)
class ApiDeps:
    """All the API needs. `secret_key` signs log-in forms; secrets stay out of the repr."""

    pool: Pool
    database_url: str = field(repr=False)
    clock: Clock
    policy: Policy
    secret_key: str = field(repr=False)
    public_url: str
    twilio_auth_token: str | None = field(default=None, repr=False)
    language: str = "zh"
    secure_cookies: bool = True
    disks: DiskWatch = field(default_factory=DiskWatch)
    fallback_url: str = ""
    """A second address at which the carrier reaches us; "": there is none."""
    monitors: tuple[Network, ...] = LOOPBACK
    """From where /readyz and /metrics may be read."""
    internal_webhooks: tuple[Network, ...] = ()
    """Networks inside in which subscribed programs may be."""

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection on which each statement is a transaction of its own, as the use cases
        expect it. psycopg_pool.PoolTimeout: the database is away or everybody is waiting."""
        with self.pool.connection(timeout=DATABASE_TIMEOUT) as conn:
            self.policy.own_texts.look(conn)
            yield conn

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection for statements that hold together: all of them or none."""
        with self.connection() as conn, conn.transaction():
            yield conn


def deps_of(request: HTTPConnection) -> ApiDeps:
    """The dependencies of the application that got this request."""
    deps: ApiDeps = request.app.state.deps
    return deps
