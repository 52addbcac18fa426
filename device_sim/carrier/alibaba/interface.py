"""Alibaba Cloud's interface as a whole: its account, its services, its routes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI

from device_sim.carrier.alibaba.access_key import DEMO_KEY, AccessKey
from device_sim.carrier.alibaba.account import AlibabaAccount, AlibabaBehaviour, Product
from device_sim.carrier.alibaba.account_api import AlibabaAccountApi
from device_sim.carrier.alibaba.answers import OK, Answer
from device_sim.carrier.alibaba.calls import VoiceCalling
from device_sim.carrier.alibaba.errors import BusinessError
from device_sim.carrier.alibaba.gateway import Action, Gateway, add_refusals
from device_sim.carrier.alibaba.mns.queue_api import QueueApi
from device_sim.carrier.alibaba.mns.queues import MessageQueues, MessageType
from device_sim.carrier.alibaba.mns.tokens import Tokens
from device_sim.carrier.alibaba.queries import Queries
from device_sim.carrier.alibaba.records import Ledger
from device_sim.carrier.alibaba.reports import ReportQueue
from device_sim.carrier.alibaba.sms import SmsSending
from device_sim.carrier.alibaba.sms_requests import SmsRequests
from device_sim.carrier.alibaba.templates.actions import CatalogueActions
from device_sim.carrier.alibaba.templates.catalogue import Catalogue
from device_sim.carrier.live_calls import LiveCalls
from device_sim.carrier.network import Network
from device_sim.timeline import Timeline


@dataclass(frozen=True)
class AlibabaSettings:
    """The account at Alibaba Cloud. `catalogue`: what is registered from the start."""

    key: AccessKey = DEMO_KEY
    behaviour: AlibabaBehaviour | None = None
    catalogue: Mapping[str, Any] | None = None


class AlibabaInterface:
    """One account at Alibaba Cloud on the network of phones."""

    def __init__(
        self,
        settings: AlibabaSettings,
        network: Network,
        live_calls: LiveCalls,
        timeline: Timeline,
    ) -> None:
        self.key = settings.key
        self._account = AlibabaAccount(settings.behaviour)
        self.catalogue = Catalogue()
        self.catalogue.register(settings.catalogue or {})
        self._queues, self._tokens, ledger = MessageQueues(), Tokens(), Ledger()
        reports = ReportQueue(self._queues, self._account, timeline)
        self._requests = SmsRequests(self.catalogue)
        self.sms = SmsSending(network, timeline, self._account, self._requests, ledger, reports)
        self._calls = VoiceCalling(
            network, live_calls, self._account, self.catalogue, ledger, reports
        )
        self._queries = Queries(network, ledger, self._account)
        self._gateway = Gateway(network, self._account, settings.key, self._actions())

    @property
    def behaviour(self) -> AlibabaBehaviour:
        """How the account behaves now."""
        return self._account.behaviour

    def behave(self, **settings: Any) -> None:
        """How it behaves from now on; fields of AlibabaBehaviour, the others stay."""
        self._account.behave(settings)

    def queued(self, kind: MessageType) -> list[dict[str, Any]]:
        """The reports of this kind that nobody has deleted, oldest first."""
        return self._queues.left(kind)

    def mount(self, app: FastAPI) -> None:
        """The routes of gateway, queues and account."""
        app.include_router(self._gateway.router())
        app.include_router(QueueApi(self._queues, self._tokens, self._account).router())
        app.include_router(AlibabaAccountApi(self._account, self.catalogue, self._queues).router())
        add_refusals(app)

    def _actions(self) -> dict[str, Action]:
        sms, voice, queue = Product.SMS, Product.VOICE, Product.QUEUE
        kept = CatalogueActions(self.catalogue, self._account)
        return {
            "SendSms": Action(sms, lambda p: self.sms.take(self._requests.single(p)), sends=True),
            "SendBatchSms": Action(
                sms, lambda p: self.sms.take(self._requests.batch(p)), sends=True
            ),
            "QuerySendDetails": Action(sms, self._queries.send_details),
            "QuerySmsTemplate": Action(sms, kept.template),
            "GetSmsTemplate": Action(sms, kept.template),
            "QuerySmsTemplateList": Action(sms, kept.templates),
            "QuerySmsSign": Action(sms, kept.signature),
            "QuerySmsSignList": Action(sms, kept.signatures),
            "AddSmsTemplate": Action(sms, kept.submit),
            "CreateSmsTemplate": Action(sms, kept.submit),
            "SingleCallByTts": Action(voice, self._calls.by_tts, sends=True),
            "SingleCallByVoice": Action(voice, self._calls.by_file, sends=True),
            "IvrCall": Action(voice, self._calls.interactive, sends=True),
            "QueryCallDetailByCallId": Action(voice, self._queries.call_detail),
            "QueryTokenForMnsQueue": Action(queue, self._token),
        }

    def _token(self, params: Mapping[str, str]) -> Answer:
        if params.get("MessageType") not in list(MessageType):
            raise BusinessError("isv.INVALID_PARAMETERS")
        token = self._tokens.issue(datetime.now(UTC), self._account.behaviour.token_s)
        return Answer(OK | {"MessageTokenDTO": token.document()})
