"""Registered message templates: a ContentSid and its variables instead of a text."""

import json
import re
from collections.abc import Mapping

from device_sim.carrier.twilio.errors import CarrierError

_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


def template_text(form: Mapping[str, str], templates: Mapping[str, str]) -> str:
    """The text of a message to be created; CarrierError for a template nobody registered."""
    sid = form.get("ContentSid")
    if not sid:
        return form.get("Body", "")
    if sid not in templates:
        raise CarrierError(20404, 404, message=f"The requested resource {sid} was not found")
    try:
        variables = json.loads(form.get("ContentVariables", "{}"))
    except ValueError as error:
        raise CarrierError(20001, message="ContentVariables is not JSON") from error
    return _VARIABLE.sub(lambda found: str(variables.get(found[1], "")), templates[sid])
