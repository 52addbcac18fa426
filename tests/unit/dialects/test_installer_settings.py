"""The installer's word, and what is news."""

from datetime import timedelta

import pytest

from ingest.dialects.deduplication import (
    COPY_WINDOW,
    LastStatement,
    Occurrence,
    any_part_active,
    occurrence_of,
)
from ingest.dialects.installer_settings import InstallerSetting, apply_installer_settings
from ingest.dialects.vocabulary.button_actions import action_of, is_call
from ingest.dialects.vocabulary.events import (
    ButtonPressed,
    DialectEvent,
    Measurement,
    Statement,
    UnclearInput,
)
from ingest.dialects.vocabulary.role_suggestions import suggested_role
from store.intake.dialect_state import AlarmSince
from store.model import Kind
from tests.unit.dialects.dialect_reader import NOW, in_words

NOBODY = InstallerSetting()
HELP = InstallerSetting(role="help_call")
ONLY_HOLD = InstallerSetting(role="help_call", call_actions=frozenset({"hold"}))
NEVER = InstallerSetting(role="help_call", call_actions=frozenset())


def with_setting(event: DialectEvent, setting: InstallerSetting) -> set[str]:
    return in_words(apply_installer_settings([event], lambda _device: setting))


PRESSES: list[tuple[str, InstallerSetting, bool]] = [
    ("single", NOBODY, False),
    ("single", HELP, True),
    ("short press", HELP, True),
    ("S", HELP, True),
    ("release", HELP, False),
    ("btn_up", HELP, False),
    ("doorbell", HELP, False),
    ("single", ONLY_HOLD, False),
    ("long_push", ONLY_HOLD, True),
    ("hold", NEVER, False),
    ("rf_key_3", InstallerSetting(call_actions=frozenset({"rf_key_3"})), True),
    ("long_push", InstallerSetting(call_actions=frozenset({"long_push"})), True),
]


@pytest.mark.parametrize(("said", "setting", "calls"), PRESSES)
def test_a_press_calls_when_the_installer_said_so(
    said: str, setting: InstallerSetting, calls: bool
) -> None:
    words = with_setting(ButtonPressed("b", action_of(said), said), setting)
    assert words == ({"help_call on event"} if calls else {f"pressed {action_of(said)}"})


def test_a_call_keeps_the_identity_of_its_press() -> None:
    press = ButtonPressed("b", "single", "S", "input:0", retained=True, mark="0:7", claimed=NOW)
    (call,) = apply_installer_settings([press], lambda _device: HELP)
    assert call == Statement(
        "b",
        Kind.HELP_CALL,
        True,
        event=True,
        part="input:0",
        retained=True,
        mark="0:7",
        claimed=NOW,
    )


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("smoke", {"smoke on"}),
        ("water_leak", {"water_leak on"}),
        ("help_call", {"help_call on"}),
        ("door", {"door on"}),
        ("bed", {"bed on"}),
        ("", {"unclear alarm on"}),
        ("hub_offline", {"unclear alarm on"}),
    ],
)
def test_a_role_explains_an_unclear_alarm(role: str, expected: set[str]) -> None:
    assert with_setting(UnclearInput("d", "alarm", True), InstallerSetting(role)) == expected


def test_the_siren_of_a_detector_is_not_its_alarm() -> None:
    found: list[DialectEvent] = [
        Statement("d", Kind.SMOKE, False),
        UnclearInput("d", "alarm", True),
    ]
    said = in_words(apply_installer_settings(found, lambda _device: InstallerSetting("smoke")))
    assert said == {"smoke off", "unclear alarm on"}


def test_somebody_felt_under_the_mattress_is_in_bed() -> None:
    felt = Measurement("d", {"presence": 1.0, "battery": 80.0})
    assert with_setting(felt, InstallerSetting("bed")) == {"bed on", "battery 80"}
    assert with_setting(felt, NOBODY) == {"presence on", "battery 80"}


CALL_WORDS = ["emergency", "sos", "SOS", "panic", "1_sos", "button_2_panic", "sos press"]
NO_CALL_WORDS = ["sos_release", "emergency_cancel", "single", "fall", "arm_all_zones", "disarm"]
NO_CALL_WORDS += ["emergency_overheat", "", "processes", "panic_off", "sos_test"]


@pytest.mark.parametrize("word", CALL_WORDS)
def test_a_word_that_calls(word: str) -> None:
    assert is_call(word)


@pytest.mark.parametrize("word", NO_CALL_WORDS)
def test_a_word_that_does_not_call(word: str) -> None:
    assert not is_call(word)


@pytest.mark.parametrize(
    ("description", "role"),
    [
        ("SOS button", "help_call"),
        ("紧急呼叫器", "help_call"),
        ("Smart carbon monoxide alarm", "carbon_monoxide"),
        ("Smoke detector with siren", "smoke"),
        ("Combustible gas sensor", "gas_leak"),
        ("Gas meter", ""),
        ("Water leak sensor", "water_leak"),
        ("Fall Detection Sensor", "fall"),
        ("Bed Occupancy Sensor", "bed"),
        ("Door and window sensor", "door"),
        ("Smart plug", ""),
    ],
)
def test_a_makers_description_suggests_a_role(description: str, role: str) -> None:
    assert suggested_role(description) == role


def smoke(active: bool, **more: object) -> Statement:
    return Statement("d", Kind.SMOKE, active, **more)  # type: ignore[arg-type]


def call(mark: str | None = None, **more: object) -> Statement:
    return Statement("d", Kind.HELP_CALL, True, event=True, mark=mark, **more)  # type: ignore[arg-type]


def last(
    active: bool = True,
    mark: str | None = None,
    ago: timedelta = COPY_WINDOW * 2,
    alarm: AlarmSince = AlarmSince.NONE,
) -> LastStatement:
    return LastStatement(active, mark, NOW - ago, alarm)


OPEN, CLOSED = AlarmSince.OPEN, AlarmSince.CLOSED
HOURS = timedelta(hours=5)


def sos(rest: str | None = None, **more: object) -> Statement:
    return Statement("d", Kind.HELP_CALL, True, rest=rest, **more)  # type: ignore[arg-type]


SECOND = timedelta(seconds=1)
NEWS: list[tuple[str, Statement, LastStatement | None, bool]] = [
    ("first smoke", smoke(True), None, True),
    ("first all-clear", smoke(False), None, False),
    ("smoke again with the battery", smoke(True), last(True), False),
    ("smoke ends", smoke(False), last(True), True),
    ("retained smoke not known yet", smoke(True, retained=True), None, True),
    ("retained smoke known", smoke(True, retained=True), last(True), False),
    ("first call", call(), None, True),
    ("another call later", call(), last(), True),
    ("plain copy at once", call(), last(ago=SECOND), False),
    ("JSON after its plain copy", call("t1"), last(ago=SECOND), False),
    ("plain copy after JSON", call(), last(mark="t1", ago=SECOND), False),
    ("same mark at once", call("t1"), last(mark="t1"), False),
    ("same mark after hours, open", call("t1"), last(mark="t1", ago=HOURS, alarm=OPEN), False),
    ("same mark after hours, closed", call("t1"), last(mark="t1", ago=HOURS, alarm=CLOSED), True),
    ("same mark after hours, never raised", call("t1"), last(mark="t1", ago=HOURS), True),
    ("same mark, retained", call("t1", retained=True), last(mark="t1", ago=HOURS), False),
    ("smoke goes on after closing", smoke(True), last(alarm=CLOSED), True),
    ("smoke goes on, open", smoke(True), last(alarm=OPEN), False),
    ("smoke goes on, suppressed", smoke(True), last(), False),
    ("kept smoke after closing", smoke(True, retained=True), last(alarm=CLOSED), False),
    ("call that stays, open", sos("r"), last(mark="r", alarm=OPEN), False),
    ("call that stays, another report", sos("r2"), last(mark="r", alarm=CLOSED), False),
    ("call that stays, kept", sos("r", retained=True), last(mark="r", alarm=CLOSED), False),
    ("new mark at once", call("t2"), last(mark="t1", ago=SECOND), True),
    ("retained call", call(retained=True), None, False),
    ("retained call with a counter", call("0:7", retained=True), None, False),
    ("retained call, recent and new", call("t", retained=True, claimed=NOW - SECOND), None, True),
    ("retained call, old", call("t", retained=True, claimed=NOW - timedelta(hours=1)), None, False),
    (
        "retained call, known",
        call("t", retained=True, claimed=NOW - SECOND),
        last(ago=SECOND),
        False,
    ),
]


@pytest.mark.parametrize(
    ("statement", "before", "news"), [case[1:] for case in NEWS], ids=[case[0] for case in NEWS]
)
def test_what_is_news(statement: Statement, before: LastStatement | None, news: bool) -> None:
    expected = Occurrence.NEW if news else Occurrence.COPY
    assert occurrence_of(statement, before, NOW) is expected


def test_a_call_that_stays_calls_again_and_says_that_it_cannot_be_told_apart() -> None:
    assert occurrence_of(sos("r"), last(mark="r", alarm=CLOSED), NOW) is Occurrence.LATCHED
    assert occurrence_of(sos(), last(alarm=CLOSED), NOW) is Occurrence.LATCHED


def test_a_kind_is_active_while_any_part_is() -> None:
    assert any_part_active({"left": last(False), "right": last(True)})
    assert not any_part_active({"left": last(False), "right": last(False)})
