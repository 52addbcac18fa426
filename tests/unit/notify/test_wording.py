"""Messages in the product's words and in a centre's own. Pure.

Broken on purpose by rendering in two passes, and by letting an unknown variable out.
"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.errors import UnacceptableError
from alerts.notify import call_texts, texts
from alerts.notify.bundling import may_bundle
from alerts.notify.recipients.centre_number import with_centre
from alerts.notify.wording import own_text_rules, samples
from alerts.notify.wording.originals import ORIGINALS, Form, Original
from alerts.notify.wording.own_words import in_own_words
from alerts.notify.wording.rendering import always, rendered, variables
from alerts.own_texts import OwnTexts
from alerts.policy import Policy
from store.model import Kind, Priority
from store.notify.message_texts import ChosenText
from tests.sample_rows import alarm, person

POLICY = Policy()
EACH = pytest.mark.parametrize(
    "original", ORIGINALS.values(), ids=lambda o: f"{o.name}-{o.language}"
)


def own(*texts: tuple[str, str, str]) -> OwnTexts:
    return OwnTexts(ChosenText(name, language, body, "") for name, language, body in texts)


def test_parts_fall_away_where_a_variable_is_empty() -> None:
    body = "{who} goes[[, in {minutes} min]]."
    assert rendered(body, {"who": "Li", "minutes": "8"}) == "Li goes, in 8 min."
    assert rendered(body, {"who": "Li", "minutes": ""}) == "Li goes."
    assert (variables(body), always(body)) == ({"who", "minutes"}, {"who"})
    with pytest.raises(KeyError):
        rendered("[[{who} {door}]]", {"who": ""})


@given(st.text(st.sampled_from("{}[]ab 王"), max_size=30))
def test_what_somebody_is_called_is_never_taken_for_a_variable(name: str) -> None:
    assert rendered("[[{who}, ]]{code}", {"who": name, "code": "1"}) == (
        f"{name}, 1" if name else "1"
    )


@EACH
def test_the_product_s_own_words_keep_the_rules(original: Original) -> None:
    code = {Form.SMS_TEMPLATE: "SMS_123", Form.VOICE_TEMPLATE: "TTS_123"}.get(original.form, "")
    text, kept = own_text_rules.checked(original, original.body, code)
    assert (text, kept) == (original.body, code)
    assert original.needed <= original.variables
    assert samples.shown(original, original.body, "【安心】")


def test_a_text_in_the_centre_s_own_words_and_under_its_name() -> None:
    said = texts.going_text("王秀英", "李娜", "zh", 8)
    words = own(
        ("going", "zh", "{who}去{where}了[[，{minutes}分钟到]]"),
        ("signature", "zh", "【长沙民政】"),
    )
    worded = in_own_words(said, words)
    assert worded == "【长沙民政】李娜去王秀英家了，8分钟到"
    english = texts.going_text("Wang", "Li", "en")
    assert in_own_words(english, words) == english
    assert in_own_words("plain", words) == "plain"


def test_own_words_keep_the_template_and_come_before_the_centre_s_number() -> None:
    policy = Policy(own_texts=own(("there", "zh", "{who}到了{where}")), centre_phone="12349")
    text = with_centre(
        texts.there_text("王秀英", "李娜", "zh"), replace(person(1), language="zh"), policy
    )
    assert text == "【安心】李娜到了王秀英家。中心电话 12349"
    assert getattr(text, "template", "") == "there"


def test_a_call_is_said_in_own_words_without_a_signature() -> None:
    words = own(
        ("alarm_call", "zh", "{where}有{kind}，编号{code}"), ("signature", "zh", "【长沙】")
    )
    said = call_texts.alarm_call(alarm(kind=Kind.FALL), "王秀英", "zh", POLICY)
    assert in_own_words(said, words) == "王秀英家有跌倒，编号4 7 1 1"


def test_words_with_a_variable_of_another_version_are_not_said() -> None:
    """The product's are, under the centre's name: silence would be worse."""
    words = own(("there", "en", "{who} is at {door}"), ("signature", "en", "[Civil Affairs] "))
    said = in_own_words(texts.there_text("Wang", "Li", "en"), words)
    assert said == "[Civil Affairs] Wang: Li is there."


def test_a_bundle_has_the_centre_s_name_once() -> None:
    words = own(("signature", "en", "[Civil Affairs] "))
    both = [in_own_words(texts.there_text(home, "Li", "en"), words) for home in ("Wang", "Zhao")]
    assert may_bundle("over", Priority.TECHNICAL, Policy(bundle=60))
    assert texts.bundle_text(both) == (
        "[Civil Affairs] 1. Wang: Li is there.\n2. Zhao: Li is there."
    )


REFUSED = [
    ("alarm", "zh", "  ", "is empty"),
    ("alarm", "zh", "x" * 501, "500 at most"),
    ("alarm", "zh", "{where}\n{kind}{code}", "line break"),
    ("alarm", "zh", "{where} {kind} {code} {door}", "unknown variable: door"),
    ("alarm", "zh", "{where} {kind}", "without code"),
    ("alarm", "zh", "[[{where}]] {kind} {code}", "without where"),
    ("alarm", "zh", "{where} {kind} {code", "not closed"),
    ("alarm", "zh", "{where} {kind} {code}[[", "not closed"),
    ("alarm", "zh", "{where} {kind} {code} [[ 你好 ]]", "at least one variable"),
    ("alarm", "zh", "{where} {kind} {code} [[a [[{heed}]] ]]", "no other part"),
    ("alarm", "zh", "{where} {kind} {code} https://x.cn", "refuse links"),
    ("alarm", "zh", "【长沙】{where} {kind} {code}", "signature"),
    ("signature", "zh", "长沙", "the signature is"),
    ("signature", "zh", "【长】", "the signature is"),
    ("signature", "en", "[Changsha]", "the signature is"),
    ("greeting_call", "en", "A call about {resident}", "unknown variable: resident"),
    ("aliyun_alarm", "zh", "${where}${kind}，编号${code}", "side by side"),
    ("aliyun_alarm", "zh", "${where}有{kind}，编号${code}", "as shown below"),
    ("aliyun_alarm", "zh", "${where}有${kind}", "without code"),
    ("aliyun_alarm", "zh", "${where}有${kind}，编号${code}，见 anxin.cn", "refuses links"),
    ("aliyun_alarm", "zh", "${where}有${kind}，编号${code}，请致电 0731-84512345", "long numbers"),
    ("alarm", "zh", "{where} {kind} {code} 见 anxin.cn/a", "refuse links"),
]


@pytest.mark.parametrize(("name", "language", "body", "why"), REFUSED)
def test_words_that_cannot_be_sent_are_refused(
    name: str, language: str, body: str, why: str
) -> None:
    original = ORIGINALS[name, language]
    code = "SMS_123" if original.form == Form.SMS_TEMPLATE else ""
    with pytest.raises(UnacceptableError) as refused:
        own_text_rules.checked(original, body, code)
    assert why in str(refused.value)


@pytest.mark.parametrize("code", ["", "123", "TTS_123", "SMS_"])
def test_a_registered_template_needs_the_carrier_s_code(code: str) -> None:
    original = ORIGINALS["aliyun_alarm", "zh"]
    with pytest.raises(UnacceptableError) as refused:
        own_text_rules.checked(original, original.body, code)
    assert "SMS_123456789" in str(refused.value)


def test_either_word_for_the_home_will_do() -> None:
    body = "{resident}：{kind}，编号{code}"
    assert own_text_rules.checked(ORIGINALS["alarm", "zh"], body, "") == (body, "")


@given(st.text(st.sampled_from("{}[]$ab家 where code kind"), max_size=60))
def test_what_is_accepted_can_be_said(body: str) -> None:
    """Break: accept a part that is not closed."""
    original = ORIGINALS["alarm", "zh"]
    try:
        text, _ = own_text_rules.checked(original, body, "")
    except UnacceptableError:
        return
    said = samples.shown(original, text, "")
    assert not set(said) & set("{}")
    assert "4711" in said
