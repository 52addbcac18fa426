"""What the simulated Alibaba Cloud refuses: at its gateway (4xx, 5xx), or as a business (200)."""

from typing import Any

from device_sim.carrier.errors import PhonesError

# The published sentences of error codes that a sender of SMS and calls meets.
MESSAGES = {
    "isv.ACCOUNT_ABNORMAL": "账户异常",
    "isv.AMOUNT_NOT_ENOUGH": "账户余额不足",
    "isv.BLACK_KEY_CONTROL_LIMIT": "变量中传入疑似违规信息",
    "isv.BUSINESS_LIMIT_CONTROL": "触发业务流控",
    "isv.DAY_LIMIT_CONTROL": "触发日发送限额",
    "isv.DISPLAY_NUMBER_ILLEGAL": "号显不合法",
    "isv.EXTEND_CODE_ERROR": "扩展码使用错误，相同的扩展码不可用于多个签名",
    "isv.INVALID_JSON_PARAM": "参数格式错误，请修改为字符串值",
    "isv.INVALID_PARAMETERS": "参数格式不正确",
    "isv.MOBILE_COUNT_OVER_LIMIT": "手机号码数量超过限制，最多支持1000条",
    "isv.MOBILE_NUMBER_ILLEGAL": "手机号码格式错误",
    "isv.OUT_OF_SERVICE": "业务停机",
    "isv.PARAM_LENGTH_LIMIT": "参数超过长度限制",
    "isv.PARAM_NOT_SUPPORT_URL": "变量不支持传入URL",
    "isv.PRODUCT_UN_SUBSCRIPT": "未开通云通信产品的阿里云客户",
    "isv.SMS_SIGNATURE_ILLEGAL": "该账号下找不到对应签名",
    "isv.SMS_TEMPLATE_ILLEGAL": "该账号下找不到对应模板",
    "isv.TEMPLATE_MISSING_PARAMETERS": "模板变量中存在未赋值变量",
    "isv.TTS_TEMPLATE_ILLEGAL": "TTS模板不合法",
    "isp.SYSTEM_ERROR": "系统错误",
    "Forbidden.RAM": "User not authorized to operate on the specified resource.",
    "InvalidAccessKeyId.NotFound": "Specified access key is not found.",
    "InvalidAction.NotFound": "Specified api is not found, please check your url and method.",
    "InvalidTimeStamp.Expired": "Specified time stamp or date value is expired.",
    "InvalidVersion": "Specified parameter Version is not valid.",
    "MissingAuthorization": "Authorization is mandatory for this action.",
    "ServiceUnavailable": "The request has failed due to a temporary failure of the server.",
    "SignatureDoesNotMatch": "Specified signature is not matched with our calculation.",
    "SignatureNonceUsed": "Specified signature nonce was used already.",
    "Throttling.User": "Request was denied due to user flow control.",
}


class RefusedError(PhonesError):
    """`code` is Alibaba Cloud's, `status` HTTP's."""

    status = 200

    def __init__(self, code: str, message: str | None = None) -> None:
        self.code = code
        self.message = message or MESSAGES.get(code, code)
        super().__init__(f"{self.status} {code}: {self.message}")

    def document(self, request_id: str) -> dict[str, Any]:
        """The JSON that is answered."""
        return {"RequestId": request_id, "Code": self.code, "Message": self.message}


class BusinessError(RefusedError):
    """The product refuses: HTTP 200 with a Code that is not OK."""


class GatewayError(RefusedError):
    """The gateway refuses: 4xx or 5xx. `retry_after`: the header x-acs-retry-after."""

    def __init__(
        self,
        code: str,
        status: int = 400,
        message: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.status = status
        self.retry_after = retry_after
        super().__init__(code, message)

    def document(self, request_id: str) -> dict[str, Any]:
        """The JSON that is answered, with the gateway's own fields."""
        recommended = f"https://api.aliyun.com/troubleshoot?q={self.code}"
        extra = {"HostId": "dysmsapi.aliyuncs.com", "Recommend": recommended}
        return super().document(request_id) | extra
