"""Checks that every reading is stored once, and that dead letters are right. Pure."""

from collections import Counter, defaultdict
from datetime import datetime

from device_sim.oracle.check_context import CheckContext, label_of, record_if_late
from device_sim.oracle.ledger import SentRecord
from device_sim.oracle.observed import parse_time
from device_sim.oracle.verdict import ViolationKind
from device_sim.plan.actions import Fate

ACCEPTED_NOTE = "taken in nevertheless"
"""A dead letter that only notes something odd about a message that counts."""


def check_readings_stored(case: CheckContext) -> None:
    exact: dict[tuple[str, str], set[datetime]] = defaultdict(set)
    arrived: Counter[tuple[str, str]] = Counter()
    for home, rows in case.observed.reports.items():
        for row in rows:
            key = (home, row["device"])
            if row["arrival_time"]:  # the centre's own time: of an earlier run, if before this one
                arrived[key] += parse_time(row["at"]) >= case.observed.since
            else:
                exact[key].add(parse_time(row["at"]))
    reported: Counter[tuple[str, str]] = Counter()
    last: dict[tuple[str, str], dict[str, float | bool]] = defaultdict(dict)
    for sent in case.sent:
        key = (sent.home, sent.device)
        if sent.fate != Fate.STORED or sent.home not in case.observed.reports:
            continue
        if sent.what == "report" and not sent.topic:
            # Another format: its devices give no number and often no time, and what they only
            # repeat need not be stored again.
            reported[key] += any(
                last[key].get(name) != value for name, value in sent.values.items()
            )
            last[key].update(sent.values)
        elif sent.what in ("reading", "report"):
            _check_reading(case, sent, exact[key], arrived)
    ours = {(sent.home, sent.device) for sent in case.sent if sent.what == "reading"}
    for key, count in arrived.items():
        if count > 0 and key not in reported and key in ours:
            case.verdict.add(
                ViolationKind.DOUBLED,
                "readings",
                "/".join(key),
                f"{count} more stored than were sent",
            )
    for key, count in reported.items():
        case.verdict.checked["readings"] = case.verdict.checked.get("readings", 0) + count
        stored = len(exact[key]) + arrived[key]
        if stored < count:
            case.verdict.add(
                ViolationKind.MISSING,
                "readings",
                "/".join(key),
                f"{count} sent that told anything new, {stored} stored",
            )


def _check_reading(
    case: CheckContext, sent: SentRecord, exact: set[datetime], arrived: Counter[tuple[str, str]]
) -> None:
    case.verdict.count("readings")
    key = (sent.home, sent.device)
    if sent.when not in exact:
        if arrived[key] <= 0:
            case.verdict.add(
                ViolationKind.MISSING,
                "readings",
                label_of(sent),
                f"nothing stored at {sent.when.isoformat()}",
                final=sent.acknowledged is not None,
            )
            return
        arrived[key] -= 1  # its time could not be believed: kept with the time of arrival
    if sent.acknowledged is not None and sent.published is not None:
        took = sent.acknowledged - sent.published
        case.readings.append(took)
        record_if_late(case, "readings", sent, took, case.plan.scenario.limits.readings)


def check_dead_letters(case: CheckContext) -> None:
    homes = {f"homes/{spec.home}/" for spec in case.plan.my_homes}
    there = Counter(
        (letter["topic"], letter["payload_size"])
        for letter in case.observed.dead_letters
        if not letter["reason"].startswith(ACCEPTED_NOTE)
    )
    for sent in case.sent:
        key = (sent.topic, sent.size)
        if sent.fate == Fate.DEAD_LETTER:
            case.verdict.count("dead letters")
            if there[key] <= 0:
                case.verdict.add(
                    ViolationKind.MISSING,
                    "dead letters",
                    label_of(sent),
                    f"nothing on {sent.topic} in the dead letters",
                )
        if key in there:
            there[key] -= 1
    for (topic, size), count in there.items():
        if count > 0 and any(topic.startswith(home) for home in homes):
            case.verdict.add(
                ViolationKind.UNEXPECTED,
                "dead letters",
                topic,
                f"{count} of {size} bytes that should have been understood",
            )
