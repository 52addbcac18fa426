"""What a dispatch's new state is worth telling: to its responder, the home and the family."""

from collections.abc import Callable, Sequence
from datetime import datetime

from alerts.notify import notifying, texts
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
    home = notifying.home_of(conn, alarm)
    if moved.state == DispatchState.ACCEPTED and responder is not None and home is not None:
        notifying.notify_person(
            conn,
            alarm,
            responder,
            purpose="access",
            now=now,
            dispatch_id=moved.id,
            body=texts.access_text(
                alarm,
                home.address,
                responder.language,
                link=texts.dispatch_link(moved.id, responder, policy),
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
) -> None:
    """Who was notified of a danger, or of others of the home, hears that a responder goes, is
    there, or does not go after all. That somebody was asked is no news: nobody is going yet."""
    words = _news(before, moved.state)
    responder = people.find_person(conn, moved.responder_id)
    if words is None or responder is None:
        return
    notifying.update_notified(
        conn,
        alarm,
        lambda resident, language: words(resident, responder.name, language),
        purpose="told",
        now=now,
        policy=policy,
        except_people={responder.id},
        others=others,
    )


def _news(
    before: DispatchState, after: DispatchState
) -> Callable[[str, str, str], TemplateText] | None:
    if after == DispatchState.ARRIVED:
        return texts.there_text
    if after in GOING:
        return texts.going_text if before not in GOING else None
    return texts.not_going_text if before in GOING and after in LOST else None
