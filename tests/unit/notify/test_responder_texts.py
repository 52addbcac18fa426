"""What protects whoever goes is in the texts to them, and how to get in is in none.

Broken on purpose by handing the risks of a home over as they were typed.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.notify.recipients import responder_texts
from alerts.notify.recipients.way_in_codes import is_written_in
from alerts.policy import Policy
from store.model import Kind
from tests.sample_rows import alarm, home_visit

POLICY = Policy()
KEYS = [("Li Na", "+8613900000009")]
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@LANGUAGES
def test_who_is_asked_reads_that_there_are_risks_and_a_key_and_where_the_rest_is(
    language: str,
) -> None:
    known = home_visit(risks="Diabetes", keys=KEYS)
    text = responder_texts.offer_text(alarm(), known, language, POLICY)
    bare = responder_texts.offer_text(alarm(), home_visit(), language, POLICY)
    said = ("风险提示", "有人保管钥匙", "网页") if language == "zh" else ("Risks", "key", "page")
    for part in (*said, known.address, "4711"):
        assert part in text
    assert said[1] not in bare
    for private in ("Diabetes", "Li Na", "+8613900000009"):
        assert private not in text, "theirs to know once they have accepted"


@LANGUAGES
def test_who_goes_reads_the_risks_the_key_holder_and_where_the_way_in_is(language: str) -> None:
    known = home_visit(risks="Diabetes", keys=KEYS)
    link = "https://anxin.example.org/dispatches/1"
    text = responder_texts.access_text(alarm(kind=Kind.SMOKE), known, language, link=link)
    for part in (known.address, "Diabetes", "Li Na", "+8613900000009", link, "4711"):
        assert part in text
    without = responder_texts.access_text(alarm(), home_visit(), language)
    assert "Risks" not in without
    assert "钥匙" not in without
    assert "http" not in without


digits = st.text("0123456789", min_size=4, max_size=8)


@LANGUAGES
@given(
    code=digits,
    spelt=st.sampled_from(["", " ", "-", "，"]),
    before=st.sampled_from(["key box ", "门禁密码", "dog; code "]),
    address=st.sampled_from(["Yuelu Road 17, flat 201", "望月湖一片12栋502室"]),
)
def test_no_code_of_the_way_in_is_in_any_text(
    language: str, code: str, spelt: str, before: str, address: str
) -> None:
    """Whoever keeps the file may have typed it among the risks, too."""
    typed = before + spelt.join(code)
    home = home_visit(address, access_notes=f"Key box {code}", risks=typed, keys=KEYS)
    it = alarm(code="999999" if code != "999999" else "888888")
    for text in (
        responder_texts.offer_text(it, home, language, POLICY),
        responder_texts.access_text(it, home, language),
    ):
        assert not is_written_in(text, [home]), text


@LANGUAGES
def test_long_risks_are_cut_and_the_page_has_all(language: str) -> None:
    known = home_visit(risks="糖尿病" * 40)
    text = responder_texts.access_text(alarm(), known, language)
    assert "…" in text
    assert text.count("糖尿病") <= 20
