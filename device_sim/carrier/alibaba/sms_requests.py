"""Checks what is to be sent: recipient, signature, template, variables, extension."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from device_sim.carrier.alibaba.errors import BusinessError
from device_sim.carrier.alibaba.phone_numbers import mobile, mobiles
from device_sim.carrier.alibaba.templates.catalogue import Catalogue
from device_sim.carrier.alibaba.templates.text import sms_text

ACCESS_NUMBER = "10690000"
"""Messages come from it, with their extension behind."""
LONGEST_OUT_ID = 255
_EXTENSION = re.compile(r"[0-9]{1,8}")


@dataclass(frozen=True)
class SmsRequest:
    """One message to one number, checked."""

    number: str
    sign_name: str
    extension: str
    text: str
    template_code: str
    out_id: str

    @property
    def sender(self) -> str:
        """What the phone shows as the sender."""
        return ACCESS_NUMBER + self.extension


class SmsRequests:
    """Reads the parameters of SendSms and SendBatchSms; BusinessError says what is refused."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._extensions: dict[str, str] = {}

    def single(self, params: Mapping[str, str]) -> list[SmsRequest]:
        """The same text to one number or several."""
        numbers = mobiles(params.get("PhoneNumbers", ""))
        sign_name, variables = params.get("SignName", ""), params.get("TemplateParam")
        extension = params.get("SmsUpExtendCode", "")
        return [self._checked(to, sign_name, variables, extension, params) for to in numbers]

    def batch(self, params: Mapping[str, str]) -> list[SmsRequest]:
        """Another signature and other variables for each number."""
        numbers = _array(params, "PhoneNumberJson")
        sign_names = _array(params, "SignNameJson")
        variables = _array(params, "TemplateParamJson", [{}] * len(numbers))
        extensions = _array(params, "SmsUpExtendCodeJson", [""] * len(numbers))
        if not len(numbers) == len(sign_names) == len(variables) == len(extensions):
            raise BusinessError("isv.INVALID_PARAMETERS")
        return [
            self._checked(mobile(str(to)), str(sign), json.dumps(values), str(extension), params)
            for to, sign, values, extension in zip(
                numbers, sign_names, variables, extensions, strict=True
            )
        ]

    def sign_of(self, extension: str) -> str:
        """The signature that an extension belongs to, empty if to none."""
        named = (
            name
            for name, signature in self._catalogue.signatures.items()
            if signature.extend_code == extension
        )
        return self._extensions.get(extension) or next(named, "")

    def _checked(
        self,
        number: str,
        sign_name: str,
        variables: str | None,
        extension: str,
        params: Mapping[str, str],
    ) -> SmsRequest:
        signature = self._catalogue.usable_signature(sign_name)
        code, out_id = params.get("TemplateCode", ""), params.get("OutId", "")
        text = sms_text(self._catalogue.usable_template(code).content, variables)
        if len(out_id) > LONGEST_OUT_ID or (extension and not _EXTENSION.fullmatch(extension)):
            raise BusinessError("isv.INVALID_PARAMETERS")
        if extension and self._extensions.setdefault(extension, sign_name) != sign_name:
            raise BusinessError("isv.EXTEND_CODE_ERROR")
        extension = extension or signature.extend_code
        return SmsRequest(number, sign_name, extension, f"【{sign_name}】{text}", code, out_id)


def _array(params: Mapping[str, str], name: str, usual: list[Any] | None = None) -> list[Any]:
    if name not in params and usual is not None:
        return usual
    try:
        given = json.loads(params.get(name, ""))
    except ValueError as error:
        raise BusinessError("isv.INVALID_JSON_PARAM") from error
    if not isinstance(given, list) or not given:
        raise BusinessError("isv.INVALID_JSON_PARAM")
    return given
