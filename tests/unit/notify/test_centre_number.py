"""The centre's number ends each text to a relative or responder, and no text outgrows its budget.

Broken on purpose by ending only what has no template, and by a full stop behind a link.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.notify import texts
from alerts.notify.recipients import responder_texts
from alerts.notify.recipients.centre_number import centre_number, split_centre, with_centre
from alerts.notify.sms_segments import segment_count
from alerts.notify.template_text import TemplateText
from alerts.policy import Policy
from store.home.homes import HomeVisit
from store.model import Kind, Outcome, Person
from tests.sample_rows import alarm, home_visit

POLICY = Policy(centre_phone="+8673184512345")
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
NAMES = {"zh": "欧阳秀英、王建国", "en": "Alexandra Featherstone, Bartholomew Ng"}
ADDRESS = {"zh": "望月湖街道一片12栋502室", "en": "12 Yuelu Road, block 3, flat 502"}
WHO = {"zh": "陈刚", "en": "Chen Gang"}
AREA = {"zh": "岳麓区望月湖街道", "en": "Wangyuehu"}
LINK = {"zh": "", "en": "https://anxin.example.org/dispatches/12345"}
GAS = alarm(kind=Kind.GAS_LEAK, code="471199", outcome=Outcome.REFERRED_120)
HOSPITAL = {"zh": "湖南省人民医院天心阁院区", "en": "Hunan Provincial Hospital"}
RISKS = "糖尿病，听力差，夜间易走失，服用抗凝药，家中有狗"


def person(language: str = "zh", phone: str | None = "+8613900000001") -> Person:
    return Person(1, "Li Na", phone, language, None)


def _home(language: str) -> HomeVisit:
    keys = [("李娜", "+8613900000009")] if language == "zh" else [("Li Na", "+8613900000009")]
    risks = RISKS if language == "zh" else "Diabetes; hard of hearing; a dog; blood thinners"
    return home_visit(ADDRESS[language], NAMES[language], risks=risks, keys=keys)


BUDGETS: list[tuple[Callable[[str], str], int, int]] = [
    (lambda x: texts.alarm_text(GAS, NAMES[x], x, POLICY), 2, 1),
    (lambda x: responder_texts.offer_text(GAS, _home(x), x, POLICY, link=LINK[x]), 2, 2),
    (lambda x: responder_texts.access_text(GAS, _home(x), x, link=LINK[x]), 2, 2),
    (lambda x: texts.also_text(GAS, NAMES[x], x, POLICY), 2, 1),
    (lambda x: texts.going_text(NAMES[x], WHO[x], x, 25), 1, 1),
    (lambda x: texts.over_text(GAS, NAMES[x], x, POLICY, (), HOSPITAL[x]), 1, 1),
    (lambda x: texts.over_text(GAS, NAMES[x], x, POLICY), 1, 1),
    (lambda x: texts.outage_over_text(NOON, NAMES[x], AREA[x], x, POLICY), 1, 1),
    (lambda x: texts.outage_text(GAS, NAMES[x], x, POLICY), 1, 2),
    (lambda x: texts.fault_text(GAS, NAMES[x], x, POLICY), 1, 1),
]
"""Each text with the segments it had in Chinese and in English before it ended with a number."""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("words", "zh", "en"), BUDGETS)
def test_no_text_takes_more_than_one_segment_more(
    words: Callable[[str], str], zh: int, en: int, language: str
) -> None:
    text = with_centre(words(language), person(language), POLICY)
    number = "0731-84512345"
    assert text.endswith(number)
    assert segment_count(text) <= (zh if language == "zh" else en) + 1, text


def test_its_template_stays_what_it_was() -> None:
    said = with_centre(texts.going_text("王秀英", "陈刚", "zh"), person(), POLICY)
    assert isinstance(said, TemplateText)
    assert (said.template, dict(said.values)) == ("going", {"where": "王秀英家", "who": "陈刚"})


@pytest.mark.parametrize(
    ("reader", "number", "dialled"),
    [
        ("+8613900000001", "+8673184512345", "0731-84512345"),
        ("+8613900000001", "12349", "12349"),
        ("+12025550123", "+8673184512345", "+8673184512345"),
        ("+85261234567", "+8673184512345", "+8673184512345"),
        (None, "+8673184512345", "+8673184512345"),
        ("+8613900000001", "+442079460000", "+442079460000"),
        ("+8613900000001", "", ""),
    ],
)
def test_it_is_written_as_the_reader_dials_it(
    reader: str | None, number: str, dialled: str
) -> None:
    assert centre_number(reader, Policy(centre_phone=number)) == dialled


def test_without_a_number_nothing_is_added() -> None:
    assert with_centre("Hello", person(), Policy()) == "Hello"


@pytest.mark.parametrize(
    ("text", "language", "ended"),
    [
        ("Code 4711", "en", "Code 4711. Centre: 12349"),
        ("It is over.", "en", "It is over. Centre: 12349"),
        ("Code 4711. https://a.example/1", "en", "Code 4711. https://a.example/1 Centre: 12349"),
        ("编号 4711", "zh", "编号 4711。中心电话 12349"),
        ("处理完毕。", "zh", "处理完毕。中心电话 12349"),
    ],
)
def test_a_link_stays_a_link_and_a_sentence_a_sentence(
    text: str, language: str, ended: str
) -> None:
    assert with_centre(text, person(language), Policy(centre_phone="12349")) == ended


@given(text=st.text(min_size=1, max_size=80), language=st.sampled_from(["zh", "en"]))
def test_what_was_ended_can_be_split_again(text: str, language: str) -> None:
    ended = with_centre(text, person(language), POLICY)
    body, ending = split_centre(ended)
    assert body + ending == ended
    assert ending.endswith("0731-84512345")


def test_a_bundle_has_the_number_once() -> None:
    one, two = (with_centre(f"[Anxin] {word}.", person("en"), POLICY) for word in ("one", "two"))
    joined = texts.bundle_text([one, two])
    assert joined.startswith("[Anxin] 1. one")
    assert joined.count("0731-84512345") == 1
    assert joined.endswith("0731-84512345")
