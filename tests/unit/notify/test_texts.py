"""What people read: in both languages, short, without links."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from alerts.notify import reply_texts, texts
from alerts.notify.recipients import responder_texts
from alerts.policy import Policy
from alerts.response.replies.reply_meaning import Meaning, understand_reply
from store.alarm.kinds import kind_name
from store.model import Answer, DispatchState, Kind
from tests.sample_rows import alarm, home_visit

POLICY = Policy()
NAMES = {"zh": "欧阳秀英、王建国", "en": "Alexandra Featherstone, Bartholomew Ng"}
LANGUAGES = ("zh", "en")


def every_text(language: str) -> list[str]:
    name = NAMES[language]
    home = home_visit(residents=name)
    written: list[str] = []
    for kind in Kind:
        it = alarm(kind=kind, code="471199")
        written += [
            texts.alarm_text(it, name, language, POLICY),
            responder_texts.offer_text(it, home, language, POLICY),
            texts.over_text(it, name, language, POLICY),
            responder_texts.access_text(it, home, language),
        ]
    written += [
        texts.going_text(name, "Li Na", language),
        texts.acknowledged_text(name, language),
        texts.called_off_text(name, language),
        texts.which_text(
            [texts.HomeChoice(code, name, (Kind.HELP_CALL,)) for code in ("4711", "4712")], language
        ),
        texts.nothing_open_text(language),
        texts.going_text(name, "Li Na", language, 20),
        *answers_to_replies(name, language),
        responder_texts.finding_noted_text("471199", language),
        responder_texts.done_noted_text("471199", language),
    ]
    states = ("RAISED", "ACKNOWLEDGED", "DISPATCHED", "EN_ROUTE", "ON_SCENE", "CLOSED")
    return written + [texts.progress_text(s, "Li Na", 8, language) for s in states]


def answers_to_replies(name: str, language: str) -> list[str]:
    choice = texts.HomeChoice("471199", name, (Kind.HELP_CALL, Kind.SMOKE))
    couple = ["Li Na", "Wang Jun"]
    return [
        reply_texts.not_heard_text(choice, "2", language),
        *(
            reply_texts.noted_text(answer, name, "471199", language, eta_minutes=20, who=who)
            for answer in Answer
            for who in ([], couple)
        ),
        *(
            reply_texts.dispatch_noted_text(state, name, "471199", language, 20)
            for state in (DispatchState.DECLINED, DispatchState.ARRIVED, DispatchState.EN_ROUTE)
        ),
        *(
            reply_texts.desk_reads_text(language, media=media, asked=asked)
            for media in (False, True)
            for asked in (False, True)
        ),
    ]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_name_in_both_languages(kind: Kind) -> None:
    zh, en = (kind_name(kind, language) for language in LANGUAGES)
    assert re.search(r"[\u4e00-\u9fff]", zh)
    assert en
    assert en.isascii()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_a_link_or_an_unfilled_place(language: str) -> None:
    for text in every_text(language):
        assert not re.search(r"https?:|www\.|://|\.(com|cn|net)\b|[{}]|None", text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_its_language(language: str) -> None:
    for text in every_text(language):
        assert bool(re.search(r"[\u4e00-\u9fff]", text)) == (language == "zh"), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_an_alarm_fits_into_two_segments_and_says_all(language: str, kind: Kind) -> None:
    it = alarm(kind=kind)
    name = NAMES[language].replace(", Bartholomew Ng", "")
    text = texts.alarm_text(it, name, language, POLICY)
    assert len(text) <= 140, len(text)
    for part in (name, "12:00", it.code, kind_name(kind, language)):
        assert part in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_an_alarm_offers_are_understood(language: str) -> None:
    text = texts.alarm_text(alarm(), "Wang", language, POLICY)
    offered = dict(re.findall(r"([123]) ([^，。,.]+)", text))
    assert list(offered) == ["1", "2", "3"]
    for number, meaning in zip("123", (Meaning.YES, Meaning.NO, Meaning.SEEN), strict=True):
        for reply in (number, offered[number], f"{number} {offered[number]}"):
            assert understand_reply(reply).meaning == meaning, reply


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reply_that_is_asked_for_when_several_are_open_is_understood(language: str) -> None:
    listed = [texts.HomeChoice("4711", "Wang", (Kind.SMOKE,)), texts.HomeChoice("4712", "Li", ())]
    text = texts.which_text(listed, language)
    quoted = re.search("[‘“'](.+?)[’”']", text)
    assert quoted
    for reply in (quoted.group(1), quoted.group(0)):
        assert understand_reply(reply).meaning == Meaning.YES
        assert understand_reply(reply).code == "4711"


def test_times_are_those_of_the_homes_clock() -> None:
    at = datetime(2026, 11, 21, 20, 5, tzinfo=UTC)
    assert texts.clock_time(at, Policy()) == "04:05"
    assert texts.clock_time(at, Policy(timezone=ZoneInfo("UTC"))) == "20:05"


def test_progress_says_who_and_when() -> None:
    assert texts.progress_text("EN_ROUTE", "Li", 8, "en") == "Li is on the way, 8 minutes"
    assert texts.progress_text("EN_ROUTE", "Li", None, "en") == "Li is on the way"
    assert texts.progress_text("ACKNOWLEDGED", "李娜", None, "zh") == "李娜已收到您的呼叫"


@pytest.mark.parametrize(
    ("language", "asked", "pressed"),
    [("zh", "王家 求助 ", "王家 紧急呼叫 "), ("en", "王: request for help", "王: help call")],
)
def test_nobody_has_pressed_where_somebody_told_of_it(
    language: str, asked: str, pressed: str
) -> None:
    """Who rang the centre in vain, or whose neighbour did, reads of no button."""
    told = alarm(kind=Kind.HELP_CALL, device_id=None, home_id=1)
    assert asked in texts.alarm_text(told, "王", language, POLICY)
    assert pressed in texts.alarm_text(replace(told, device_id=7), "王", language, POLICY)
    closed = texts.over_text(told, "王", language, POLICY)
    assert ("request for help" if language == "en" else "求助") in closed
    fall = replace(told, kind=Kind.FALL)
    assert kind_name(Kind.FALL, language) in texts.alarm_text(fall, "王", language, POLICY)
