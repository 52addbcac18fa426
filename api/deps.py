"""What the roof hands to the people's door."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from alerts.policy import Policy
from store.clock import Clock
from store.db import Connection, Pool

PATIENCE = 5.0
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

    def connection(self) -> AbstractContextManager[Connection]:
        """A connection whose transaction is committed at the end of the block.

        Raises psycopg_pool.PoolTimeout when the database is away or everybody is waiting.
        """
        return self.pool.connection(timeout=PATIENCE)


def deps_of(request: HTTPConnection) -> ApiDeps:
    """The dependencies of the application that got this request."""
    deps: ApiDeps = request.app.state.deps
    return deps
