"""Twilio's interface as a whole: its account, its services, its routes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import FastAPI

from device_sim.carrier.live_calls import LiveCalls
from device_sim.carrier.network import Network
from device_sim.carrier.twilio.account import Account, AccountBehaviour
from device_sim.carrier.twilio.account_api import AccountApi
from device_sim.carrier.twilio.calls.call_service import CallService
from device_sim.carrier.twilio.calls.inbound_calls import InboundCalls
from device_sim.carrier.twilio.rest_api import TwilioApi, add_carrier_errors
from device_sim.carrier.twilio.sms import SmsService
from device_sim.carrier.twilio.webhooks import TIMEOUT_S, WebhookSender
from device_sim.timeline import Timeline


@dataclass(frozen=True)
class TwilioSettings:
    """The account at Twilio. `senders`: the number of each Messaging Service; `templates`: the
    text of each ContentSid; `fallback_url` is asked when `inbound_url` has failed; `voice_url` is
    asked when somebody calls one of its numbers, `voice_status_url` told when they have hung up."""

    account_sid: str
    auth_token: str
    inbound_url: str | None = None
    fallback_url: str | None = None
    voice_url: str | None = None
    voice_status_url: str | None = None
    senders: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    webhook_timeout_s: float = TIMEOUT_S
    account: AccountBehaviour | None = None


class TwilioInterface:
    """One account at Twilio on the network of phones."""

    def __init__(
        self,
        settings: TwilioSettings,
        network: Network,
        live_calls: LiveCalls,
        timeline: Timeline,
    ) -> None:
        sid, token = settings.account_sid, settings.auth_token
        self.account = Account(settings.account)
        self.webhooks = WebhookSender(token, timeline, self.account, settings.webhook_timeout_s)
        self.sms = SmsService(
            network, self.webhooks, timeline, sid, dict(settings.senders), self.account
        )
        self.sms.inbound_url = settings.inbound_url
        self.sms.fallback_url = settings.fallback_url
        self.sms.templates = dict(settings.templates)
        self.voice = InboundCalls(network, live_calls, self.webhooks, sid)
        self.voice.voice_url = settings.voice_url
        self.voice.status_url = settings.voice_status_url
        calls = CallService(network, live_calls, self.webhooks, sid, self.account)
        self._rest = TwilioApi(network, self.sms, calls, sid, token, self.account)

    def mount(self, app: FastAPI) -> None:
        """The routes of its REST API and of its account."""
        app.include_router(self._rest.router())
        app.include_router(AccountApi(self.account).router())
        add_carrier_errors(app)
