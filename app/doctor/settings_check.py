"""Checks settings that are allowed and still unwise."""

from collections.abc import Iterator

from app.config.settings import Settings
from app.doctor.report import CheckResult, ok, warning, wrong

LEAST_DIFFERENT = 10
MOST_PROXIES = {4: 2**24, 6: 2**80}
"""The largest private network (10.0.0.0/8), and one site's with IPv6 (/48): more is the world."""


def check_settings(settings: Settings) -> Iterator[CheckResult]:
    """What can be said without asking anybody."""
    missing = [
        f"ANXIN_{name.upper()}"
        for name in ("database_url", "mqtt_url", "secret_key")
        if not getattr(settings, name)
    ]
    if missing:
        yield wrong("settings", f"{', '.join(missing)} missing: nothing runs without")
    else:
        yield ok("settings", f"complete; {settings.timezone}, {settings.language}")
    if settings.secret_key:
        yield _secret_key(settings.secret_key)
    for network in settings.trusted_proxies:
        if network.num_addresses > MOST_PROXIES[network.version]:
            yield wrong(
                "trusted proxies",
                f"{network} in ANXIN_TRUSTED_PROXIES: whoever is in there may invent addresses; "
                "name your proxies",
            )
    if settings.clock:
        yield warning("clock", "ANXIN_CLOCK is set: time is simulated, for tries only")
    if not settings.centre_phone:
        yield warning(
            "centre's number",
            "ANXIN_CENTRE_PHONE is not set: no text tells families and responders where to ring",
        )
    if not settings.heartbeat_url:
        yield warning(
            "heartbeat", "ANXIN_HEARTBEAT_URL is not set: nobody outside notices if this host dies"
        )


def _secret_key(key: str) -> CheckResult:
    if len(set(key)) < LEAST_DIFFERENT:
        return wrong("secret key", "it repeats itself: `openssl rand -hex 32` makes a better one")
    return ok("secret key", f"{len(key)} characters")
