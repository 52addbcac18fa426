"""Actions on templates and signatures: look one up, list them, hand one in."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from device_sim.carrier.alibaba.account import AlibabaAccount, Review
from device_sim.carrier.alibaba.answers import OK, Answer
from device_sim.carrier.alibaba.beijing_time import stamp
from device_sim.carrier.alibaba.errors import BusinessError
from device_sim.carrier.alibaba.queries import LARGEST_PAGE, whole
from device_sim.carrier.alibaba.templates.catalogue import Catalogue, Signature, Template

STATES = {Review.IN_REVIEW: 0, Review.APPROVED: 1, Review.REFUSED: 2}
AUDITS = {
    Review.IN_REVIEW: "AUDIT_STATE_INIT",
    Review.APPROVED: "AUDIT_STATE_PASS",
    Review.REFUSED: "AUDIT_STATE_NOT_PASS",
}
# A kind has one number where templates are handed in and looked up, another one in lists.
KINDS = {"verification": 0, "notification": 1, "promotion": 2}
LISTED_KINDS = {"notification": 0, "promotion": 1, "verification": 2}


class CatalogueActions:
    """QuerySmsTemplate, QuerySmsSign, their lists, AddSmsTemplate and its successors."""

    def __init__(self, catalogue: Catalogue, account: AlibabaAccount) -> None:
        self._catalogue = catalogue
        self._account = account

    def template(self, params: Mapping[str, str]) -> Answer:
        """QuerySmsTemplate and GetSmsTemplate: one template and how far its review is."""
        code = params.get("TemplateCode", "")
        found = self._catalogue.templates.get(code)
        if found is None:
            raise BusinessError("isv.SMS_TEMPLATE_ILLEGAL")
        return Answer(
            OK
            | {
                "TemplateCode": code,
                "TemplateName": found.name,
                "TemplateContent": found.content,
                "TemplateStatus": STATES[found.status],
                "TemplateType": KINDS[found.kind],
                "Reason": _remark(found),
                "AuditInfo": {"RejectInfo": found.reason},
                "CreateDate": stamp(found.created),
            }
        )

    def templates(self, params: Mapping[str, str]) -> Answer:
        """QuerySmsTemplateList."""
        items = [_listed_template(code, t) for code, t in self._catalogue.templates.items()]
        return _page("SmsTemplateList", items, params)

    def signature(self, params: Mapping[str, str]) -> Answer:
        """QuerySmsSign and GetSmsSign."""
        name = params.get("SignName", "")
        found = self._catalogue.signatures.get(name)
        if found is None:
            raise BusinessError("isv.SMS_SIGNATURE_ILLEGAL")
        return Answer(
            OK
            | {
                "SignName": name,
                "SignStatus": STATES[found.status],
                "Reason": found.reason,
                "CreateDate": stamp(found.created),
            }
        )

    def signatures(self, params: Mapping[str, str]) -> Answer:
        """QuerySmsSignList."""
        items = [_listed_signature(name, s) for name, s in self._catalogue.signatures.items()]
        return _page("SmsSignList", items, params)

    def submit(self, params: Mapping[str, str]) -> Answer:
        """AddSmsTemplate and CreateSmsTemplate. What no reviewer lets pass is refused at once."""
        numbered = {str(number): kind for kind, number in KINDS.items()}
        kind = numbered.get(params.get("TemplateType", ""))
        name, content = params.get("TemplateName", ""), params.get("TemplateContent", "")
        if kind is None or not 1 <= len(name) <= 30:
            raise BusinessError("isv.INVALID_PARAMETERS")
        status = self._account.behaviour.review
        reason = "模板内容不符合规范" if status is Review.REFUSED else ""
        given = {"content": content, "name": name, "kind": kind}
        try:
            template = Template.model_validate(given | {"status": status, "reason": reason})
        except ValidationError as error:
            why = str(error.errors()[0]["ctx"]["error"])
            template = Template.model_validate(given | {"status": Review.REFUSED, "reason": why})
        code = self._catalogue.submit(template)
        return Answer(OK | {"TemplateCode": code, "TemplateName": name})


def _remark(template: Template) -> str:
    return template.reason if template.status is Review.REFUSED else "无审批备注"


def _listed_template(code: str, template: Template) -> dict[str, Any]:
    return {
        "TemplateCode": code,
        "TemplateName": template.name,
        "TemplateContent": template.content,
        "AuditStatus": AUDITS[template.status],
        "TemplateType": LISTED_KINDS[template.kind],
        "OuterTemplateType": KINDS[template.kind],
        "CreateDate": stamp(template.created),
        "Reason": {"RejectInfo": template.reason},
    }


def _listed_signature(name: str, signature: Signature) -> dict[str, Any]:
    return {
        "SignName": name,
        "AuditStatus": AUDITS[signature.status],
        "BusinessType": "通用类型",
        "CreateDate": stamp(signature.created),
        "Reason": {"RejectInfo": signature.reason},
    }


def _page(key: str, items: list[dict[str, Any]], params: Mapping[str, str]) -> Answer:
    page = whole(params, "PageIndex", 1, 1_000_000, "1")
    size = whole(params, "PageSize", 1, LARGEST_PAGE, "10")
    shown = items[(page - 1) * size : page * size]
    return Answer(
        OK | {key: shown, "CurrentPage": page, "PageSize": size, "TotalCount": len(items)}
    )
