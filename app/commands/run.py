"""`anxin ingest`, `anxin alerts` and `anxin api`: the long-running processes of a deployment."""

import click

from alerts.engine import Engine, Watch
from app.errors import RoofError
from app.wiring import (
    begin,
    broker_of,
    channels_of,
    clock_of,
    policy_of,
    pool_of,
    settle_memory,
    stop_asked,
)
from ingest.service import Ingest

API_THREADS = 24


@click.command()
def ingest() -> None:
    """Take in what the homes send, until stopped."""
    settings = begin("ingest", ("database_url", "mqtt_url"), lasting=True)
    stop = stop_asked()
    settle_memory()
    with pool_of(settings, "ingest", size=6, steady=True) as pool:
        Ingest(
            pool,
            settings.database_url,
            broker_of(settings),
            clock_of(settings),
            policy_of(settings),
            settings.instance,
        ).run(stop)


@click.command()
def alerts() -> None:
    """Escalate and send, until stopped."""
    settings = begin("alerts", ("database_url",), lasting=True)
    stop = stop_asked()
    settle_memory()
    with pool_of(settings, "alerts", size=12, steady=True) as pool:
        Engine(
            pool,
            settings.database_url,
            channels_of(settings, pool),
            clock_of(settings),
            policy_of(settings),
            settings.instance,
            Watch(heartbeat_url=settings.heartbeat_url),
        ).run(stop)


@click.command()
def api() -> None:
    """Serve the console and the HTTP API, until stopped."""
    from api.app import create_app
    from api.deps import ApiDeps
    from api.server import serve

    settings = begin("api", ("database_url", "secret_key"))
    with pool_of(settings, "api", size=API_THREADS) as pool:
        app = create_app(
            ApiDeps(
                pool=pool,
                database_url=settings.database_url,
                clock=clock_of(settings),
                policy=policy_of(settings),
                secret_key=settings.secret_key,
                public_url=settings.public_url,
                twilio_auth_token=settings.twilio_auth_token or None,
                language=settings.language,
                secure_cookies=settings.public_url.startswith("https://"),
            )
        )
        if not serve(app, settings.http.host, settings.http.port):
            raise RoofError(
                f"ANXIN_HTTP: cannot listen on {settings.http}: choose another port, or stop "
                "what uses it"
            )
