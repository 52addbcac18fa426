"""The console has a word for everything, in both languages."""

import ast
import string
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.console.alarm import broken_rule_texts, journal_sentences, journal_texts
from api.pages import catalogues, languages
from api.pages import vocabulary as v
from store.alarm.alarm_details import JournalRow
from store.dispatch_states import DISPATCH_STATES
from store.model import (
    AlarmState,
    Answer,
    DispatchState,
    NotificationState,
    Outcome,
    Priority,
    Role,
)
from tests.district import NOON

ROOT = Path(__file__).parents[3]
WRITERS = {"journal": 2, "record_event": 2}
"""Functions that write the journal, and which argument is the event code."""


def written_codes() -> dict[str, str]:
    """Every journal code written in alerts/, api/, care/ and ingest/, and the file with it."""
    found = {record.event: "dispatch_states.py" for record in DISPATCH_STATES.values()}
    for folder in ("alerts", "api", "care", "ingest"):
        for path in (ROOT / folder).rglob("*.py"):
            if "node_modules" not in path.parts:
                for code in _codes_in(ast.parse(path.read_text(encoding="utf-8"))):
                    found[code] = path.name
    return found


def _codes_in(tree: ast.Module) -> Iterator[str]:
    constants = _assigned(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in WRITERS:
            place = WRITERS[_name(node.func)]
            if len(node.args) > place:
                yield from _strings(node.args[place], constants)


def _strings(node: ast.AST, constants: dict[str, list[str]]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body, constants)
        yield from _strings(node.orelse, constants)
    elif isinstance(node, ast.Name | ast.Subscript):
        yield from constants.get(_name(node), [])


def _assigned(tree: ast.Module) -> dict[str, list[str]]:
    """Strings that a name or the values of a dictionary of that name can be."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            values = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
            strings = [text for value in values for text in _strings(value, {})]
            found.setdefault(node.targets[0].id, []).extend(strings)
    return found


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    return getattr(node, "id", "") or getattr(node, "attr", "")


def test_every_code_written_to_the_journal_has_its_sentence() -> None:
    codes = written_codes()
    assert {"raised", "acknowledged", "arrived", "opted_out"} <= codes.keys()
    assert {
        code: file for code, file in codes.items() if code not in journal_sentences.SENTENCES
    } == {}


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_every_text_is_in_the_catalogue(language: str) -> None:
    catalogue = catalogues.update(language)
    missing = [message.id for message in catalogue if message.id and not message.string]
    assert missing == [], "run python -m api.pages.catalogues and translate what is empty"


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_a_translation_keeps_every_placeholder(language: str) -> None:
    for message in catalogues.update(language):
        if message.id:
            assert _fields(str(message.string)) == _fields(str(message.id)), message.id


def _fields(text: str) -> set[str | None]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


@pytest.mark.parametrize(
    ("error", "english", "chinese"),
    [
        ("no-answer", "Call to Wang Na: nobody picked up.", "无人接听"),
        ("no_key", "Call to Wang Na: picked up, no key pressed.", "已接通，未按键"),
        ("heard_only", "Call to Wang Na: listened, gave no answer.", "已收听，未答复"),
        ("busy", "Call to Wang Na: engaged.", "占线"),
        ("13224", "Call to Wang Na: 13224.", "13224"),
    ],
)
def test_why_a_call_is_no_answer_is_told_apart(error: str, english: str, chinese: str) -> None:
    event = _event(0, "delivery_failed", "system", via="voice", person=12, error=error)
    (told,) = _told([event], {"person:12": "Wang Na"}, "en")
    assert told.startswith(english)
    (told,) = _told([event], {"person:12": "Wang Na"}, "zh")
    assert chinese in told


@pytest.mark.parametrize(
    ("data", "english", "chinese"),
    [
        ({"reason": "acknowledged"}, "Not sent to Wang Na (alarm): somebody", "未发送给Wang Na"),
        ({"reason": "closed", "doubt": "may have left"}, "Not tried again for Wang Na", "不再重试"),
        ({}, "A message that had not left was cancelled", "取消"),
    ],
)
def test_the_journal_tells_why_a_message_was_not_sent(
    data: dict[str, str], english: str, chinese: str
) -> None:
    event = _event(0, "cancelled", "system", via="sms", person=12, purpose="alarm", **data)
    (told,) = _told([event], {"person:12": "Wang Na"}, "en")
    assert told.startswith(english)
    (told,) = _told([event], {"person:12": "Wang Na"}, "zh")
    assert chinese in told


def test_every_code_of_the_model_is_named() -> None:
    assert set(Priority) == v.PRIORITIES.keys()
    assert set(AlarmState) == v.STATES.keys()
    assert set(Answer) == v.ANSWERS.keys()
    assert set(DispatchState) == v.DISPATCH_STATES.keys()
    assert set(NotificationState) == v.NOTIFICATION_STATES.keys()
    assert set(Outcome) == v.OUTCOME_NAMES.keys()
    assert set(Role) == v.ROLES.keys()


def test_the_journal_reads_as_sentences_in_either_language() -> None:
    events = [
        _event(0, "acknowledged", "user:7", via="console"),
        _event(3, "responded", "contact:12", via="sms", answer="going"),
        _event(9, "dispatch_accepted", "responder:4", responder=4, eta_minutes=8),
        _event(60, "closed", "user:7", outcome="genuine_fall"),
    ]
    names = {"user:7": "Li Na", "person:12": "Wang Na", "person:4": "Chen Gang"}
    assert _told(events, names, "en") == [
        "Li Na took the alarm",
        "Answer of the family: Wang Na is going",
        "Chen Gang accepted and is going (8 minutes)",
        "Li Na closed the alarm: Fall",
    ]
    assert _told(events, names, "zh")[1:3] == [
        "家属回复：Wang Na：我去",
        "Chen Gang 已接单前往（约 8 分钟）",
    ]


def test_an_answer_says_how_long_who_and_how_they_know() -> None:
    going = {"answer": "going"}
    events = [
        _event(0, "responded", "contact:12", **going, eta_minutes=20),
        _event(1, "responded", "contact:12", **going, eta_minutes=20, again=True),
        _event(2, "responded", "contact:12", **going, others=[13]),
        _event(3, "responded", "contact:12", **going, said_with_code=True),
        _event(4, "relative_overdue", "system", person=12),
    ]
    names = {"person:12": "Li Ying", "person:13": "Wang Jun"}
    assert journal_texts.mentioned_ids(events)[1] == {12, 13}
    assert _told(events, names, "en") == [
        "Answer of the family: Li Ying is going (20 minutes)",
        "Once more: Li Ying is going (20 minutes)",
        "Answer of the family: Li Ying or Wang Jun is going",
        "Answer of the family, who named the code though no message had reached them: "
        "Li Ying is going",
        "Li Ying should be there by now; nobody has said so",
    ]
    assert _told(events, names, "zh")[2] == "家属回复：Li Ying或Wang Jun：我去"


def test_an_unknown_code_is_shown_as_such() -> None:
    assert _told([_event(0, "teleported", "system")], {}, "en") == ["Unknown entry: teleported"]


@pytest.mark.parametrize(
    ("to", "language", "told"),
    [
        ("voice", "en", "No answer from Wang Li for 45 s: calling now"),
        ("voice", "zh", "王丽45秒没有回应：现在打电话"),
        ("sms", "en", "No answer from Wang Li for 45 s: by SMS now"),
        ("sms", "zh", "王丽45秒没有回应：现在改用短信"),
    ],
)
def test_silence_that_becomes_a_call_is_said(to: str, language: str, told: str) -> None:
    event = _event(45, "unanswered", "system", "sms", person=1, seconds="45", to=to)
    name = {"zh": "王丽", "en": "Wang Li"}[language]
    assert _told([event], {"person:1": name}, language) == [told]


def test_a_name_with_braces_stays_a_name() -> None:
    event = _event(0, "responded", "contact:1", answer="going")
    assert _told([event], {"person:1": "{0.__class__}"}, "en") == [
        "Answer of the family: {0.__class__} is going"
    ]


def _told(events: list[JournalRow], names: dict[str, str], language: str) -> list[str]:
    told = journal_texts.sentences_of(events, names, languages.translations(language).ugettext)
    return [line.text for line in told]


def _event(
    second: int, event: str, actor: str, via: str = "", **data: str | int | list[int]
) -> JournalRow:
    return JournalRow(second, NOON + timedelta(seconds=second), event, actor, "", via, dict(data))


@pytest.mark.parametrize(
    ("own", "cookie", "accepted", "chosen"),
    [
        ("en", "zh", "zh-CN", "en"),
        (None, "en", "zh-CN", "en"),
        (None, None, "en-GB,en;q=0.8", "en"),
        (None, None, "fr, zh-CN;q=0.5, en;q=0.4", "zh"),
        (None, None, "fr;q=x, ,;;;", "zh"),
        (None, "xx", None, "zh"),
    ],
)
def test_the_readers_own_language_goes_first(
    own: str | None, cookie: str | None, accepted: str | None, chosen: str
) -> None:
    found = languages.choose(own=own, cookie=cookie, accepted=accepted, default="zh")
    assert found == chosen


def test_the_operator_reads_what_a_rule_has_found() -> None:
    event = _event(
        0,
        "rule_broken",
        "system",
        rule="inactivity",
        how="home",
        device=12,
        metric="motion",
        since="2026-11-21T01:14:00+00:00",
        limit_seconds=5 * 3600,
    )
    names = {"device:12": "kitchen"}
    assert _told([event], names, "en") == [
        "A rule of the home: no sign of life since 11-21 01:14, last: motion in kitchen (limit 5 h)"
    ]
    assert _told([event], names, "zh") == [
        "家庭规则：自 11-21 01:14 起无活动迹象，最后：厨房有人活动（限值 5 小时）"
    ]


def test_every_limit_of_a_rule_has_its_words() -> None:
    hows = {"home", "in_bed", "out", "bed", "bathroom", "left", "open", "cold", "frost", "heat"}
    assert broken_rule_texts.SENTENCES.keys() == hows
