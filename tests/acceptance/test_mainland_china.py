"""Numbers of mainland China: called first, written to from a registered template, within a budget.

Broken on purpose by returning None from mainland_china.template: the plain text then leaves.
"""

import json
from collections.abc import Callable

from alerts.policy import Policy
from tests.centre import EVERY_WAY, TEMPLATES, Centre

POLICY = Policy(language="en", channels=EVERY_WAY, voice_first=("+86",))


def test_a_call_first_then_the_template_with_the_code(open_up: Callable[..., Centre]) -> None:
    centre = open_up(policy=POLICY)
    centre.china = True
    centre.start_api()
    centre.start_engine()
    centre.start_ingest()
    daughter = centre.contact(1)
    daughter.behave(call="busy")
    alarm = centre.hub().press("button-1", kind="help_call").wait_acknowledged(10).alarm
    sms = daughter.wait_for_sms("【安心】")
    assert len(daughter.calls) == 1
    code = centre.console().detail(alarm or 0)["code"]
    assert code in sms.body
    assert "http" not in sms.body
    asked = [r for r in centre.phones.requests if r.path.endswith("/Messages.json")]
    sent = next(r for r in asked if r.method == "POST")
    assert sent.form["ContentSid"] == TEMPLATES["alarm"]
    assert "Body" not in sent.form
    assert json.loads(sent.form["ContentVariables"])["4"] == code
