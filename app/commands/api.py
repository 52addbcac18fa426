"""`anxin api`: the console, the JSON API and the carrier's callbacks."""

import click

from alerts.disk_space import DiskWatch
from api.app import create_app
from api.deps import ApiDeps
from api.server import serve
from app.bootstrap.wiring import begin_process, clock_of, policy_of, pool_of
from app.errors import AppError
from store.answer_limits import ANSWER_WITHIN

API_THREADS = 24


@click.command()
def api() -> None:
    """Serve the console and the HTTP API, until stopped."""
    settings = begin_process("api", ("database_url", "secret_key"))
    with pool_of(settings, "api", size=API_THREADS, answer_within=ANSWER_WITHIN) as pool:
        app = create_app(
            ApiDeps(
                pool=pool,
                database_url=settings.database_url,
                clock=clock_of(settings),
                policy=policy_of(settings),
                secret_key=settings.secret_key,
                public_url=settings.public_url,
                fallback_url=settings.twilio_fallback_url,
                twilio_auth_token=settings.twilio_auth_token or None,
                language=settings.language,
                monitors=settings.monitors,
                internal_webhooks=settings.internal_webhooks,
                disks=DiskWatch(settings.disks),
                secure_cookies=settings.public_url.startswith("https://"),
            )
        )
        trusted = [str(network) for network in settings.trusted_proxies]
        if not serve(app, settings.http.host, settings.http.port, trusted):
            raise AppError(
                f"ANXIN_HTTP: cannot listen on {settings.http}: choose another port, or stop "
                "what uses it"
            )
