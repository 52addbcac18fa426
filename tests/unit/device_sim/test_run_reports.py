"""What a run says of itself: exit status, summary, JUnit; and which alarms are its own. Pure."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_sim.oracle.junit import junit_xml, unjudged_xml
from device_sim.oracle.report import RunResult, text_summary
from device_sim.oracle.run_statistics import statistics_of_run
from device_sim.oracle.verdict import CHECKS, Latency, Verdict, ViolationKind
from device_sim.runs import own_alarms
from tests.unit.device_sim.test_oracle import alarm, plan


def outcome(*wrong: tuple[ViolationKind, str]) -> RunResult:
    verdict = Verdict(checked={"stored": 3, "paged": 3})
    for kind, check in wrong:
        verdict.add(kind, check, "H0001 <button>", "gone & lost")
    return RunResult("x", 1, "2026", 1, 3, 60.0, 1.0, verdict, statistics_of_run(plan(), [alarm()]))


def test_the_exit_status_says_whether_all_was_well() -> None:
    assert outcome().exit_status == 0
    assert outcome((ViolationKind.LATE, "paged")).exit_status == 1


def test_nothing_looked_at_is_not_good() -> None:
    """Break: take no finding for well."""
    nothing = RunResult("x", 1, "2026", 1, 3, 60.0, 1.0, Verdict(), None)
    assert not nothing.verdict.good
    assert nothing.exit_status == 3
    assert "nothing was compared" in text_summary(nothing)
    empty = replace(nothing, day=statistics_of_run(plan(), []))
    assert text_summary(empty).splitlines()[-1].startswith("NOTHING was looked at")


def test_junit_has_a_case_for_each_check_and_its_findings_as_failures() -> None:
    suite = ET.fromstring(  # noqa: S314 - our own
        junit_xml(outcome((ViolationKind.MISSING, "paged"), (ViolationKind.LATE, "paged")))
    )[0]
    cases = {case.get("name"): case for case in suite.findall("testcase")}
    assert list(cases) == list(CHECKS), "an absent one would look like a good one"
    given = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert given == {
        "tests": str(len(CHECKS)),
        "failures": "1",
        "errors": "0",
        "skipped": str(len(CHECKS) - 2),
    }
    assert (len(cases["stored"]), cases["stored"].get("assertions")) == (0, "3")
    assert cases["paged"][0].get("message") == "1 missing, 1 late"
    assert "MISSING paged: H0001 <button>: gone & lost" in (cases["paged"][0].text or "")
    assert [child.tag for child in cases["readings"]] == ["skipped"]
    known = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert (known["seed"], known["start"]) == ("1", "2026")
    assert known["version"]
    assert "WRONG: 1 missing, 1 late" in (suite.findtext("system-out") or "")


def test_what_could_not_be_judged_is_an_error_and_no_failure() -> None:
    suite = ET.fromstring(unjudged_xml("press", "no <broker>"))[0]  # noqa: S314 - our own
    assert (suite.get("errors"), suite.get("failures")) == ("1", "0")
    error = suite.find("testcase/error")
    assert error is not None
    assert error.get("message") == "no <broker>"


def test_the_summary_says_it_in_words() -> None:
    text = text_summary(outcome((ViolationKind.MISSING, "paged")))
    assert "MISSING paged: H0001 <button>: gone & lost" in text
    assert text.endswith("WRONG: 1 missing")
    assert "1 raised, 0 false" in text
    assert text_summary(outcome()).endswith("GOOD")


def test_a_run_closes_its_own_alarms_and_no_area_s_that_it_has_not_caused() -> None:
    """Breaks when every alarm of the time counts as the run's: one of an area may be about
    people."""
    pressed, outage = alarm(), alarm(home=None, kind="area_outage", area={"code": "G1"})
    assert own_alarms.of_run(plan(), [pressed, outage]) == [pressed]
    cut = plan(steps=[{"at": "0s", "do": "power_cut", "lasts": "5m"}])
    assert own_alarms.of_run(cut, [pressed, outage]) == [pressed, outage]


@pytest.mark.parametrize(
    ("step", "home", "kind"),
    [
        ("press", "H0001", "help_call"),
        ("power_cut", None, "area_outage"),
    ],
)
def test_which_open_alarms_would_take_a_run_in(step: str, home: str | None, kind: str) -> None:
    kinds = own_alarms.possible(plan(steps=[{"at": "0s", "do": step}]))
    assert kind in kinds[home]
    assert kind not in kinds.get("H0001" if home is None else None, frozenset())


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_percentiles_are_of_the_sample_and_in_order(sample: list[float]) -> None:
    figures = Latency.of("x", sample, None)
    assert figures.p50 <= figures.p99 <= figures.most == max(sample)
    assert {figures.p50, figures.p99} <= set(sample)
