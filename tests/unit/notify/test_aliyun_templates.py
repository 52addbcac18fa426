"""Every text that leaves by Alibaba Cloud is a template that it approves, filled as it takes it."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alerts.notify import reply_texts, texts
from alerts.notify.carriers.aliyun.catalogue import (
    CATALOGUE,
    LONGEST_TEXT,
    LONGEST_VARIABLE,
    Template,
    filled,
    fitting,
    shown,
)
from alerts.notify.recipients import responder_texts
from alerts.notify.template_text import TemplateText
from alerts.policy import Policy
from device_sim.carrier.alibaba.templates.catalogue import Template as Registered
from device_sim.carrier.alibaba.templates.text import sms_text
from store.alarm.outcomes import OUTCOMES, outcome_told
from store.model import Answer, Outcome
from tests.sample_rows import alarm, home_visit

ALL = pytest.mark.parametrize("name", CATALOGUE)
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
POLICY = Policy()
ENDED = Policy(templates={"aliyun": frozenset({"ended"})})
"""Of a centre where the template with the outcome is approved."""
RESIDENT = "王秀英"
HOME = home_visit("3 栋 502", RESIDENT)
SAID: list[TemplateText] = [
    texts.alarm_text(alarm(), RESIDENT, "zh", POLICY),
    responder_texts.offer_text(alarm(), HOME, "zh", POLICY),
    responder_texts.access_text(alarm(), HOME, "zh"),
    texts.going_text(RESIDENT, "王芳", "zh"),
    texts.acknowledged_text(RESIDENT, "zh"),
    texts.over_text(alarm(), RESIDENT, "zh", POLICY),
    texts.outage_text(alarm(), RESIDENT, "zh", POLICY),
    texts.over_text(
        replace(alarm(), outcome=Outcome.REFERRED_120), RESIDENT, "zh", ENDED, hospital="第一医院"
    ),
    texts.outage_over_text(NOON, RESIDENT, "岳麓区", "zh", POLICY),
    texts.fault_text(alarm(), RESIDENT, "zh", POLICY),
    texts.called_off_text(RESIDENT, "zh"),
    texts.which_text([texts.HomeChoice("4711", RESIDENT, (alarm().kind,))], "zh"),
    texts.also_text(alarm(), RESIDENT, "zh", POLICY),
    texts.arrived_text("4711", "3 栋 502", "zh"),
    texts.there_text(RESIDENT, "陈刚", "zh"),
    texts.not_going_text(RESIDENT, "王芳", "zh"),
    responder_texts.finding_noted_text("4711", "zh"),
    responder_texts.done_noted_text("4711", "zh"),
    texts.nothing_open_text("zh"),
    reply_texts.not_heard_text(texts.HomeChoice("4711", RESIDENT, (alarm().kind,)), "1", "zh"),
    reply_texts.noted_text(Answer.GOING, RESIDENT, "4711", "zh", eta_minutes=20),
    reply_texts.desk_reads_text("zh"),
    reply_texts.cry_heard_text("zh"),
    texts.overdue_text(3, 4, "zh"),
]


@ALL
def test_a_template_fits_the_carriers_restrictions(name: str) -> None:
    """Break: put two variables side by side, or the signature into the text."""
    text = CATALOGUE[name].text
    assert len(text) <= LONGEST_TEXT
    assert not re.search(r"\}\W*\$\{", text), "two variables side by side"
    assert not re.search(r"[【】]|https?:|www\.|\d{5}", text)
    assert Registered(content=text), "the simulated reviewer lets it pass"


def test_each_written_template_says_what_a_text_says() -> None:
    """Break: a text without a template, or a template that no text names."""
    assert {text.template for text in SAID} == {
        name for name, template in CATALOGUE.items() if not template.spoken
    }


@pytest.mark.parametrize("text", SAID, ids=[text.template for text in SAID])
def test_a_text_fills_all_variables_of_its_template(text: TemplateText) -> None:
    variables = filled(CATALOGUE[text.template], text.values)
    assert "—" not in variables.values(), "a variable that the text does not name"
    arrived = sms_text(CATALOGUE[text.template].text, json.dumps(variables))
    assert arrived == shown(text.template, text.values)


def test_no_address_is_in_a_template() -> None:
    for text in SAID:
        assert "502" not in shown(text.template, text.values)


@ALL
@given(value=st.text(max_size=120))
@example(value="13800001111")
@example(value="王 138-0000-1111 李")
@example(value="+86 731 8451 2345")
@example(value="https://anxin.example.org/code")
@example(value="www.example.com/x")
@example(value="【安心】王")
@example(value="1380000.cn1380000")
@example(value="王" * 80)
@example(value="\x00\n ")
@example(value="１３８００００１１１１")
def test_whatever_a_name_is_the_carrier_takes_it(name: str, value: str) -> None:
    """Break: hand a value over as it is."""
    template: Template = CATALOGUE[name]
    if template.codes >= set(template.variables):
        return
    values = {v: value for v in template.variables if v not in template.codes} | dict.fromkeys(
        template.codes, "4711"
    )
    variables = filled(template, values)
    assert all(0 < len(given) <= LONGEST_VARIABLE for given in variables.values())
    assert sms_text(template.text, json.dumps(variables, ensure_ascii=False))


def test_a_name_stays_as_it_is() -> None:
    assert fitting("王秀英、李国强家") == "王秀英、李国强家"
    assert fitting("Wang Xiuying 1") == "Wang Xiuying 1"
    assert fitting("4711", code=True) == "4711"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_outcome_fits_into_its_variable_as_it_is(outcome: Outcome) -> None:
    """Break: a number of five digits, or more than a variable carries."""
    assert fitting(outcome_told(outcome, "zh")) == outcome_told(outcome, "zh")


def test_where_the_template_with_the_outcome_is_not_approved_the_old_one_serves() -> None:
    """Break: name a template that the carrier has never seen: no family hears of the end."""
    closed = replace(alarm(), outcome=Outcome.ACCIDENTAL)
    old = Policy(templates={"aliyun": frozenset({"alarm", "over"})})
    assert texts.over_text(closed, RESIDENT, "zh", old).template == "over"
    assert texts.over_text(closed, RESIDENT, "zh", ENDED).template == "ended"
