"""Checks that every signal is stored once, acknowledged, raised, or refused. Pure."""

from collections import defaultdict
from typing import Any

from device_sim.oracle.check_context import CheckContext, label_of, record_if_late
from device_sim.oracle.ledger import SentRecord
from device_sim.oracle.verdict import ViolationKind
from device_sim.plan.actions import Fate


def check_signals_stored(case: CheckContext) -> None:
    by_id: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    others: dict[tuple[str, str, str, bool], list[dict[str, Any]]] = defaultdict(list)
    for home, rows in case.observed.signals.items():
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
            case.verdict.add(
                ViolationKind.MISSING, "stored", label_of(sent), "the centre has no such signal"
            )
            continue
        if len(rows) > 1:
            case.verdict.add(
                ViolationKind.DOUBLED, "stored", label_of(sent), f"stored {len(rows)} times"
            )
        _acknowledged(case, sent)
        if sent.calls:
            _raised(case, sent, rows[0]["alarm"])


def _own_id(signal_id: str) -> str:
    """Without what the centre adds to tell a reused id from the older one."""
    return signal_id.partition("@")[0]


def _acknowledged(case: CheckContext, sent: SentRecord) -> None:
    if sent.press is None:
        return
    case.verdict.count("acknowledged")
    if sent.press.acknowledged_at is None:
        case.verdict.add(
            ViolationKind.MISSING,
            "acknowledged",
            label_of(sent),
            "the hub was never told that it is stored",
        )
    elif sent.published is not None:
        took = sent.press.acknowledged_at - (sent.press.published_at or sent.published)
        case.acknowledged.append(took)
        record_if_late(case, "acknowledged", sent, took, case.plan.scenario.limits.acknowledged)


def _raised(case: CheckContext, sent: SentRecord, number: int | None) -> None:
    case.verdict.count("raised")
    alarm = next((a for a in case.observed.alarms + case.observed.older if a["id"] == number), None)
    if alarm is None or (alarm["home"], alarm["kind"]) != (sent.home, sent.kind):
        case.verdict.add(
            ViolationKind.MISSING, "raised", label_of(sent), "no alarm was raised for it"
        )
    elif alarm in case.observed.older:
        case.verdict.add(
            ViolationKind.STALE,
            "raised",
            label_of(sent),
            f"counted to alarm {number}, which was open before the run: whom this run reaches "
            "cannot be seen. Close it first",
            final=True,
        )
    elif number is not None:
        case.first_of.setdefault(number, sent)


def check_refused(case: CheckContext) -> None:
    for sent in case.sent:
        if sent.fate != Fate.NOWHERE:
            continue
        case.verdict.count("refused")
        stored = [s for s in case.observed.signals.get(sent.home, []) if s["id"] == sent.id]
        if sent.breached or (sent.id and stored):
            case.verdict.add(ViolationKind.BREACH, "refused", label_of(sent), "it was let in")
