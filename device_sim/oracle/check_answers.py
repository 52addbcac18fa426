"""Checks that operators took every life-safety alarm, and soon enough. Pure."""

from typing import Any

from device_sim.oracle.check_context import CheckContext
from device_sim.oracle.observed import parse_time
from device_sim.oracle.verdict import ViolationKind

LIFE = 1


def check_answered(case: CheckContext) -> None:
    """What the scenario's `answers` asks for: times are simulated, as people are."""
    wanted = case.plan.scenario.answers
    if wanted is None:
        return
    took = []
    for alarm in case.observed.alarms:
        if alarm["priority"] != LIFE:
            continue
        case.verdict.count("answered")
        after = seconds_to(alarm, "acknowledged")
        if after is None:
            case.verdict.add(
                ViolationKind.MISSING,
                "answered",
                f"alarm {alarm['id']} of {alarm['home']}",
                f"{alarm['kind']} at {alarm['raised_at']}: nobody at the desk took it",
            )
        else:
            took.append(after)
    within = sum(after <= wanted.within for after in took)
    if within < wanted.share * len(took):
        case.verdict.add(
            ViolationKind.LATE,
            "answered",
            "life-safety alarms",
            f"{within} of {len(took)} answered within {wanted.within:g} s, "
            f"{wanted.share:.1%} wanted: too few people at the desk?",
        )


def seconds_to(alarm: dict[str, Any], event: str) -> float | None:
    """From the raising to the first such line of the journal: what is raised again because nothing
    came of it has been answered all the same. None: it never happened."""
    found = next((line for line in alarm["journal"] if line["event"] == event), None)
    if found is None:
        return None
    return (parse_time(found["at"]) - parse_time(alarm["raised_at"])).total_seconds()
