"""`anxin doctor`: an installation, checked by experiment."""

import click
import structlog

from app.bootstrap.wiring import begin_process
from app.doctor.access_rules import check_access
from app.doctor.broker import check_broker
from app.doctor.channels import check_channels, check_public_url
from app.doctor.database import check_database
from app.doctor.disks import check_disks
from app.doctor.mainland_numbers import check_mainland_numbers
from app.doctor.phone_numbers import check_phone_numbers
from app.doctor.processes import check_processes
from app.doctor.report import Check, Level, wrong
from app.doctor.settings_check import check_settings
from app.doctor.topics import check_unread_topics
from app.errors import SettingsError

log = structlog.get_logger(__name__)

CHECKS: tuple[Check, ...] = (
    check_settings,
    check_database,
    check_processes,
    check_disks,
    check_unread_topics,
    check_phone_numbers,
    check_broker,
    check_access,
    check_channels,
    check_mainland_numbers,
    check_public_url,
)


@click.command()
def doctor() -> int:
    """Check an installation by experiment, beside its running processes.

    One line a finding: ok, warning or wrong. Exit status 0: all ok; 1: warnings; 2: something is
    wrong. The broker gets about 4 MB of test messages below anxin/doctor/, which no process of
    ours listens to, and for a moment a hub named doctor-…; both are gone afterwards.
    """
    try:
        settings = begin_process("doctor", ())
    except SettingsError as error:
        click.echo(wrong("settings", str(error)))
        return int(Level.wrong)
    worst = Level.ok
    for check in CHECKS:
        try:
            for finding in check(settings):
                click.echo(finding)
                worst = max(worst, finding.level)
        except Exception as error:
            log.exception("check failed")
            name = check.__name__.removeprefix("check_")
            click.echo(wrong(name, f"this check failed itself ({type(error).__name__})"))
            worst = Level.wrong
    return int(worst)
