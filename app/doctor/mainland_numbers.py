"""Checks whether the numbers of mainland China have a carrier that may serve them."""

from collections.abc import Iterator

import psycopg

from alerts.notify.carriers.registry import barred_from_mainland, open_carriers
from app.config.settings import Settings
from app.doctor.report import CheckResult, ok, warning, wrong
from store.answer_limits import connect
from store.home import people


def check_mainland_numbers(settings: Settings) -> Iterator[CheckResult]:
    """Count them; nothing is sent."""
    if not settings.database_url:
        return
    try:
        with connect(settings.database_url, "anxin-doctor") as conn:
            many = people.count_mainland(conn)
    except psycopg.Error:
        return  # the check of the database says so
    if many:
        yield _serving(settings, many)
    if settings.twilio_templates and barred_from_mainland(settings):
        yield warning(
            "+86 numbers",
            "ANXIN_TWILIO_TEMPLATES is set, and nothing goes to them by Twilio without "
            "ANXIN_MAINLAND_ABROAD_REASON",
        )


def _serving(settings: Settings, many: int) -> CheckResult:
    able = open_carriers(settings).keys() - barred_from_mainland(settings)
    if not able:
        return wrong(
            "+86 numbers",
            f"{many} people have one, and no carrier may serve them: set ANXIN_ALIYUN_…, or say in "
            "ANXIN_MAINLAND_ABROAD_REASON why their messages may go through a carrier abroad",
        )
    if "aliyun" not in able:
        return warning(
            "+86 numbers",
            f"{many} people have one, and they are served by a carrier abroad: set ANXIN_ALIYUN_…",
        )
    return ok("+86 numbers", f"{many}, by Alibaba Cloud")
