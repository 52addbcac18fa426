"""Responders: offered, accepted, declined, silent, on the way, there, done; and called off."""

from itertools import product

import pytest

from alerts.duty.offers import offer_dispatch
from alerts.errors import NotFoundError, RefusedError, TakenError
from migrations.runner import migration_files
from store.dispatch_states import DISPATCH_STATES, LIVE
from store.duty import rotas
from store.home import people
from store.model import AlarmState, DispatchState, Outcome
from tests.world import World

D = DispatchState


def accepted(world: World) -> tuple[int, int]:
    """An owned alarm and an accepted dispatch."""
    alarm = world.raised()
    world.acknowledge(alarm.id)
    sent = world.dispatch(alarm.id)
    assert world.text(world.district.responder_phone, "1") == D.ACCEPTED
    return alarm.id, sent.id


def test_from_offer_to_done(world: World) -> None:
    alarm, sent = accepted(world)
    assert world.alarm(alarm).state == AlarmState.DISPATCHED
    (access,) = world.messages(alarm, "access")
    assert "Yuelu Road" in access.body
    world.move(sent, D.EN_ROUTE, eta_minutes=8)
    assert world.text(world.district.responder_phone, "4") == D.ARRIVED
    assert world.alarm(alarm).state == AlarmState.ON_SCENE
    done = world.move(sent, D.DONE, finding="fell, unhurt")
    assert (done.eta_minutes, done.finding) == (8, "fell, unhurt")
    assert world.alarm(alarm).state == AlarmState.ON_SCENE
    world.close(alarm, Outcome.GENUINE_FALL)
    events = [e for e in world.events(alarm) if e.startswith(("dispatch", "en_", "arr", "clo"))]
    assert events == [
        "dispatch_offered",
        "dispatch_accepted",
        "en_route",
        "arrived",
        "dispatch_done",
        "closed",
    ]


def test_the_plan_goes_on_at_once_when_a_responder_declines(world: World) -> None:
    alarm = world.raised()
    world.pass_time(60)
    assert world.text(world.district.responder_phone, "2") == D.DECLINED
    world.fire_due()
    assert [m.address for m in world.messages(alarm.id, "alarm")] == world.home.phones[:2]


def test_a_responder_who_does_not_answer_is_passed_over_and_still_welcome(world: World) -> None:
    alarm = world.raised()
    world.pass_time(60 + world.policy.accept)
    assert [d.state for d in world.dispatches(alarm.id)] == [D.NO_ANSWER]
    assert world.text(world.district.responder_phone, "1") == D.ACCEPTED
    assert [d.state for d in world.dispatches(alarm.id)] == [D.ACCEPTED]


def test_illegal_moves_are_refused_and_change_nothing(world: World) -> None:
    alarm = world.raised()
    world.acknowledge(alarm.id)
    sent = world.dispatch(alarm.id)
    before = world.journal(alarm.id)
    illegal = [(s, w) for s, w in product(D, D) if s != w and w not in DISPATCH_STATES[s].moves]
    for state, wanted in illegal:
        world.sql("UPDATE dispatches SET state = %s", state)
        with pytest.raises(RefusedError):
            world.move(sent.id, wanted)
        assert world.dispatches(alarm.id)[0].state == state
    assert len(illegal) > 40
    assert world.journal(alarm.id) == before


def test_the_same_again_changes_nothing(world: World) -> None:
    alarm, sent = accepted(world)
    before = world.journal(alarm)
    world.move(sent, D.ACCEPTED)
    assert world.text(world.district.responder_phone, "1") == D.ACCEPTED
    assert world.journal(alarm) == before


@pytest.mark.parametrize("state", [s for s in D if s not in (D.CANCELLED, D.DECLINED, D.DONE)])
def test_whatever_a_responder_writes_is_kept(world: World, state: DispatchState) -> None:
    """Also what cannot be done in the dispatch's state: an operator reads it."""
    alarm, _ = accepted(world)
    for text in ("1", "2", "4", "3", "what?"):
        world.sql("UPDATE dispatches SET state = %s", state)
        world.text(world.district.responder_phone, text, sid=f"sid {text}")
        kept = world.sql(
            "SELECT body, alarm_id FROM inbound_messages WHERE provider_id = %s", f"sid {text}"
        )
        assert kept == [(text, alarm)]


def test_closing_calls_off_and_tells_those_who_were_told(world: World) -> None:
    alarm, sent = accepted(world)
    world.sql("UPDATE notifications SET state = 'SENT'")
    world.close(alarm)
    assert [d.state for d in world.dispatches(alarm)] == [D.CANCELLED]
    over = {m.address: m.body for m in world.messages(alarm, "over")}
    assert set(over) == {world.home.phones[0], world.district.responder_phone}
    assert "no need to go" in over[world.district.responder_phone]
    with pytest.raises(RefusedError):
        world.move(sent, D.ARRIVED)
    assert world.sql("SELECT count(*) FROM timers") == [0]


def test_who_was_never_told_does_not_hear_that_it_is_over(world: World) -> None:
    alarm, _ = accepted(world)
    world.close(alarm)
    assert world.home.phones[0] not in {m.address for m in world.messages(alarm, "over")}


def test_what_was_not_sent_by_the_closing_stays_unsent(world: World) -> None:
    """How it went still leaves. The offer had arrived: it was answered."""
    alarm, _ = accepted(world)
    world.close(alarm)
    unsent = {m.purpose: m.state for m in world.messages(alarm) if m.state == "CANCELLED"}
    assert unsent == dict.fromkeys(("alarm", "access"), "CANCELLED")


def test_who_has_arrived_is_not_called_off(world: World) -> None:
    alarm, sent = accepted(world)
    world.move(sent, D.ARRIVED)
    world.close(alarm)
    assert [d.state for d in world.dispatches(alarm)] == [D.DONE]
    assert "dispatch_cancelled" not in world.events(alarm)
    assert not [m for m in world.messages(alarm, "over") if "no need to go" in m.body]


@pytest.mark.parametrize("state", sorted(LIVE))
def test_with_its_alarm_every_live_dispatch_is_over(world: World, state: DispatchState) -> None:
    """Else it would count as the responder's load for ever, and show them how to get in."""
    alarm, _ = accepted(world)
    world.sql("UPDATE dispatches SET state = %s", state)
    world.close(alarm)
    (ended,) = world.dispatches(alarm)
    assert ended.state not in LIVE
    assert DISPATCH_STATES[ended.state].event in world.events(alarm)
    assert [one.load for one in world.run(rotas.all_responders)] == [0]


def test_who_had_arrived_before_is_done_with_the_migration(world: World) -> None:
    alarm, sent = accepted(world)
    world.move(sent, D.ARRIVED)
    world.close(alarm)
    world.sql("UPDATE dispatches SET state = 'ARRIVED', done_at = NULL")
    world.sql(migration_files()["0131_ended_dispatches.sql"])
    (ended,) = world.dispatches(alarm)
    assert (ended.state, ended.done_at) == (D.DONE, world.alarm(alarm).closed_at)


def test_a_responder_is_sent_once(world: World) -> None:
    alarm, _ = accepted(world)
    with pytest.raises(RefusedError, match="already"):
        world.dispatch(alarm)
    assert len(world.dispatches(alarm)) == 1


def test_only_the_owner_dispatches_and_closes(world: World) -> None:
    alarm = world.raised()
    with pytest.raises(RefusedError, match="acknowledge"):
        world.dispatch(alarm.id)
    with pytest.raises(RefusedError, match="acknowledge"):
        world.close(alarm.id)
    world.acknowledge(alarm.id, operator=1)
    with pytest.raises(TakenError):
        world.dispatch(alarm.id)
    with pytest.raises(TakenError):
        world.close(alarm.id)


def test_what_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.acknowledge(999)
    with pytest.raises(NotFoundError):
        world.move(999, D.ACCEPTED)


def test_an_alarm_of_an_area_offers_nothing_it_cannot_tell(world: World) -> None:
    """No home, so no address to send anybody to: no half-made dispatch either."""
    alarm = world.raised()
    world.sql("UPDATE alarms SET home_id = NULL")
    responder = world.run(people.find_person, world.district.responder)
    assert responder is not None
    made = world.run(
        offer_dispatch,
        world.alarm(alarm.id),
        responder,
        offered_by=None,
        now=world.now(),
        policy=world.policy,
    )
    assert made is None
    assert world.dispatches(alarm.id) == []
