"""Checks alarms: none twice, none without a cause, each that was expected. Pure."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

from device_sim.oracle.check_context import CheckContext
from device_sim.oracle.observed import parse_time
from device_sim.oracle.verdict import ViolationKind
from device_sim.plan.actions import Trouble
from device_sim.plan.compiler import RunPlan
from device_sim.scenario.model import Expected


def check_causes(case: CheckContext) -> None:
    """Never two open alarms of one kind, device and home; none without a cause."""
    spans: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    unexplained = []
    for alarm in case.observed.alarms:
        case.verdict.count("alarms")
        device = (alarm["device"] or {}).get("code", "")
        until = alarm["closed_at"] or "9999"
        place = alarm["home"] or alarm["area"]["code"]
        spans[place, alarm["kind"], device].append((alarm["raised_at"], until))
        if alarm["priority"] == 1 and not explained(case.plan, alarm):
            unexplained.append(alarm)
    for (home, kind, device), found in spans.items():
        found.sort()
        doubled = sum(after[0] < before[1] for before, after in pairwise(found))
        if doubled:
            case.verdict.add(
                ViolationKind.DOUBLED,
                "raised",
                f"{home}/{device} {kind}",
                f"{doubled + 1} open at once",
            )
    for alarm in unexplained[case.plan.scenario.unexplained :]:
        case.verdict.add(
            ViolationKind.UNEXPECTED,
            "raised",
            f"{alarm['home']} {alarm['kind']}",
            f"alarm {alarm['id']} at {alarm['raised_at']} has no cause in the scenario",
        )


def explained(plan: RunPlan, alarm: dict[str, Any]) -> bool:
    """Did something happen that this alarm may be about?"""
    return cause_of(plan, alarm) is not None


def cause_of(plan: RunPlan, alarm: dict[str, Any]) -> Trouble | None:
    """The latest trouble of the home that may have caused the alarm; of any home for an area's."""
    codes = {number: spec.home for number, spec in enumerate(plan.homes, start=1)}
    raised = (parse_time(alarm["raised_at"]) - plan.start).total_seconds()
    fitting = [
        trouble
        for trouble in plan.troubles
        if alarm["kind"] in trouble.causes
        and alarm["home"] in (None, codes[trouble.home])
        and trouble.at - 1.0 <= raised <= trouble.at + trouble.lasts
    ]
    return fitting[-1] if fitting else None


OF_AREAS = "area_outage"
"""The kind that belongs to no home: it is expected once for the run."""


def check_expected(case: CheckContext) -> None:
    codes = [spec.home for spec in case.plan.homes]
    mine = set(case.plan.mine)
    for wanted in case.plan.scenario.expect:
        if wanted.alarm == OF_AREAS:
            _expect(case, wanted, None)
            continue
        for number in case.plan.scenario.homes_of(wanted.homes):
            if number in mine:
                _expect(case, wanted, codes[number - 1])


def _expect(case: CheckContext, wanted: Expected, home: str | None) -> None:
    case.verdict.count("expected")
    found = [a for a in case.observed.alarms if (a["home"], a["kind"]) == (home, wanted.alarm)]
    subject = f"{home or 'an area'} {wanted.alarm}"
    if len(found) < wanted.at_least:
        case.verdict.add(
            ViolationKind.MISSING,
            "expected",
            subject,
            f"{len(found)} alarms, at least {wanted.at_least} expected",
        )
    elif len(found) > wanted.at_most:
        case.verdict.add(
            ViolationKind.UNEXPECTED,
            "expected",
            subject,
            f"{len(found)} alarms, at most {wanted.at_most} expected",
        )
    elif wanted.within is not None and found:
        _in_time(case, subject, found[0], wanted.within)


def _in_time(case: CheckContext, subject: str, alarm: dict[str, Any], within: float) -> None:
    cause = cause_of(case.plan, alarm)
    begun = cause.at if cause else 0.0
    took = (parse_time(alarm["raised_at"]) - case.plan.start).total_seconds() - begun
    if took > within:
        case.verdict.add(
            ViolationKind.LATE,
            "expected",
            subject,
            f"raised after {took:.0f} s, {within:g} s expected",
        )
