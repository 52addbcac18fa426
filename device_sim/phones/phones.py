"""All simulated phones and the carriers behind them: `with Phones(...) as phones:`."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from fastapi import FastAPI

from device_sim.carrier.alibaba.interface import AlibabaInterface, AlibabaSettings
from device_sim.carrier.http_server import Connections, HttpServer, add_silence
from device_sim.carrier.live_calls import LiveCalls
from device_sim.carrier.network import Network
from device_sim.carrier.records import Carrier, CarrierRequest
from device_sim.carrier.replies import Replies, ReplyService
from device_sim.carrier.twilio.account import AccountBehaviour
from device_sim.carrier.twilio.interface import TwilioInterface, TwilioSettings
from device_sim.carrier.twilio.webhook_requests import WebhookDelivery
from device_sim.carrier.twilio.webhooks import TIMEOUT_S
from device_sim.phones.phone import Phone
from device_sim.phones.phones_api import PhonesApi, add_problem_answers
from device_sim.timeline import Timeline


class Phones:
    """Carriers that speak Twilio's and Alibaba Cloud's interfaces, and the phones they reach.

    `inbound_url` (where replies are posted) may be set later. `voice_url` is asked when somebody
    telephones, `voice_status_url` told when they have hung up. `senders` names the number that
    each Messaging Service sends from, `templates` the text of each ContentSid. `fallback_url` is
    asked when the inbound one failed. `account` is how the account at Twilio behaves from the
    start, `alibaba` the account at Alibaba Cloud. Without `port` a free one of 127.0.0.1 is taken.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        inbound_url: str | None = None,
        *,
        voice_url: str | None = None,
        voice_status_url: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        senders: Mapping[str, str] | None = None,
        templates: Mapping[str, str] | None = None,
        webhook_timeout_s: float = TIMEOUT_S,
        fallback_url: str | None = None,
        account: AccountBehaviour | None = None,
        alibaba: AlibabaSettings | None = None,
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self._network = Network()
        self._timeline = Timeline("phones")
        self._live_calls = LiveCalls(self._network)
        settings = TwilioSettings(
            account_sid,
            auth_token,
            inbound_url,
            fallback_url,
            voice_url,
            voice_status_url,
            senders or {},
            templates or {},
            webhook_timeout_s,
            account,
        )
        self._twilio = TwilioInterface(settings, self._network, self._live_calls, self._timeline)
        self.alibaba = AlibabaInterface(
            alibaba or AlibabaSettings(), self._network, self._live_calls, self._timeline
        )
        services: dict[Carrier, ReplyService] = {
            Carrier.TWILIO: self._twilio.sms,
            Carrier.ALIBABA: self.alibaba.sms,
        }
        self._replies = Replies(self._network, services)
        self._connections = Connections()
        self._address = (host, port)
        self._server: HttpServer | None = None

    @property
    def url(self) -> str:
        """The carrier's base address, `http://127.0.0.1:PORT`."""
        if self._server is None:
            raise RuntimeError("the phones are off: use them in a with block, or start() them")
        return self._server.url

    @property
    def inbound_url(self) -> str | None:
        """Where replies are posted."""
        return self._twilio.sms.inbound_url

    @inbound_url.setter
    def inbound_url(self, url: str | None) -> None:
        self._twilio.sms.inbound_url = url

    @property
    def requests(self) -> list[CarrierRequest]:
        """Every request that reached the carrier, refused ones too, with its arrival time."""
        return self._network.requests()

    @property
    def deliveries(self) -> list[WebhookDelivery]:
        """Every attempt to post a webhook (the newest 10,000), with what came of it."""
        return list(self._twilio.webhooks.deliveries)

    def __getitem__(self, number: str) -> Phone:
        return Phone(
            number, self._network, self._replies, self._live_calls, self._twilio.voice.call
        )

    def numbers(self) -> list[str]:
        """The numbers of all phones heard of."""
        return self._network.numbers()

    def behave(self, **settings: Any) -> None:
        """How the whole account behaves from now on: `behave(outcome="suspended")`.

        `settings` are fields of AccountBehaviour; those not given stay as they are. pydantic's
        ValidationError (a ValueError) says what is wrong.
        """
        self._twilio.account.behave(settings)

    def wait_for_request(
        self, matching: Callable[[CarrierRequest], bool], timeout: float = 10.0
    ) -> CarrierRequest:
        """The first request to the carrier that matches, past or coming within `timeout` s.

        Raises AssertionError that lists what came instead.
        """
        found: list[CarrierRequest] = []

        def arrived() -> bool:
            found[:] = [request for request in self.requests if matching(request)]
            return bool(found)

        with self._network.changed:
            if not self._network.changed.wait_for(arrived, timeout):
                raise AssertionError(f"no such request in {timeout} s, only {self.requests}")
        return found[0]

    def wait_for_talk(self, size: int, timeout: float = 10.0) -> None:
        """Until so many telephones talk in one conference; AssertionError after `timeout` s."""
        if not self._network.wait_for_talk(size, timeout):
            raise AssertionError(f"no conference of {size} in {timeout} s")

    def start(self) -> Self:
        """Serve. OSError with the address in it when the port is taken."""
        server = HttpServer(self._app(), *self._address, self._connections)
        server.start()
        self._server = server
        return self

    def stop(self) -> None:
        """Hang up, stop posting, close the port. Safe to call twice."""
        self._live_calls.stop()
        self._twilio.webhooks.stop()
        self._timeline.stop()
        if self._server is not None:
            self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _app(self) -> FastAPI:
        app = FastAPI(title="Simulated phones", docs_url=None, redoc_url=None, openapi_url=None)
        self._twilio.mount(app)
        self.alibaba.mount(app)
        api = PhonesApi(self._network, self._replies, self._live_calls, self._twilio.voice.call)
        app.include_router(api.router())
        add_silence(app, self._connections)
        add_problem_answers(app)
        return app
