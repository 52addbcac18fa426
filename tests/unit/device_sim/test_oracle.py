"""The oracle's judgement, case by case, without a centre."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from device_sim.centre.alarm_codes import alarm_codes_in
from device_sim.home.homes_file import DeviceSpec, HomeSpec
from device_sim.hubs.press import Press
from device_sim.oracle.judge import judge_run
from device_sim.oracle.ledger import Ledger, SentRecord
from device_sim.oracle.observed import Observed, Paged
from device_sim.oracle.run_statistics import statistics_of_run
from device_sim.plan.actions import Fate
from device_sim.plan.compiler import RunPlan, compile_plan
from device_sim.scenario.model import Scenario

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
HOME = HomeSpec("H0001", "x", (DeviceSpec("button-1", "help_call"),))
EPOCH = 1000.0


def plan(**parts: Any) -> RunPlan:
    given = {
        "name": "x",
        "about": "made for a test",
        "lasts": "10m",
        "steps": [{"at": "0s", "do": "press"}],
    }
    return compile_plan(Scenario.model_validate(given | parts), [HOME], START)


def signal(acknowledged_after: float | None = 0.1, **changes: Any) -> SentRecord:
    """A press, published at second 100."""
    press = Press("id-1", "button-1", "help_call", START, b"")
    press.published_at = 100.0
    if acknowledged_after is not None:
        press.acknowledge(7)
        press.acknowledged_at = 100.0 + acknowledged_after
    sent = SentRecord(
        1, "H0001", "button-1", "signal", "help_call", START, Fate.STORED, 100.0, "id-1"
    )
    sent.press = press
    for name, value in changes.items():
        setattr(sent, name, value)
    return sent


def reading(**changes: Any) -> SentRecord:
    sent = SentRecord(2, "H0001", "climate-1", "reading", "", START, Fate.STORED, 100.0, seq=5)
    sent.acknowledged = 100.5
    for name, value in changes.items():
        setattr(sent, name, value)
    return sent


def stored(**changes: Any) -> dict[str, Any]:
    return {
        "id": "id-1",
        "device": "button-1",
        "kind": "help_call",
        "active": True,
        "alarm": 7,
        **changes,
    }


def note(**changes: Any) -> dict[str, Any]:
    return {"channel": "sms", "purpose": "alarm", "state": "DELIVERED", **changes}


def alarm(**changes: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "code": "4711",
        "home": "H0001",
        "kind": "help_call",
        "priority": 1,
        "count": 1,
        "device": {"code": "button-1"},
        "state": "RAISED",
        "raised_at": "2026-11-21T08:00:00Z",
        "closed_at": None,
        "acknowledged_at": None,
        "on_scene_at": None,
        "journal": [],
        "notifications": [note()],
        "asked_at": EPOCH + 200,
        **changes,
    }


def taken(after: float) -> dict[str, Any]:
    """A line of the journal, so many seconds after the alarm was raised."""
    return {"event": "acknowledged", "at": (START + timedelta(seconds=after)).isoformat()}


def page(**changes: Any) -> Paged:
    given: dict[str, Any] = {"number": "+861", "text": "Code 4711", "at": EPOCH + 100.2}
    return Paged(**given | changes)


def seen(**changes: Any) -> Observed:
    given: dict[str, Any] = {
        "signals": {"H0001": [stored()]},
        "reports": {"H0001": []},
        "alarms": [alarm()],
        "paged": [page()],
    }
    return Observed(**given | changes)


def found(
    sent: list[SentRecord], observed: Observed, the_plan: RunPlan | None = None
) -> list[tuple[str, str]]:
    verdict = judge_run(the_plan or plan(), sent, observed, EPOCH)
    return [(finding.wrong.value, finding.check) for finding in verdict.findings]


def test_a_press_that_went_well_is_good() -> None:
    verdict = judge_run(plan(), [signal()], seen(), EPOCH)
    assert verdict.good
    assert verdict.checked == {
        "stored": 1,
        "acknowledged": 1,
        "raised": 1,
        "alarms": 1,
        "paged": 1,
        "messages": 1,
    }
    assert [(one.name, round(one.p50, 3)) for one in verdict.latencies] == [
        ("signal acknowledged", 0.1),
        ("reading acknowledged", 0.0),
        ("person told", 0.2),
    ]


@pytest.mark.parametrize(
    ("sent", "observed", "wrong"),
    [
        ([signal()], seen(signals={"H0001": []}), [("missing", "stored")]),
        ([signal()], seen(signals={"H0001": [stored(), stored()]}), [("doubled", "stored")]),
        ([signal(None)], seen(), [("missing", "acknowledged")]),
        ([signal(6.0)], seen(), [("late", "acknowledged")]),
        ([signal()], seen(alarms=[]), [("missing", "raised")]),
        (
            [signal()],
            seen(alarms=[alarm(kind="smoke")]),
            [("missing", "raised"), ("unexpected", "raised")],
        ),
        ([signal()], seen(paged=[]), [("missing", "paged"), ("missing", "messages")]),
        ([signal()], seen(paged=[page(at=EPOCH + 111)]), [("late", "paged")]),
        ([signal()], seen(paged=[page(), page()]), [("doubled", "messages")]),
        ([signal()], seen(paged=[page(), page(call=True)]), [("breach", "calls")]),
        (
            [signal()],
            seen(alarms=[alarm(notifications=[note(), note()])]),
            [("missing", "messages")],
        ),
        ([signal()], seen(alarms=[alarm(), alarm(id=8)]), [("doubled", "raised")]),
        ([], seen(alarms=[alarm(kind="fall")]), [("unexpected", "raised")]),
        ([], seen(alarms=[alarm(raised_at="2026-11-21T12:00:00Z")]), [("unexpected", "raised")]),
        ([reading()], seen(), [("missing", "readings")]),
    ],
)
def test_each_way_to_be_wrong_is_found(
    sent: list[SentRecord], observed: Observed, wrong: list[tuple[str, str]]
) -> None:
    assert sorted(found(sent, observed)) == sorted(wrong)


@pytest.mark.parametrize(
    ("sent", "observed"),
    [
        # the second step of the plan told somebody else
        ([signal()], seen(alarms=[alarm(notifications=[note(), note(state="QUEUED")])])),
        # the carrier refused it: nobody has it
        ([signal()], seen(alarms=[alarm(notifications=[note(), note(state="FAILED")])])),
        # there was no connection when it was pressed
        ([signal(60.0, published=None)], seen()),
        # a test raises nothing
        ([signal(test=True)], seen(signals={"H0001": [stored(alarm=None)]}, alarms=[], paged=[])),
        # one closed, then a new one
        (
            [],
            seen(
                alarms=[
                    alarm(closed_at="2026-11-21T08:01:00Z", state="CLOSED"),
                    alarm(id=8, raised_at="2026-11-21T08:02:00Z", code="4712"),
                ],
                paged=[page(), page(), page(text="Code 4712"), page(text="Code 4712")],
            ),
        ),
        # the code of a closed alarm was given again
        (
            [],
            seen(
                alarms=[
                    alarm(closed_at="2026-11-21T08:01:00Z", state="CLOSED"),
                    alarm(id=8, raised_at="2026-11-21T08:02:00Z"),
                ],
                paged=[page()] * 9,
            ),
        ),
        # a technical alarm needs no cause that the scenario knows
        ([], seen(alarms=[alarm(kind="device_fault", priority=4)])),
        # two areas have an outage each
        (
            [],
            seen(
                alarms=[
                    alarm(home=None, kind="area_outage", priority=4, area={"code": "G1"}),
                    alarm(home=None, kind="area_outage", priority=4, area={"code": "G2"}),
                ],
                paged=[page(), page()],
            ),
        ),
        # the next message left while the centre was being asked
        ([signal()], seen(paged=[page(), page(at=EPOCH + 201)])),
        ([signal()], seen(paged=[page(), page(call=True, keys=True)])),
        ([signal()], seen(paged=[page(), page(call=True, text="Press 1")])),
        # the code was another home's before it was ours
        ([signal()], seen(paged=[page(), page(number="+869")], codes=Counter({"4711": 2}))),
        # another alarm's message: a number in its address is like our code
        ([signal()], seen(paged=[page(), page(text="Yours: Road 3, room 4711. Code 9")])),
        # nobody asked the phones
        ([signal()], seen(paged=None)),
    ],
)
def test_what_is_right_is_left_alone(sent: list[SentRecord], observed: Observed) -> None:
    one_page_each = [
        a | {"notifications": a["notifications"] * (2 if len(observed.alarms) > 1 else 1)}
        for a in observed.alarms
    ]
    observed.alarms = one_page_each
    assert found(sent, observed) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Reply 1 I am going. Code 4711", ["4711"]),
        ("地址：银盆岭路4711号。回复 4。编号 123456，请回复", ["123456"]),
        ("Press 1. Code 4 7 1 1.", ["4711"]),
        ("Code 1234, Code 5678", ["1234", "5678"]),
        ("the code is 4711", []),
    ],
)
def test_a_message_names_its_alarms_by_their_codes(text: str, codes: list[str]) -> None:
    """Breaks when any number that is like a code counts."""
    assert alarm_codes_in(text) == codes


def report(**changes: Any) -> dict[str, Any]:
    return {"device": "climate-1", "at": START.isoformat(), "arrival_time": False} | changes


def test_readings_are_looked_up_by_their_own_time() -> None:
    there = seen(reports={"H0001": [report()]}, alarms=[], paged=[])
    assert found([reading()], there) == []
    later = reading(when=START + timedelta(milliseconds=1))
    assert found([later], there) == [("missing", "readings")]


def test_a_reading_whose_time_is_not_believed_counts_by_its_arrival_once() -> None:
    arrived = seen(reports={"H0001": [report(arrival_time=True)] * 2}, alarms=[], paged=[])
    assert found([reading(), reading()], arrived) == []
    assert found([reading()], arrived) == [("doubled", "readings")]


def test_unreadable_messages_must_be_in_the_dead_letters() -> None:
    bad = SentRecord(3, "H0001", "climate-1", "raw", "", START, Fate.DEAD_LETTER, 1.0)
    bad.topic, bad.size = "homes/H0001/climate-1/reading", 5
    letter = {"topic": bad.topic, "payload_size": 5, "reason": "payload: no JSON"}
    assert found([bad], seen(dead_letters=[letter])) == []
    assert found([bad], seen()) == [("missing", "dead letters")]
    assert found([], seen(dead_letters=[letter])) == [("unexpected", "dead letters")]
    noted = letter | {"reason": "taken in nevertheless; at: too far"}
    assert found([], seen(dead_letters=[noted])) == []


def test_what_had_to_be_refused_must_not_be_there() -> None:
    intruder = SentRecord(4, "H0001", "", "intrusion", "", START, Fate.NOWHERE, 1.0)
    assert found([intruder], seen()) == []
    intruder.breached = True
    assert found([intruder], seen()) == [("breach", "refused")]
    foreign = SentRecord(5, "H0001", "button-1", "signal", "", START, Fate.NOWHERE, 1.0, "id-1")
    assert found([foreign], seen()) == [("breach", "refused")]


@pytest.mark.parametrize(
    ("expected", "wrong"),
    [
        ({"alarm": "help_call"}, []),
        ({"alarm": "smoke"}, [("missing", "expected")]),
        ({"alarm": "help_call", "at_least": 0, "at_most": 0}, [("unexpected", "expected")]),
        ({"alarm": "help_call", "within": "10s"}, []),
        ({"alarm": "area_outage"}, []),
        ({"alarm": "area_outage", "at_least": 2, "at_most": 2}, [("missing", "expected")]),
        ({"alarm": "area_outage", "at_least": 0, "at_most": 0}, [("unexpected", "expected")]),
    ],
)
def test_expectations_are_held(expected: dict[str, Any], wrong: list[tuple[str, str]]) -> None:
    area = alarm(
        id=8,
        home=None,
        kind="area_outage",
        priority=4,
        code="4712",
        notifications=[],
        area={"code": "G1"},
    )
    assert found([signal()], seen(alarms=[alarm(), area]), plan(expect=[expected])) == wrong


def test_an_alarm_that_comes_too_late_for_its_expectation_is_late() -> None:
    slow = seen(alarms=[alarm(raised_at="2026-11-21T08:01:00Z")])
    wanted = plan(expect=[{"alarm": "help_call", "within": "30s"}])
    assert found([signal()], slow, wanted) == [("late", "expected")]


def test_the_day_counts_answers_false_alarms_and_what_nobody_noticed() -> None:
    the_plan = plan(steps=[{"at": "0s", "do": "press"}, {"at": "5m", "do": "fall"}])
    alarms = [
        alarm(journal=[taken(40), taken(4000)], state="CLOSED", count=3),
        alarm(id=8, kind="smoke"),
    ]
    day = statistics_of_run(the_plan, alarms).document()
    call, smoke = day["alarms"]
    assert (call["raised"], call["false"], call["signals"], call["closed"]) == (1, 0, 3, 1)
    assert (call["answer_s"]["p50"], call["answered_in_60_s"]) == (40, 1)
    assert (smoke["false"], smoke["answered"]) == (1, 0)
    assert [(t["what"], t["noticed_after_s"]) for t in day["troubles"]] == [
        ("press help_call", 0.0),
        ("fall without a press", None),
    ]


@pytest.mark.parametrize(
    ("after", "wrong"),
    [
        ([40.0, 60.0], []),
        # half of them must be answered in time
        ([40.0, 61.0], []),
        ([61.0, 62.0], [("late", "answered")]),
        ([40.0, None], [("missing", "answered")]),
    ],
)
def test_the_desk_is_held_to_the_answers_that_are_asked_for(
    after: list[float | None], wrong: list[tuple[str, str]]
) -> None:
    """Breaks when the time of a second acknowledgement is taken for the answer."""
    alarms = [
        alarm(
            id=number,
            code=f"471{number}",
            notifications=[],
            device={"code": f"button-{number}"},
            journal=[] if took is None else [taken(took), taken(5000)],
        )
        for number, took in enumerate(after)
    ]
    wanted = plan(answers={"within": "60s", "share": 0.5})
    assert found([], seen(alarms=alarms, paged=[]), wanted) == wrong
    assert found([], seen(alarms=alarms, paged=[])) == []


def test_a_press_that_is_counted_to_an_older_alarm_proves_nothing() -> None:
    """Whom it reaches was told before: break by leaving such a press out of the checks."""
    before = seen(alarms=[], older=[alarm()])
    assert found([signal()], before) == [("stale", "raised")]
    wanted = plan(expect=[{"alarm": "help_call", "homes": 1}])
    assert ("missing", "expected") in found([signal()], before, wanted)


def test_the_ledger_numbers_everything_and_forgets_the_time_of_what_a_cut_delays() -> None:
    """Breaks when cut() leaves `published`: an outage would count as the centre's slowness."""
    ledger = Ledger()

    def add(seq: int) -> SentRecord:
        return ledger.add("H0001", "d", "reading", START, Fate.STORED, connected=True, seq=seq)

    first, second, third = add(1), add(2), add(3)
    ledger.acknowledged("H0001", "d", 1)
    assert (first.acknowledged is not None, ledger.outstanding()) == (True, 2)
    ledger.cut("H0001")
    assert (first.published is not None, second.published, third.published) == (True, None, None)
    ledger.acknowledged("H0001", "d", 9)
    assert ledger.outstanding() == 0
    assert [sent.number for sent in ledger.sent] == [1, 2, 3]
