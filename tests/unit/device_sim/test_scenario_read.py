"""Scenario files: what is wrong in them is said with file, line and what to write instead."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_sim.scenario import library, steps
from device_sim.scenario.parser import ScenarioError, parse_scenario, read_scenario, scenario_schema
from device_sim.scenario.values import Between, seconds_of

HEAD = "name: x\nabout: what it is about\nlasts: 10m\nhomes: 3\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- a list", "x.yaml:1: a scenario is a mapping that begins with `name:`"),
        ("", "x.yaml:1: a scenario is a mapping"),
        ("name: [", "x.yaml:1: no YAML: "),
        ("name: a\nname: b", "x.yaml:2: `name` is there twice: keep one"),
        ("about: what it is about\nlasts: 1s", "`name` is missing: add it"),
        (HEAD + "step: []", "x.yaml:5: step: `step` is not known here: did you mean `steps`?"),
        (
            HEAD + "steps:\n- {at: 1s, do: pres}",
            "x.yaml:6: steps[0]: there is no step 'pres': did you mean `press`?",
        ),
        (
            HEAD + "steps:\n- at: 1s\n  do: smoke\n  devise: a",
            "x.yaml:8: steps[0].devise: `devise` is not known here: did you mean `device`?",
        ),
        (HEAD + "steps:\n- {do: press}", "x.yaml:6: steps[0]: `at` is missing: add it"),
        (HEAD + "steps:\n- {at: 1s}", "`do` is missing: add what happens, like `do: press`"),
        (
            HEAD + "steps:\n- {at: 10, do: press}",
            "x.yaml:6: steps[0].at: 10 is no length of time: write a number and ms, s, m, h or d",
        ),
        (
            HEAD + "steps:\n- {at: 1s, do: press}\n- {at: 1s, do: press, homes: 2-9}",
            "x.yaml:7: steps[1]: names home 4, but there are 3: write 1 to 3, or make `homes`",
        ),
        (
            HEAD + "steps:\n- {at: 1h, do: press}",
            "x.yaml:6: steps[0]: begins after the end of the run: make `lasts` longer",
        ),
        (
            HEAD + "steps:\n- {at: 1s, do: press, kind: helpcall}",
            "steps[0].kind: 'helpcall' is not possible: did you mean `help_call`?",
        ),
        (
            HEAD + "people:\n  contacts:\n    replys: 0.5",
            "x.yaml:7: people.contacts.replys: `replys` is not known here: did you mean `replies`?",
        ),
        (
            HEAD + "people: {contacts: {after: 5m..1m}}",
            "people.contacts.after: '5m..1m': the first length must not be longer",
        ),
        (
            HEAD + "expect:\n- {alarm: fall, at_least: 3}",
            "x.yaml:6: expect[0]: at_most is less than at_least",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_way_out(text: str, complaint: str) -> None:
    with pytest.raises(ScenarioError) as error:
        parse_scenario(text, "x.yaml")
    assert complaint in str(error.value)


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(ScenarioError) as error:
        parse_scenario(HEAD + "speed: 0\nstepps: []", "x.yaml")
    assert [line.partition(": ")[0] for line in str(error.value).splitlines()] == [
        "x.yaml:5",
        "x.yaml:6",
    ]


@given(st.text(max_size=200))
def test_no_text_is_more_than_an_error(text: str) -> None:
    """Breaks when YAML's own errors come through."""
    with pytest.raises(ScenarioError):
        parse_scenario(text, "x.yaml")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"cannot read .*nowhere.yaml"):
        read_scenario(tmp_path / "nowhere.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"name: \xe4")
    with pytest.raises(ScenarioError, match="not UTF-8"):
        read_scenario(tmp_path / "latin.yaml")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("1h30m", 5400), ("250ms", 0.25), ("2d", 172_800), ("0s", 0), ("1.5m", 90)],
)
def test_lengths_of_time_are_read(text: str, seconds: float) -> None:
    assert seconds_of(text) == pytest.approx(seconds)


def test_a_range_has_two_ends_or_one() -> None:
    assert Between.read("30s..5m") == Between(30, 300)
    assert Between.read("20s") == Between(20, 20)


def test_homes_are_written_in_several_ways() -> None:
    text = (
        HEAD
        + "steps:\n"
        + "".join(
            f"- {{at: 1s, do: press, homes: {homes}}}\n" for homes in ("2", "[1, 3]", "1-3", "all")
        )
    )
    scenario = parse_scenario(text, "x.yaml")
    assert [scenario.homes_of(step.homes) for step in scenario.steps] == [
        (2,),
        (1, 3),
        (1, 2, 3),
        (1, 2, 3),
    ]


@pytest.mark.parametrize("name", library.names())
def test_every_ready_scenario_is_sound_and_documented(name: str) -> None:
    scenario = library.load(name)
    assert scenario.name == name
    assert len(scenario.about) > 30


def test_every_step_of_the_language_is_in_a_ready_scenario() -> None:
    used = {step.do for name in library.names() for step in library.load(name).steps}
    known = {
        step.model_fields["do"].annotation.__args__[0]  # type: ignore[union-attr]
        for step in steps.Step.__subclasses__()
    }
    assert used == known


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(ScenarioError, match=r"neither a file .* press"):
        library.load("pres")


def test_the_schema_beside_the_scenarios_is_the_present_one() -> None:
    """Make it anew with: anxin simulate --schema > device_sim/scenarios/schema.json"""
    kept = Path(library.__file__).parents[1] / "scenarios" / "schema.json"
    assert json.loads(kept.read_text("utf-8")) == scenario_schema()
