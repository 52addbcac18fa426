"""Checks that people were notified of every alarm, in time, not twice, and that no machine heard
of one. Pure."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from device_sim.centre.alarm_codes import alarm_codes_in
from device_sim.oracle.check_context import CheckContext, label_of, record_if_late
from device_sim.oracle.observed import Paged
from device_sim.oracle.verdict import ViolationKind

WITH_CODE = frozenset({"alarm", "offer", "access"})
"""Purposes of messages whose text names the alarm's code."""
NOT_SENT = frozenset({"QUEUED", "CANCELLED", "FAILED"})
PAGED = 2
"""Alarms up to this priority are told to people; the others stay with the operators."""


def check_notified(case: CheckContext, paged: Sequence[Paged]) -> None:
    about: dict[str, list[Paged]] = defaultdict(list)
    for page in paged:
        for code in set(alarm_codes_in(page.text)):
            about[code].append(page)
            if page.call and not page.keys:
                case.verdict.add(
                    ViolationKind.BREACH,
                    "calls",
                    f"call to {page.number}",
                    f"said alarm {code} to who pressed no key: it may have been a machine",
                )
    by_id = {alarm["id"]: alarm for alarm in case.observed.alarms}
    for number, sent in case.first_of.items():
        alarm = by_id[number]
        if alarm["priority"] > PAGED:
            continue
        case.verdict.count("paged")
        mine = about[alarm["code"]]
        if not mine:
            case.verdict.add(
                ViolationKind.MISSING, "paged", label_of(sent), f"nobody was told of alarm {number}"
            )
        elif sent.published is not None:
            began = sent.press.published_at if sent.press else sent.published
            took = min(page.at for page in mine) - ((began or sent.published) + case.epoch)
            case.paged.append(took)
            record_if_late(case, "paged", sent, took, case.plan.scenario.limits.paged)
    uses = (
        Counter(alarm["code"] for alarm in case.observed.alarms + case.observed.older)
        | case.observed.codes
    )
    for alarm in case.observed.alarms:
        if uses[alarm["code"]] > 1:
            continue  # a closed alarm's code is given again: whose message it was nobody can tell
        _messages(case, alarm, about[alarm["code"]])


def _messages(case: CheckContext, alarm: dict[str, Any], mine: Sequence[Paged]) -> None:
    """As many SMS as the centre says it has sent: no more, no fewer."""
    case.verdict.count("messages")
    recorded = [
        note
        for note in alarm["notifications"]
        if note["channel"] == "sms" and note["purpose"] in WITH_CODE
    ]
    sure = sum(note["state"] not in NOT_SENT for note in recorded)
    got = sum(not page.call for page in mine)
    by_then = sum(not page.call and page.at <= alarm["asked_at"] for page in mine)
    subject = f"alarm {alarm['id']} of {alarm['home']}"
    if by_then > len(recorded):
        twice = Counter((page.number, page.text) for page in mine).most_common(1)
        detail = f"{by_then} SMS on the phones, {len(recorded)} in the centre's record"
        case.verdict.add(
            ViolationKind.DOUBLED,
            "messages",
            subject,
            f"{detail}; {twice[0][1]} to {twice[0][0][0]}",
        )
    elif got < sure:
        case.verdict.add(
            ViolationKind.MISSING,
            "messages",
            subject,
            f"{got} SMS on the phones, {sure} recorded as sent",
        )
