"""What an SMS weighs, and several messages as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.notify import call_texts, texts
from alerts.notify.sms_segments import segment_count
from alerts.policy import Policy
from store.alarm.kinds import kind_name
from store.model import Kind
from tests.sample_rows import alarm


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("安" * 70, 1),
        ("安" * 71, 2),
        ("安" * 134, 2),
        ("安" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),
        ("😀" * 67, 3),  # 33 in each part: the 34th would be torn apart
        ("a" * 152 + "[" + "a" * 152, 3),  # its escape would stand at the end of a part
        ("[" * 80, 1),
        ("[" * 81, 2),
        ("\x0c" * 80, 1),  # form feed: in the alphabet's extension, too
        ("`" * 71, 2),  # in no GSM table
    ],
)
def test_parts_as_carriers_count_them(text: str, parts: int) -> None:
    assert segment_count(text) == parts


@given(st.text(max_size=400), st.text(max_size=100))
def test_more_text_never_weighs_less(text: str, more: str) -> None:
    assert segment_count(text + more) >= segment_count(text) >= 1


@pytest.mark.parametrize("mark", ["【安心】", "[Anxin] "])
def test_a_bundle_has_the_senders_mark_once_and_every_text(mark: str) -> None:
    joined = texts.bundle_text([f"{mark}one", f"{mark}two"])
    assert joined == f"{mark}1. one\n2. two"
    many = texts.bundle_text([f"{mark}text {n}" for n in range(20)])
    assert many.endswith("(+12)")
    assert len(many) < 1600


@pytest.mark.parametrize("kind", list(Kind))
def test_calls_say_who_what_and_which_key_in_either_language(kind: Kind) -> None:
    it, policy = alarm(kind=kind, code="4711"), Policy()
    for language, keys in (("zh", ("按 1", "按 2")), ("en", ("Press 1", "press 2"))):
        for text in (
            call_texts.alarm_call(it, "王秀英", language, policy),
            call_texts.offer_call(it, "王秀英", "Yuelu Road 1", language, policy),
        ):
            assert "王秀英" in text
            assert kind_name(kind, language) in text
            assert all(key in text for key in keys)
        assert "4 7 1 1" in call_texts.alarm_call(it, "王秀英", language, policy)
