"""Whose fault a refusal of Alibaba Cloud is: the message's, the carrier's, or our account's. Pure.

Codes of the two services' own error pages; `isp.` is the carrier's side, `isv.` ours.
"""

from alerts.notify.channels.interface import Fault

OK = "OK"
TOO_OFTEN = "isv.BUSINESS_LIMIT_CONTROL"
"""The telephone has had what it may get in a minute, an hour or a day."""
_OF_THE_DAY = "天级"
_MINUTE = 60.0

_CARRIER = frozenset(
    {
        "isv.DAY_LIMIT_CONTROL",  # the account's messages of the day are used up
        "isv.MONTH_LIMIT_CONTROL",
        "isv.FLOW_LIMIT",
        "isv.CALL_LIMIT",
        "Throttling",
        "ServiceUnavailable",
        "InternalError",
        "SystemError",
    }
)
_ACCOUNT = frozenset(
    {
        "isv.ACCOUNT_ABNORMAL",
        "isv.ACCOUNT_NOT_EXISTS",
        "isv.ACCOUNT_STATUS_ABNORMAL",
        "isv.AMOUNT_NOT_ENOUGH",
        "isv.OUT_OF_SERVICE",
        "isv.PRODUCT_UN_SUBSCRIPT",
        "isv.PRODUCT_UNSUBSCRIBE",
        "isv.CUSTOMER_REFUSED",
        "isv.DENY_IP_RANGE",
        "isv.SMS_SIGNATURE_ILLEGAL",
        "isv.SMS_SIGN_ILLEGAL",
        "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
        "isv.SIGN_STATE_ILLEGAL",
        "isv.SMS_TEMPLATE_ILLEGAL",
        "isv.TEMPLATE_STATE_ILLEGAL",
        "isv.SMS_TEST_NUMBER_LIMIT",
        "isv.TTS_TEMPLATE_ILLEGAL",
        "isv.VOICE_FILE_ILLEGAL",
        "isv.DISPLAY_NUMBER_ILLEGAL",
        "isv.CALLED_SHOW_NUMBER_ILLEGAL",
        "isv.NO_AVAILABLE_DISPLAY_NUMBER",
        "isv.NO_AVAILABLE_SHOW_NUMBER",
        "isp.RAM_PERMISSION_DENY",
        "SignatureDoesNotMatch",
        "SignatureNonceUsed",
        "IncompleteSignature",
        "MissingAccessKeyId",
        "InvalidSecurityToken",
        "NoPermission",
        "Forbidden",
    }
)
_ACCOUNT_KINDS = ("InvalidAccessKeyId", "Forbidden", "NoPermission", "InvalidSecurityToken")


def fault_of(code: str | None, status: int = 200) -> Fault | None:
    """None: the message's, it is never taken. The code says more than the HTTP status."""
    if code and (code in _ACCOUNT or code.startswith(_ACCOUNT_KINDS)):
        return Fault.ACCOUNT
    if code and (code in _CARRIER or code.startswith(("isp.", "Throttling", "ServiceUnavailable"))):
        return Fault.CARRIER
    if status >= 500 or status in (408, 425, 429):
        return Fault.CARRIER
    if status in (401, 403):
        return Fault.ACCOUNT
    return None


def is_ambiguous(code: str | None, status: int) -> bool:
    """Whether it may have been taken all the same."""
    return status >= 500 or code in ("isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "InternalError")


def seconds_of_limit(message: str) -> float | None:
    """How long a telephone is closed to us after TOO_OFTEN; None: for today."""
    if _OF_THE_DAY in message:
        return None
    return 3600.0 if "小时" in message else _MINUTE
