"""Alibaba Cloud's message queues: delivery of SMS, replies, ends of calls, keys pressed in them.

Read with the official queue client and a token that is asked for with our access key. A message is
deleted once it is taken in; until then it comes again.
"""

import base64
import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from alibabacloud_dybaseapi20170525.models import QueryTokenForMnsQueueRequest
from mns.account import Account
from mns.mns_exception import MNSClientException, MNSExceptionBase, MNSServerException

from alerts.notify.carriers.aliyun import client, news
from alerts.notify.carriers.aliyun.account import CALLS, KEYS, QUEUES, AliyunAccount
from alerts.notify.channels.interface import CarrierNews, CarrierQueue, Fault, SendError

MOST = 16
"""Messages in one answer at most."""
WAIT = 2
"""Seconds the carrier may wait for the first message."""
TIMEOUT = 8
"""Seconds for an answer, that wait included; their client waits for a minute."""
RENEW_BEFORE = timedelta(minutes=2)
_HOST = "https://1943695596114318.mns.{region}.aliyuncs.com"
"""The queues belong to the carrier's own account."""
_NOTHING = "MessageNotExist"
_TOKEN_ENDED = (
    "InvalidSecurityToken",
    "InvalidAccessKeyId",
    "AccessDenied",
    "SignatureDoesNotMatch",
)


class AliyunQueue:
    """One of them. Used by one thread at a time."""

    carrier = "aliyun"

    def __init__(self, account: AliyunAccount, kind: str) -> None:
        self.name = account.queues[kind]
        self.channel = "voice" if kind in (CALLS, KEYS) else "sms"
        self._kind = kind
        self._host = account.endpoint or _HOST.format(region=account.region)
        self._tokens = client.queue_client(account)
        self._queue: Any = None
        self._renew_at = datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()

    def receive(self) -> Sequence[CarrierNews]:
        try:
            found = self._opened().batch_receive_message(MOST, WAIT)
        except MNSExceptionBase as error:
            if isinstance(error, MNSServerException) and error.type == _NOTHING:
                return []
            raise self._failed(error) from None
        return [self._read(message) for message in found]

    def delete(self, handles: Sequence[str]) -> None:
        try:
            self._opened().batch_delete_message(list(handles))
        except MNSExceptionBase as error:
            raise self._failed(error) from None

    def _read(self, message: Any) -> CarrierNews:
        return news.read(self._kind, _document(message.message_body), str(message.receipt_handle))

    def _opened(self) -> Any:
        with self._lock:
            if self._queue is None or datetime.now(UTC) >= self._renew_at:
                self._queue = self._open()
            return self._queue

    def _open(self) -> Any:
        request = QueryTokenForMnsQueueRequest(message_type=self._kind, queue_name=self.name)
        body = client.asked(
            lambda: self._tokens.query_token_for_mns_queue_with_options(request, client.RUNTIME)
        )
        token = body.message_token_dto
        if token is None:
            raise SendError("no_token", fault=Fault.ACCOUNT)
        account = Account(
            self._host, token.access_key_id, token.access_key_secret, token.security_token
        )
        http = account.mns_client.http
        if urlsplit(self._host).scheme == "https":
            http.conn.timeout = TIMEOUT
        else:
            http.set_connection_timeout(TIMEOUT)
        queue = account.get_queue(self.name)
        queue.set_encoding(False)
        self._renew_at = news.when(token.expire_time, datetime.now(UTC)) - RENEW_BEFORE
        return queue

    def _failed(self, error: MNSExceptionBase) -> SendError:
        """Their sentences may quote the token: only the code is kept."""
        code = str(error.type)
        if isinstance(error, MNSClientException):
            self._queue = None  # the connection is broken
            return SendError("queue_unreached", fault=Fault.CARRIER)
        if code in _TOKEN_ENDED:
            self._queue = None
            return SendError(code, fault=Fault.ACCOUNT)
        return SendError(code, fault=Fault.CARRIER)


def queues_of(account: AliyunAccount) -> list[CarrierQueue]:
    return [AliyunQueue(account, kind) for kind in QUEUES if account.queues.get(kind)]


def _document(body: Any) -> dict[str, Any]:
    """A body as it is, or in base64, as the queue's maker chose. {}: it cannot be read."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
    for reading in (text, _decoded(text)):
        try:
            found = json.loads(reading)
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    return {}


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except ValueError:
        return ""
