"""What whoever goes to gas, smoke or carbon monoxide hears, in every text that sends them there."""

import pytest

from alerts.notify import call_texts, hazards, texts
from alerts.notify.carriers.aliyun.catalogue import LONGEST_VARIABLE
from alerts.notify.recipients import responder_texts
from alerts.notify.sms_segments import segment_count
from alerts.policy import Policy
from store.alarm.kinds import KINDS
from store.model import Kind
from tests.sample_rows import alarm, home_visit

POLICY = Policy(gas_company="96777")
DANGERS = [kind for kind, record in KINDS.items() if record.brigade]
ADDRESS = {"zh": "望月湖街道一片12栋502室", "en": "12 Yuelu Road, block 3, flat 502"}
RESIDENT = {"zh": "王秀英", "en": "Wang Xiuying"}
LINK = "https://anxin.example.org/dispatches/12345"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", DANGERS)
def test_every_text_says_what_to_heed_and_fits(kind: Kind, language: str) -> None:
    """Break: leave the hazard out of any of them."""
    it, who, where = alarm(kind=kind), RESIDENT[language], ADDRESS[language]
    brief, whole = hazards.brief(kind, language), hazards.whole(kind, language)
    link = LINK if language == "en" else ""
    home = home_visit(where, who)
    for text in (
        texts.alarm_text(it, who, language, POLICY),
        responder_texts.offer_text(it, home, language, POLICY, link=link),
        responder_texts.access_text(it, home, language, link=link),
    ):
        assert brief in text
        assert segment_count(text) <= 2, text
    for said in (
        call_texts.alarm_call(it, who, language, POLICY),
        call_texts.offer_call(it, who, where, language, POLICY),
        call_texts.access_call(it, where, "", language),
    ):
        assert whole in said
    assert texts.home_text(kind, language) == hazards.inside(kind, language)
    assert len(texts.alarm_text(it, who, "zh", POLICY).values["kind"]) <= LONGEST_VARIABLE


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in DANGERS])
def test_nothing_is_said_of_what_is_no_such_danger(kind: Kind) -> None:
    assert (
        hazards.brief(kind, "zh") == hazards.whole(kind, "en") == hazards.inside(kind, "en") == ""
    )
    assert texts.home_text(kind, "zh") != texts.home_text(kind, "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_gas_company_is_named_for_gas_and_where_it_is_known(language: str) -> None:
    assert "96777" in hazards.whole(Kind.GAS_LEAK, language, "96777")
    assert "96777" not in hazards.whole(Kind.SMOKE, language, "96777")
    assert "Gas company" not in hazards.whole(Kind.GAS_LEAK, "en")
