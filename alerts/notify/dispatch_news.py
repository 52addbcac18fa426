"""What a dispatch's new state is worth telling: to its responder, the home and the family."""

from collections.abc import Callable, Sequence
from datetime import datetime

from alerts.notify import notifying, texts
from alerts.notify.recipients import responder_texts
from alerts.notify.template_text import TemplateText
from alerts.policy import Policy
from store.db import Connection
from store.dispatch_states import GOING, LOST
from store.home import people
from store.model import Alarm, AlarmState, Dispatch, DispatchState


def tell(conn: Connection, alarm: Alarm, moved: Dispatch, now: datetime, policy: Policy) -> None:
    """The responder hears where to go, the home who comes."""
    responder = people.find_person(conn, moved.responder_id)
    name = responder.name if responder else ""
    home = notifying.visit_of(conn, alarm)
    if moved.state == DispatchState.ACCEPTED and responder is not None and home is not None:
        notifying.notify_person(
            conn,
            alarm,
            responder,
            purpose="access",
            now=now,
            dispatch_id=moved.id,
            body=responder_texts.access_text(
                alarm,
                home,
                responder.language,
                link=responder_texts.dispatch_link(moved.id, responder, policy),
            ),
            dedupe=f"access:{moved.id}",
            policy=policy,
        )
    if moved.state in GOING:
        eta = moved.eta_minutes
        notifying.announce_to_home(
            conn, alarm, DispatchState.EN_ROUTE, who=name, eta_minutes=eta, now=now, policy=policy
        )
    if moved.state == DispatchState.ARRIVED:
        notifying.announce_to_home(
            conn, alarm, AlarmState.ON_SCENE, who=name, now=now, policy=policy
        )


def tell_family(
    conn: Connection,
    alarm: Alarm,
    others: Sequence[Alarm],
    before: DispatchState,
    moved: Dispatch,
    now: datetime,
    policy: Policy,
    *,
    said_when: bool = False,
) -> None:
    """Who was notified of a danger, or of others of the home, hears that a responder goes and in
    how many minutes, is there, or does not go after all. That somebody was asked is no news: nobody
    is going yet. `said_when`: they have just said how long they need."""
    responder = people.find_person(conn, moved.responder_id)
    words = _news(before, moved, responder.name if responder else "", said_when=said_when)
    if words is None or responder is None:
        return
    notifying.update_notified(
        conn,
        alarm,
        words,
        purpose="told",
        now=now,
        policy=policy,
        except_people={responder.id},
        others=others,
    )


def _news(
    before: DispatchState, moved: Dispatch, who: str, *, said_when: bool
) -> Callable[[str, str], TemplateText] | None:
    if moved.state == DispatchState.ARRIVED:
        return lambda resident, language: texts.there_text(resident, who, language)
    if moved.state in GOING and (said_when or before not in GOING):
        eta = moved.eta_minutes if said_when else None
        return lambda resident, language: texts.going_text(resident, who, language, eta)
    if before in GOING and moved.state in LOST:
        return lambda resident, language: texts.not_going_text(resident, who, language)
    return None
