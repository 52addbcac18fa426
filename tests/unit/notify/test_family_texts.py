"""What a family reads of the steps and of the end: in words that fit, and only what is known.

Broken on purpose by one sentence for all outcomes.
"""

import re

import pytest

from alerts.notify import texts
from alerts.notify.carriers.aliyun.catalogue import CATALOGUE
from alerts.notify.recipients.family_steps import HEARD_BY, is_heard
from alerts.notify.template_text import TemplateText
from alerts.policy import Policy
from store.alarm.outcomes import OUTCOMES, WITH_HOSPITAL, outcome_told
from store.model import Hears, Kind, Outcome
from tests.sample_rows import alarm

POLICY = Policy()
HANZI = re.compile(r"[\u4e00-\u9fff]")
SAYS = {
    Outcome.ACCIDENTAL: ("by mistake; they are well", "系误触，人平安"),
    Outcome.TEST: ("It was a test", "测试"),
    Outcome.ASSISTANCE: ("were helped", "已帮助"),
    Outcome.GENUINE_FALL: ("fallen and were helped up", "已扶起"),
    Outcome.GENUINE_MEDICAL: ("medical emergency", "已有人照料"),
    Outcome.REFERRED_120: ("An ambulance was called", "已呼叫救护车"),
    Outcome.GENUINE_WANDERING: ("were found", "现已找到"),
    Outcome.NO_RESPONSE_FORCED_ENTRY: ("door was forced", "已破门入户"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("outcome", Outcome)
def test_the_end_is_told_in_words_that_fit_the_outcome(outcome: Outcome, language: str) -> None:
    closed = alarm(outcome=outcome, kind=Kind.FALL)
    text = texts.over_text(closed, "Wang", language, POLICY)
    told = outcome_told(outcome, language)
    assert told
    assert told in text
    assert bool(HANZI.search(told)) == (language == "zh")
    if outcome in SAYS:
        assert SAYS[outcome][language == "zh"] in text


def test_each_outcome_has_words_of_its_own() -> None:
    for language in ("zh", "en"):
        assert len({outcome_told(o, language) for o in Outcome}) == len(Outcome)


@pytest.mark.parametrize("outcome", [o for o, record in OUTCOMES.items() if not record.contact])
def test_who_was_not_seen_is_not_said_to_be_well(outcome: Outcome) -> None:
    """Break: reassure with what nobody knows."""
    assert not re.search("well|fine|safe", outcome_told(outcome, "en"))
    assert not re.search("平安|没事|安全", outcome_told(outcome, "zh"))


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "已呼叫救护车，医院：第一医院。"), ("en", "ambulance was called. Hospital: 第一医院.")],
)
def test_the_hospital_is_named_if_it_is_written_down(language: str, said: str) -> None:
    closed = alarm(outcome=Outcome.REFERRED_120)
    assert said in texts.over_text(closed, "Wang", language, POLICY, hospital="第一医院")
    assert "ospital" not in texts.over_text(closed, "Wang", language, POLICY)
    assert {Outcome.REFERRED_120, Outcome.GENUINE_MEDICAL} <= WITH_HOSPITAL


def test_alarms_that_end_together_are_told_with_each_outcome_once() -> None:
    call = alarm(outcome=Outcome.REFERRED_120)
    smoke = alarm(kind=Kind.SMOKE, outcome=Outcome.GENUINE_FIRE)
    again = alarm(kind=Kind.FALL, outcome=Outcome.DUPLICATE)
    text = texts.over_text(call, "Wang", "en", POLICY, (smoke, again), "St Mary")
    assert "An ambulance was called. Hospital: St Mary. There was fire or smoke" in text
    assert "same event" not in text


@pytest.mark.parametrize(
    ("minutes", "en", "zh"),
    [
        (8, "Chen is on the way, about 8 min.", "Chen 正在赶去，约8分钟。"),
        (None, "Chen is on the way.", "Chen 正在赶去。"),
    ],
)
def test_who_goes_is_told_with_the_minutes_if_they_are_known(
    minutes: int | None, en: str, zh: str
) -> None:
    assert en in texts.going_text("Wang", "Chen", "en", minutes)
    assert zh in texts.going_text("Wang", "Chen", "zh", minutes)
    assert ("8" in texts.going_text("Wang", "Chen", "zh", minutes).values["who"]) == (minutes == 8)


def test_the_end_of_an_areas_alarm_names_the_area() -> None:
    closed = alarm(home_id=None, kind=Kind.AREA_OUTAGE, outcome=Outcome.POWER_OR_COMMS)
    assert "【安心】岳麓区的片区中断" in texts.over_text(closed, "岳麓区", "zh", POLICY)


@pytest.mark.parametrize(
    ("text", "hears"),
    [
        (texts.acknowledged_text("Wang", "en"), "all"),
        (texts.going_text("Wang", "Chen", "en", 8), "all"),
        (texts.there_text("Wang", "Chen", "en"), "all important"),
        (texts.not_going_text("Wang", "Chen", "en"), "all important"),
        (texts.over_text(alarm(outcome=Outcome.TEST), "Wang", "en", POLICY), "all important end"),
        (
            texts.over_text(
                alarm(outcome=Outcome.TEST),
                "Wang",
                "en",
                Policy(templates={"aliyun": frozenset({"ended"})}),
            ),
            "all important end",
        ),
        (texts.called_off_text("Wang", "en"), "all important end"),
    ],
)
def test_who_hears_of_which_step(text: TemplateText, hears: str) -> None:
    """What is no step of an alarm is nobody's choice here."""
    assert {h for h in Hears if is_heard(text.template, h)} == {Hears(h) for h in hears.split()}


def test_each_step_is_a_template_that_is_written() -> None:
    assert set(HEARD_BY) <= set(CATALOGUE)
