"""A run as JUnit XML: a test case a check, with properties that let it be repeated. Pure."""

import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from device_sim.oracle.report import RunResult, counted, line_of, text_summary
from device_sim.oracle.verdict import CHECKS, Violation

NOTHING = "nothing of it in this run: it proves nothing"


def junit_xml(outcome: RunResult) -> str:
    """One test case a check, with its findings as failures; skipped: there was nothing to look
    at."""
    by_check: dict[str, list[Violation]] = defaultdict(list)
    for finding in outcome.verdict.findings:
        by_check[finding.check].append(finding)
    names = list(dict.fromkeys([*CHECKS, *outcome.verdict.checked, *by_check]))
    skipped = [n for n in names if not outcome.verdict.checked.get(n) and n not in by_check]
    suite = _suite(
        outcome.name,
        tests=len(names),
        failures=len(by_check),
        skipped=len(skipped),
        time=outcome.real_s,
        properties={"seed": str(outcome.seed), "start": outcome.start},
    )
    for name in names:
        case = ET.SubElement(suite, "testcase", classname=outcome.name, name=name)
        looked = outcome.verdict.checked.get(name, 0)
        case.set("assertions", str(looked))
        if found := by_check.get(name):
            failure = ET.SubElement(case, "failure", message=counted(found), type=found[0].wrong)
            failure.text = "\n".join(line_of(finding) for finding in found)
        elif name in skipped:
            ET.SubElement(case, "skipped", message=NOTHING)
    ET.SubElement(suite, "system-out").text = text_summary(outcome)
    return _document(suite)


def unjudged_xml(name: str, why: str) -> str:
    """Of a run that could not be played or judged: an error, not a failure of the centre."""
    suite = _suite(name, tests=1, errors=1)
    case = ET.SubElement(suite, "testcase", classname=name, name="run")
    ET.SubElement(case, "error", message=why, type="unjudged")
    return _document(suite)


def _suite(
    name: str,
    *,
    tests: int,
    failures: int = 0,
    errors: int = 0,
    skipped: int = 0,
    time: float = 0.0,
    properties: Mapping[str, str] | None = None,
) -> ET.Element:
    suite = ET.Element(
        "testsuite",
        name=name,
        tests=str(tests),
        failures=str(failures),
        errors=str(errors),
        skipped=str(skipped),
        time=f"{time:.3f}",
    )
    known = ET.SubElement(suite, "properties")
    for key, value in {**(properties or {}), "version": _version()}.items():
        ET.SubElement(known, "property", name=key, value=value)
    return suite


def _version() -> str:
    try:
        return version("anxin")
    except PackageNotFoundError:
        return "unknown"


def _document(suite: ET.Element) -> str:
    whole = ET.Element("testsuites")
    whole.append(suite)
    ET.indent(whole)
    return ET.tostring(whole, encoding="unicode", xml_declaration=True) + "\n"
