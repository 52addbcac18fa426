"""Compares what was sent with what the centre stored, raised and sent. Pure.

Every check counts what it looked at. Times in the ledger are monotonic seconds; `epoch` is what has
to be added to compare them with the carrier's seconds since 1970.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from device_sim.oracle.findings import Latency, Verdict, Wrong
from device_sim.oracle.ledger import Sent
from device_sim.oracle.observed import Observed, Paged, moment
from device_sim.plan.actions import Fate, Trouble
from device_sim.plan.compile import Plan

WITH_CODE = frozenset({"alarm", "offer", "access"})
"""Purposes of messages whose text names the alarm's code."""
NOT_SENT = frozenset({"QUEUED", "CANCELLED", "FAILED"})
TAKEN_IN = "taken in nevertheless"
"""A dead letter that only notes something odd about a message that counts."""
PAGED = 2
"""Alarms up to this priority are told to people; the others stay with the desk."""


@dataclass
class _Case:
    """What the checks share."""

    plan: Plan
    sent: Sequence[Sent]
    seen: Observed
    epoch: float
    verdict: Verdict = field(default_factory=Verdict)
    acknowledged: list[float] = field(default_factory=list)
    readings: list[float] = field(default_factory=list)
    paged: list[float] = field(default_factory=list)
    first_of: dict[int, Sent] = field(default_factory=dict)
    """The first signal of each alarm."""


def judge(plan: Plan, sent: Sequence[Sent], seen: Observed, epoch: float) -> Verdict:
    """Everything that is wrong with a run, and the times it took."""
    case = _Case(plan, sent, seen, epoch)
    _signals(case)
    _readings(case)
    _dead_letters(case)
    _refusals(case)
    _alarms(case)
    if seen.paged is not None:
        _pages(case, seen.paged)
    _expectations(case)
    limits = plan.scenario.limits
    case.verdict.latencies = [
        Latency.of("signal acknowledged", case.acknowledged, limits.acknowledged),
        Latency.of("reading acknowledged", case.readings, limits.readings),
        Latency.of("person told", case.paged, limits.paged),
    ]
    return case.verdict


def _name(sent: Sent) -> str:
    label = f"{sent.what} {sent.number}: {sent.home}/{sent.device}"
    return f"{label} {sent.kind}" if sent.kind else label


def _signals(case: _Case) -> None:
    by_id: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    others: dict[tuple[str, str, str, bool], list[dict[str, Any]]] = defaultdict(list)
    for home, rows in case.seen.signals.items():
        for row in rows:
            if row["id"]:
                by_id[home, _own_id(row["id"])].append(row)
            others[home, row["device"], row["kind"], row["active"]].append(row)
    for sent in case.sent:
        if sent.what != "signal" or sent.fate != Fate.STORED:
            continue
        case.verdict.count("stored")
        if sent.id:
            rows = by_id[sent.home, sent.id]
        else:
            rows = others[sent.home, sent.device, sent.kind, sent.active][:1]
        if not rows:
            case.verdict.add(Wrong.MISSING, "stored", _name(sent), "the centre has no such signal")
            continue
        if len(rows) > 1:
            case.verdict.add(Wrong.DOUBLED, "stored", _name(sent), f"stored {len(rows)} times")
        _acknowledged(case, sent)
        if sent.calls:
            _raised(case, sent, rows[0]["alarm"])


def _own_id(signal_id: str) -> str:
    """Without what the centre adds to tell a reused id from the older one."""
    return signal_id.partition("@")[0]


def _acknowledged(case: _Case, sent: Sent) -> None:
    if sent.press is None:
        return
    case.verdict.count("acknowledged")
    if sent.press.acknowledged_at is None:
        case.verdict.add(
            Wrong.MISSING, "acknowledged", _name(sent), "the hub was never told that it is stored"
        )
    elif sent.published is not None:
        took = sent.press.acknowledged_at - (sent.press.published_at or sent.published)
        case.acknowledged.append(took)
        _late(case, "acknowledged", sent, took, case.plan.scenario.limits.acknowledged)


def _raised(case: _Case, sent: Sent, number: int | None) -> None:
    case.verdict.count("raised")
    alarm = next((a for a in case.seen.alarms + case.seen.older if a["id"] == number), None)
    if alarm is None or (alarm["home"], alarm["kind"]) != (sent.home, sent.kind):
        case.verdict.add(Wrong.MISSING, "raised", _name(sent), "no alarm was raised for it")
    elif number is not None and alarm in case.seen.alarms:  # an older one has told people already
        case.first_of.setdefault(number, sent)


def _readings(case: _Case) -> None:
    exact: dict[tuple[str, str], set[datetime]] = defaultdict(set)
    arrived: Counter[tuple[str, str]] = Counter()
    for home, rows in case.seen.reports.items():
        for row in rows:
            key = (home, row["device"])
            if row["arrival_time"]:
                arrived[key] += 1
            else:
                exact[key].add(moment(row["at"]))
    reported: Counter[tuple[str, str]] = Counter()
    for sent in case.sent:
        key = (sent.home, sent.device)
        if sent.fate != Fate.STORED or sent.home not in case.seen.reports:
            continue
        if sent.what == "report" and not sent.topic:
            reported[key] += 1  # another format: its devices give no number and often no time
        elif sent.what in ("reading", "report"):
            _one_reading(case, sent, exact[key], arrived)
    ours = {(sent.home, sent.device) for sent in case.sent if sent.what == "reading"}
    for key, count in arrived.items():
        if count > 0 and key not in reported and key in ours:
            case.verdict.add(
                Wrong.DOUBLED, "readings", "/".join(key), f"{count} more stored than were sent"
            )
    for key, count in reported.items():
        case.verdict.checked["readings"] = case.verdict.checked.get("readings", 0) + count
        stored = len(exact[key]) + arrived[key]
        if stored < count:
            case.verdict.add(
                Wrong.MISSING, "readings", "/".join(key), f"{count} sent, {stored} stored"
            )


def _one_reading(
    case: _Case, sent: Sent, exact: set[datetime], arrived: Counter[tuple[str, str]]
) -> None:
    case.verdict.count("readings")
    key = (sent.home, sent.device)
    if sent.when not in exact:
        if arrived[key] <= 0:
            case.verdict.add(
                Wrong.MISSING, "readings", _name(sent),
                f"nothing stored at {sent.when.isoformat()}", final=sent.acknowledged is not None,
            )  # fmt: skip
            return
        arrived[key] -= 1  # its time could not be believed: kept with the time of arrival
    if sent.acknowledged is not None and sent.published is not None:
        took = sent.acknowledged - sent.published
        case.readings.append(took)
        _late(case, "readings", sent, took, case.plan.scenario.limits.readings)


def _late(case: _Case, check: str, sent: Sent, took: float, limit: float | None) -> None:
    if limit is not None and took > limit:
        case.verdict.add(Wrong.LATE, check, _name(sent), f"after {took:.2f} s, limit {limit:g} s")


def _dead_letters(case: _Case) -> None:
    homes = {f"homes/{spec.home}/" for spec in case.plan.homes}
    there = Counter(
        (letter["topic"], letter["payload_size"])
        for letter in case.seen.dead_letters
        if not letter["reason"].startswith(TAKEN_IN)
    )
    for sent in case.sent:
        key = (sent.topic, sent.size)
        if sent.fate == Fate.DEAD_LETTER:
            case.verdict.count("dead letters")
            if there[key] <= 0:
                case.verdict.add(
                    Wrong.MISSING, "dead letters", _name(sent),
                    f"nothing on {sent.topic} in the dead letters",
                )  # fmt: skip
        if key in there:
            there[key] -= 1
    for (topic, size), count in there.items():
        if count > 0 and any(topic.startswith(home) for home in homes):
            case.verdict.add(
                Wrong.UNEXPECTED, "dead letters", topic,
                f"{count} of {size} bytes that should have been understood",
            )  # fmt: skip


def _refusals(case: _Case) -> None:
    for sent in case.sent:
        if sent.fate != Fate.NOWHERE:
            continue
        case.verdict.count("refused")
        stored = [s for s in case.seen.signals.get(sent.home, []) if s["id"] == sent.id]
        if sent.breached or (sent.id and stored):
            case.verdict.add(Wrong.BREACH, "refused", _name(sent), "it was let in")


def _alarms(case: _Case) -> None:
    """Never two open alarms of one kind, device and home; none without a cause."""
    spans: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    unexplained = []
    for alarm in case.seen.alarms:
        case.verdict.count("alarms")
        device = (alarm["device"] or {}).get("code", "")
        until = alarm["closed_at"] or "9999"
        spans[alarm["home"] or "", alarm["kind"], device].append((alarm["raised_at"], until))
        if alarm["priority"] == 1 and not explained(case.plan, alarm):
            unexplained.append(alarm)
    for (home, kind, device), found in spans.items():
        found.sort()
        doubled = sum(after[0] < before[1] for before, after in pairwise(found))
        if doubled:
            case.verdict.add(
                Wrong.DOUBLED, "raised", f"{home}/{device} {kind}", f"{doubled + 1} open at once"
            )
    for alarm in unexplained[case.plan.scenario.unexplained :]:
        case.verdict.add(
            Wrong.UNEXPECTED, "raised", f"{alarm['home']} {alarm['kind']}",
            f"alarm {alarm['id']} at {alarm['raised_at']} has no cause in the scenario",
        )  # fmt: skip


def explained(plan: Plan, alarm: dict[str, Any]) -> bool:
    """Did something happen that this alarm may be about?"""
    return cause_of(plan, alarm) is not None


def cause_of(plan: Plan, alarm: dict[str, Any]) -> Trouble | None:
    """The latest trouble of the home that may have caused the alarm; of any home for an area's."""
    codes = {number: spec.home for number, spec in enumerate(plan.homes, start=1)}
    raised = (moment(alarm["raised_at"]) - plan.start).total_seconds()
    fitting = [
        trouble
        for trouble in plan.troubles
        if alarm["kind"] in trouble.causes
        and alarm["home"] in (None, codes[trouble.home])
        and trouble.at - 1.0 <= raised <= trouble.at + trouble.lasts
    ]
    return fitting[-1] if fitting else None


def _pages(case: _Case, paged: Sequence[Paged]) -> None:
    by_id = {alarm["id"]: alarm for alarm in case.seen.alarms}
    for number, sent in case.first_of.items():
        alarm = by_id[number]
        if alarm["priority"] > PAGED:
            continue
        case.verdict.count("paged")
        mine = _about(alarm, paged)
        if not mine:
            case.verdict.add(
                Wrong.MISSING, "paged", _name(sent), f"nobody was told of alarm {number}"
            )
        elif sent.published is not None:
            began = sent.press.published_at if sent.press else sent.published
            took = min(page.at for page in mine) - ((began or sent.published) + case.epoch)
            case.paged.append(took)
            _late(case, "paged", sent, took, case.plan.scenario.limits.paged)
    for alarm in case.seen.alarms:
        _messages(case, alarm, _about(alarm, paged))


def _about(alarm: dict[str, Any], paged: Iterable[Paged]) -> list[Paged]:
    return [page for page in paged if alarm["code"] in page.text]


def _messages(case: _Case, alarm: dict[str, Any], mine: Sequence[Paged]) -> None:
    """As many SMS as the centre says it has sent: no more, no fewer."""
    case.verdict.count("messages")
    recorded = [
        note
        for note in alarm["notifications"]
        if note["channel"] == "sms" and note["purpose"] in WITH_CODE
    ]
    sure = sum(note["state"] not in NOT_SENT for note in recorded)
    got = sum(not page.call for page in mine)
    subject = f"alarm {alarm['id']} of {alarm['home']}"
    if got > len(recorded):
        twice = Counter((page.number, page.text) for page in mine).most_common(1)
        detail = f"{got} SMS on the phones, {len(recorded)} in the centre's record"
        case.verdict.add(
            Wrong.DOUBLED, "messages", subject, f"{detail}; {twice[0][1]} to {twice[0][0][0]}"
        )
    elif got < sure:
        case.verdict.add(
            Wrong.MISSING, "messages", subject, f"{got} SMS on the phones, {sure} recorded as sent"
        )


def _expectations(case: _Case) -> None:
    codes = [spec.home for spec in case.plan.homes]
    for wanted in case.plan.scenario.expect:
        for number in case.plan.scenario.homes_of(wanted.homes):
            home = codes[number - 1]
            case.verdict.count("expected")
            known = case.seen.alarms + case.seen.older
            found = [a for a in known if (a["home"], a["kind"]) == (home, wanted.alarm)]
            subject = f"{home} {wanted.alarm}"
            if len(found) < wanted.at_least:
                case.verdict.add(
                    Wrong.MISSING, "expected", subject,
                    f"{len(found)} alarms, at least {wanted.at_least} expected",
                )  # fmt: skip
            elif len(found) > wanted.at_most:
                case.verdict.add(
                    Wrong.UNEXPECTED, "expected", subject,
                    f"{len(found)} alarms, at most {wanted.at_most} expected",
                )  # fmt: skip
            elif wanted.within is not None and found:
                _in_time(case, subject, found[0], wanted.within)


def _in_time(case: _Case, subject: str, alarm: dict[str, Any], within: float) -> None:
    cause = cause_of(case.plan, alarm)
    begun = cause.at if cause else 0.0
    took = (moment(alarm["raised_at"]) - case.plan.start).total_seconds() - begun
    if took > within:
        case.verdict.add(
            Wrong.LATE, "expected", subject, f"raised after {took:.0f} s, {within:g} s expected"
        )
