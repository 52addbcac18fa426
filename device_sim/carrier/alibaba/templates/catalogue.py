"""The account's signatures, templates and numbers, and how far their review is."""

import threading
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from device_sim.carrier.alibaba.account import Review
from device_sim.carrier.alibaba.errors import BusinessError
from device_sim.carrier.alibaba.templates.review import rejection
from device_sim.carrier.records import carrier_now

Kind = Literal["verification", "notification", "promotion"]


class _Reviewed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Review = Review.APPROVED
    reason: str = ""
    """Why it was refused."""
    created: datetime = Field(default_factory=carrier_now)


class Signature(_Reviewed):
    """The name in 【】 before a text. `extend_code`: what a reply names, if the message did not."""

    extend_code: Annotated[str, Field(pattern=r"^[0-9]{0,8}$")] = ""


class Template(_Reviewed):
    """A text with variables like `${name}`; what no reviewer lets pass is refused here."""

    content: str
    name: str = ""
    kind: Kind = "notification"

    @model_validator(mode="after")
    def _a_reviewer_would_let_it_pass(self) -> Self:
        wrong = rejection(self.content)
        if wrong and self.status is not Review.REFUSED:
            raise ValueError(wrong)
        return self


class Registration(BaseModel):
    """What is entered at once; each by its name or code."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    signatures: dict[str, Signature] = {}
    templates: dict[str, Template] = {}
    voice_templates: dict[str, Template] = {}
    numbers: list[str] | None = None
    """CalledShowNumbers that the account has bought. None: any."""


class Catalogue:
    """What is registered. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._codes = count(300_000_001)
        self.signatures: dict[str, Signature] = {}
        self.templates: dict[str, Template] = {}
        self.voice_templates: dict[str, Template] = {}
        self.numbers: list[str] | None = None

    def register(self, given: Mapping[str, Any]) -> None:
        """Enter or replace these; the others stay. ValidationError says what is wrong with them."""
        entered = Registration.model_validate(given)
        with self._lock:
            self.signatures = self.signatures | entered.signatures
            self.templates = self.templates | entered.templates
            self.voice_templates = self.voice_templates | entered.voice_templates
            if "numbers" in entered.model_fields_set:
                self.numbers = entered.numbers

    def submit(self, template: Template) -> str:
        """Hand a template in for review; its new code."""
        with self._lock:
            code = f"SMS_{next(self._codes)}"
            self.templates = self.templates | {code: template}
            return code

    def usable_signature(self, name: str) -> Signature:
        """One that is approved; else BusinessError."""
        found = self.signatures.get(name)
        if found is None or found.status is not Review.APPROVED:
            raise BusinessError("isv.SMS_SIGNATURE_ILLEGAL")
        return found

    def usable_template(self, code: str) -> Template:
        """One for SMS that is approved; else BusinessError."""
        found = self.templates.get(code)
        if found is None or found.status is not Review.APPROVED:
            raise BusinessError("isv.SMS_TEMPLATE_ILLEGAL")
        return found

    def usable_voice_template(self, code: str) -> Template:
        """One for calls that is approved; else BusinessError."""
        found = self.voice_templates.get(code)
        if found is None or found.status is not Review.APPROVED:
            raise BusinessError("isv.TTS_TEMPLATE_ILLEGAL")
        return found

    def check_display(self, number: str | None) -> None:
        """BusinessError when the account has not bought the number it wants to show."""
        if number and self.numbers is not None and number not in self.numbers:
            raise BusinessError("isv.DISPLAY_NUMBER_ILLEGAL")

    def document(self) -> dict[str, Any]:
        """All of it, in the form in which it is registered."""
        return Registration(
            signatures=self.signatures,
            templates=self.templates,
            voice_templates=self.voice_templates,
            numbers=self.numbers,
        ).model_dump(mode="json")
