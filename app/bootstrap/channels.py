"""Builds the channels (SMS, voice, webhook, Apprise) that the settings open; for `anxin alerts`.

Apart from the rest of the wiring: what it imports takes most of a second, and only the process that
sends needs it.
"""

from collections.abc import Mapping

import structlog

from alerts.notify.channels.apprise import AppriseChannel
from alerts.notify.channels.interface import Channel
from alerts.notify.channels.twilio_sms import TwilioAccount, TwilioSms
from alerts.notify.channels.twilio_voice import TwilioVoice
from alerts.notify.channels.webhook import WebhookChannel
from alerts.notify.contact_methods import APPRISE, SMS, VOICE, WEBHOOK
from app.bootstrap.wiring import clock_of, policy_of
from app.config.settings import Settings
from store.db import Pool
from store.notify import preferences, subscriptions
from store.notify.subscriptions import Target

log = structlog.get_logger(__name__)


def build_channels(settings: Settings, pool: Pool) -> Mapping[str, Channel]:
    """The channels that the settings open, by name."""

    def url_of(address: str) -> str | None:
        with pool.connection() as conn:
            return preferences.address(conn, _row(address))

    def target_of(address: str) -> Target | None:
        with pool.connection() as conn:
            return subscriptions.target(conn, _row(address))

    channels: dict[str, Channel] = {
        APPRISE: AppriseChannel(url_of),
        WEBHOOK: WebhookChannel(target_of, clock_of(settings), settings.public_url),
    }
    if not settings.twilio_account_sid:
        log.warning("no carrier: nobody will get an SMS until ANXIN_TWILIO_… is set")
        return channels
    account = TwilioAccount(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        sender=settings.twilio_from or None,
        service_sid=settings.twilio_messaging_service_sid or None,
        life_sender=settings.twilio_life_from or None,
        api_url=settings.twilio_api_url or None,
        public_url=settings.public_url,
        templates=settings.twilio_templates,
    )
    channels[SMS] = TwilioSms(account)
    if VOICE in policy_of(settings).channels:
        channels[VOICE] = TwilioVoice(account)
    return channels


def _row(address: str) -> int:
    """The row behind an address like `apprise:12`."""
    return int(address.partition(":")[2])
