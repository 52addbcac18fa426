"""What a responder who is there writes: what they found, that they are done, or a question.

Broken on purpose by taking any text that begins with 5 for the end.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.response.responder_findings import Report, read_report

FOUND, DONE = False, True


@pytest.mark.parametrize(
    ("text", "done", "words"),
    [
        ("5", DONE, ""),
        ("５", DONE, ""),
        ("5️⃣", DONE, ""),
        (" 5. ", DONE, ""),
        ("5 4711", DONE, ""),
        ("4711 5", DONE, ""),
        ("done", DONE, ""),
        ("Done!", DONE, ""),
        ("finished", DONE, ""),
        ("完成", DONE, ""),
        ("已完成。", DONE, ""),
        ("处理完毕", DONE, ""),
        ("5 helped her up, all well", DONE, "helped her up, all well"),
        ("5, door locked again", DONE, "door locked again"),
        ("Done: tea made, son informed", DONE, "tea made, son informed"),
        ("完成 已扶起，送回床上", DONE, "已扶起，送回床上"),
        ("完成，老人平安", DONE, "老人平安"),
        ("5 已扶起", DONE, "已扶起"),
        ("5 4711 已扶起", DONE, "已扶起"),
        ("found her on the floor, 120 called", FOUND, "found her on the floor, 120 called"),
        ("摔倒在卫生间，已叫120", FOUND, "摔倒在卫生间，已叫120"),
        ("4711 she is fine", FOUND, "she is fine"),
        ("5 minutes more please", FOUND, "5 minutes more please"),
        ("5分钟后走", FOUND, "5分钟后走"),
        ("5 min", FOUND, "5 min"),
        ("5 楼没有电", FOUND, "5 楼没有电"),
        ("50", FOUND, "50"),
        ("完成不了", FOUND, "完成不了"),
        ("done?", FOUND, "done?"),
        ("not done yet", FOUND, "not done yet"),
        ("donec", FOUND, "donec"),
        ("5 where is the key?", FOUND, "5 where is the key?"),
    ],
)
def test_what_a_report_means(text: str, done: bool, words: str) -> None:
    assert read_report(text, "4711") == Report(done, words)


@pytest.mark.parametrize("text", ["", "  ", "4711", "!!", "4711 。"])
def test_a_text_without_words_is_no_report(text: str) -> None:
    assert read_report(text, "4711") is None


@given(st.text(max_size=200))
def test_whatever_is_written_is_read(text: str) -> None:
    report = read_report(text, "4711")
    assert report is None or report.done or report.words
