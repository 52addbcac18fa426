"""What can be asked about sendings and calls."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from device_sim.carrier.alibaba.account import AlibabaAccount
from device_sim.carrier.alibaba.answers import OK, Answer
from device_sim.carrier.alibaba.beijing_time import BEIJING, day, stamp
from device_sim.carrier.alibaba.errors import BusinessError
from device_sim.carrier.alibaba.phone_numbers import mobile, written
from device_sim.carrier.alibaba.records import Ledger, Sending, VoiceCall
from device_sim.carrier.alibaba.reports import STATUS_WORDS
from device_sim.carrier.network import Network
from device_sim.carrier.records import Call

LARGEST_PAGE = 50
LONGEST_AGO = timedelta(days=30)


def whole(params: Mapping[str, str], name: str, least: int, most: int, usual: str = "") -> int:
    """A number of a request; BusinessError when it is none, or out of bounds."""
    given = params.get(name, usual)
    if not given.isdigit() or not least <= int(given) <= most:
        raise BusinessError("isv.INVALID_PARAMETERS", f"{name} must be {least} to {most}")
    return int(given)


class Queries:
    """QuerySendDetails and QueryCallDetailByCallId: late, as the account's behaviour says."""

    def __init__(self, network: Network, ledger: Ledger, account: AlibabaAccount) -> None:
        self._network = network
        self._ledger = ledger
        self._account = account

    def send_details(self, params: Mapping[str, str]) -> Answer:
        """The messages to one number on one day in Beijing, newest first, page by page."""
        asked_for, asked = params.get("PhoneNumber", ""), params.get("SendDate", "")
        number = mobile(asked_for)
        if asked_for != written(number):
            raise BusinessError("isv.MOBILE_NUMBER_ILLEGAL")
        size = whole(params, "PageSize", 1, LARGEST_PAGE)
        page = whole(params, "CurrentPage", 1, 1_000_000)
        _check_day(asked)
        biz_id, known_before = params.get("BizId"), self._known_before()
        found = self._ledger.sendings(
            lambda s: (
                s.number == number
                and day(s.sent_at) == asked
                and biz_id in (None, "", s.biz_id)
                and s.taken_at <= known_before
            )
        )
        shown = [_detail(sending) for sending in found[(page - 1) * size : page * size]]
        details = {"SmsSendDetailDTO": shown}
        return Answer(OK | {"TotalCount": str(len(found)), "SmsSendDetailDTOs": details})

    def call_detail(self, params: Mapping[str, str]) -> Answer:
        """One call, once it has ended; without Data as long as there is nothing to say."""
        since = whole(params, "QueryDate", 1, 10**14) / 1000
        if not params.get("ProdId", "").isdigit() or not params.get("CallId"):
            raise BusinessError("isv.INVALID_PARAMETERS")
        kept = self._ledger.call(params["CallId"])
        if kept is None or kept.product_id != params["ProdId"] or not kept.status_code:
            return Answer(dict(OK))
        in_time = since <= kept.asked_at.timestamp() + 1 <= since + 86_401
        if not in_time or kept.taken_at > self._known_before():
            return Answer(dict(OK))
        call = self._network.call_now(kept.call_id)
        return Answer(OK | {"Data": json.dumps(_call_data(kept, call), ensure_ascii=False)})

    def _known_before(self) -> float:
        return monotonic() - self._account.behaviour.details_delay_s


def _check_day(given: str) -> None:
    try:
        at = datetime.strptime(given, "%Y%m%d").replace(tzinfo=BEIJING)
    except ValueError as error:
        raise BusinessError("isv.INVALID_PARAMETERS", "SendDate must be yyyyMMdd") from error
    if at < datetime.now(UTC) - LONGEST_AGO - timedelta(days=1):
        raise BusinessError("isv.INVALID_PARAMETERS", "SendDate is more than 30 days ago")


def _detail(sending: Sending) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "PhoneNum": written(sending.number),
        "SendStatus": int(sending.status),
        "SendDate": stamp(sending.sent_at),
        "TemplateCode": sending.template_code,
        "Content": sending.content,
        "OutId": sending.out_id,
    }
    if sending.err_code:
        detail |= {"ErrCode": sending.err_code, "ReceiveDate": stamp(sending.received_at)}
    return detail


def _call_data(kept: VoiceCall, call: Call) -> dict[str, Any]:
    return {
        "caller": kept.show_number,
        "callee": written(kept.number),
        "callerShowNumber": kept.show_number,
        "calleeShowNumber": kept.show_number,
        "gmtCreate": stamp(kept.asked_at),
        "startDate": stamp(call.start_time),
        "endDate": stamp(call.end_time),
        "duration": call.duration or 0,
        "state": kept.status_code,
        "stateDesc": STATUS_WORDS.get(kept.status_code, ""),
        "aRingTime": stamp(kept.ring_time),
        "aEndTime": stamp(call.end_time),
    }
