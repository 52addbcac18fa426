"""Collects all values of the alarm pane's template; called by alarms.py."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from alerts.alarm import closing
from alerts.escalation.plan_position import way_ends
from alerts.policy import Policy
from api.console import duration_choices
from api.console.alarm import broken_rule_texts, journal_page, journal_texts, same_home
from api.deps import deps_of
from api.errors import MissingError
from api.pages import vocabulary as v
from api.pages.rendering import Page
from api.views.alarm_details import AlarmDetail, alarm_detail
from api.views.alarm_resources import TalkView
from store.access import desk_presence, person_names
from store.alarm import alarm_details, alarm_lists
from store.alarm.alarm_details import JournalRow
from store.alarm.alarm_lists import AlarmRow, Filters, Scope
from store.alarm.kinds import kind_name
from store.alarm.outcomes import WITH_HOSPITAL
from store.db import Connection
from store.dispatch_states import COMING, GOING, LIVE, LOST, THERE
from store.duty import dispatches
from store.home import household
from store.model import AlarmState, Answer, DispatchState, Outcome, Priority, Role, User
from store.watch import home_modes
from store.watch.home_modes import HomeMode

LIFECYCLE_STATES = (
    AlarmState.RAISED,
    AlarmState.ACKNOWLEDGED,
    AlarmState.DISPATCHED,
    AlarmState.ON_SCENE,
    AlarmState.CLOSED,
)
DISPATCH_MOVES: Mapping[DispatchState, tuple[tuple[str, str], ...]] = {
    DispatchState.OFFERED: (("accept", v.N_("Accepts")), ("decline", v.N_("Declines"))),
    DispatchState.ACCEPTED: (
        ("en-route", v.N_("On the way")),
        ("arrive", v.N_("Arrived")),
        ("decline", v.N_("Declines")),
    ),
    DispatchState.EN_ROUTE: (("arrive", v.N_("Arrived")), ("decline", v.N_("Declines"))),
    DispatchState.ARRIVED: (("done", v.N_("Finished")), ("not-there", v.N_("Not there yet"))),
    DispatchState.NO_ANSWER: (("accept", v.N_("Accepts after all")),),
    DispatchState.DECLINED: (("accept", v.N_("Accepts after all")),),
}
MAX_CHILDREN = 200
"""Alarms below an outage that are listed."""
WAY_LINES = 1_000
"""Lines about the ways of responders that are looked at, the newest."""


@dataclass(frozen=True, slots=True)
class RelatedRows:
    """What is shown with an alarm: modes of its home, its siblings there, the outage that
    explains it or what it explains, what responders found, what the journal says of their ways and
    what a rule has found last."""

    modes: list[HomeMode]
    siblings: list[AlarmRow]
    parent: AlarmRow | None
    children: list[AlarmRow]
    findings: dict[int, str]
    ways: list[JournalRow]
    broken: list[JournalRow]


@dataclass(frozen=True, slots=True)
class RelativeWay:
    """`late`: they should be there, and nobody says that they are."""

    due_at: datetime
    late: bool


def alarm_pane_values(page: Page, user: User, alarm_id: int) -> dict[str, Any]:
    """MissingError: there is no such alarm."""
    deps = deps_of(page.request)
    now = deps.clock.now()
    with deps.connection() as conn:
        detail = alarm_detail(conn, alarm_id, user, now, deps.policy)
        if detail is None:
            raise MissingError
        related = _related(conn, detail, now)
        known = _names(conn, detail, related)
        since = now - timedelta(seconds=deps.policy.at_desk)
        there = desk_presence.present(conn, since)
        colleagues = [
            other
            for other in person_names.at_the_desk(conn)
            if other.id != user.id and other.id in there
        ]
        away = _is_away(detail, since)
    return {
        "alarm": detail,
        "home": detail.home_detail,
        "kind": kind_name(detail.kind, page.language),
        "still_reported": closing.is_still_reported(
            detail.kind, by_device=detail.device is not None, cleared_at=detail.cleared_at
        ),
        "suggested": _suggested(detail),
        "with_hospital": " ".join(sorted(WITH_HOSPITAL)),
        "kind_name": lambda kind: kind_name(kind, page.language),
        "related": related,
        "beside": same_home.dangers_beside(detail, related.siblings, user),
        "user_name": lambda number: known.get(f"user:{number}", ""),
        "story": journal_page.lines_of(page, detail.journal, detail.notes, known),
        "older": detail.journal_before,
        "broken": _broken_rule(page, related.broken, known),
        "reached": _reached(detail.state),
        "steps": _reached_states(detail),
        "moves": DISPATCH_MOVES,
        "shelving_choices": duration_choices.shelving_choices(
            detail.priority, now, deps.policy.timezone
        ),
        "services": v.SERVICES,
        "asks_resident": detail.state != AlarmState.CLOSED
        and detail.home is not None
        and detail.priority <= Priority.PERSON_AT_RISK,
        **_permissions(detail, user, colleagues, journal_texts.overdue(related.ways)),
        "owner_away": away,
        "ways": _ways(detail, now, deps.policy),
        **_call_options(detail, user, deps.policy),
    }


def _ways(detail: AlarmDetail, now: datetime, policy: Policy) -> dict[int, RelativeWay]:
    """By when the relatives who go and say how long they need want to be there, by person."""
    return {
        one.person_id: RelativeWay(
            one.at + timedelta(minutes=one.eta_minutes),
            late=now >= way_ends(one.at, one.eta_minutes, policy),
        )
        for one in detail.responses
        if one.answer == Answer.GOING and one.eta_minutes is not None
    }


def _is_away(detail: AlarmDetail, since: datetime) -> bool:
    """Whether its owner was at the desk and is not any more: somebody else may take it over."""
    return detail.owner_seen_at is not None and detail.owner_seen_at < since


def _suggested(detail: AlarmDetail) -> dict[Outcome, str]:
    """Outcomes that what is known makes likely, with why."""
    found = {}
    if any(entry.called_off_at is None for entry in detail.forced_entries):
        found[Outcome.NO_RESPONSE_FORCED_ENTRY] = v.N_("the door was forced")
    if detail.mistake_at is not None:
        found[Outcome.ACCIDENTAL] = v.N_("the resident says that they pressed by mistake")
    return found


def _permissions(
    detail: AlarmDetail, user: User, colleagues: list[User], overdue: Collection[int]
) -> dict[str, Any]:
    owner = detail.owner.id if detail.owner else None
    taken = detail.state not in (AlarmState.RAISED, AlarmState.CLOSED)
    steps_in = user.role in (Role.SUPERVISOR, Role.ADMIN)
    return {
        "may_work": taken and (owner == user.id or steps_in),
        "may_force": taken
        and (owner == user.id or steps_in)
        and detail.home is not None
        and detail.priority <= Priority.PERSON_AT_RISK
        and not any(entry.is_open for entry in detail.forced_entries),
        "may_shelve": detail.state != AlarmState.CLOSED and (owner in (None, user.id) or steps_in),
        "is_mine": owner == user.id,
        "colleagues": [other for other in colleagues if other.id != owner],
        "coming": COMING,
        "lost": LOST,
        "by_attendance": {"asked": LIVE - COMING, "going": GOING, "there": LIVE & THERE},
        "overdue": [d for d in detail.dispatches if d.id in overdue],
        "busy": {d.responder_id for d in detail.dispatches if d.state in LIVE},
        "answers": {
            number: response
            for response in detail.responses
            for number in (response.person_id, *response.other_ids)
        },
        "writers": {
            m.person_id: m.name for m in detail.messages if m.direction == "in" and m.person_id
        },
    }


def _call_options(detail: AlarmDetail, user: User, policy: Policy) -> dict[str, Any]:
    """Whether calls go through the carrier, which services it can join, the talk I am in."""
    mine: TalkView | None = next(
        (talk for talk in detail.talks if talk.user_id == user.id and talk.ended_at is None), None
    )
    return {
        "can_call": "voice" in policy.channels,
        "can_join": sorted(policy.services),
        "my_talk": mine,
    }


def _related(conn: Connection, detail: AlarmDetail, now: datetime) -> RelatedRows:
    home = household.home(conn, detail.home) if detail.home else None
    siblings = (
        alarm_lists.open_alarms(conn, Scope(), Filters(home=home.id), None, MAX_CHILDREN)
        if home
        else []
    )
    parents = alarm_lists.alarms_by_id(conn, [detail.inhibited_by]) if detail.inhibited_by else []
    children = (
        alarm_lists.open_alarms(conn, Scope(), Filters(below=detail.id), None, MAX_CHILDREN)
        if detail.children
        else []
    )
    return RelatedRows(
        modes=home_modes.in_force(conn, home.id, now) if home else [],
        siblings=[other for other in siblings if other.id != detail.id],
        parent=parents[0] if parents else None,
        children=children,
        findings={d.id: d.finding for d in dispatches.of_alarm(conn, detail.id) if d.finding},
        ways=alarm_details.lines_of_kinds(conn, detail.id, journal_texts.OF_THE_WAY, WAY_LINES),
        broken=alarm_details.lines_of_kinds(conn, detail.id, ["rule_broken"], 1),
    )


def _names(conn: Connection, detail: AlarmDetail, related: RelatedRows) -> dict[str, str]:
    user_ids, person_ids = journal_texts.mentioned_ids([*detail.journal, *related.broken])
    user_ids |= {mode.set_by for mode in related.modes}
    user_ids |= {mode.consented_by for mode in related.modes if mode.consented_by is not None}
    if detail.shelving_asked is not None:
        user_ids.add(detail.shelving_asked.by)
    known = {f"user:{n}": name for n, name in person_names.of_users(conn, user_ids).items()}
    devices = detail.home_detail.devices if detail.home_detail else []
    known |= {f"device:{device.id}": device.room or device.code for device in devices}
    return known | {
        f"person:{n}": name for n, name in person_names.of_people(conn, person_ids).items()
    }


def _broken_rule(page: Page, found: list[JournalRow], known: Mapping[str, str]) -> str:
    """What a rule of the home has found last; empty for any other alarm."""
    last = found[-1].data if found else None
    return broken_rule_texts.sentence(last, known, page.say, page.local) if last else ""


def _reached(state: AlarmState) -> int:
    """The place of a state among them; of one that only a newer process knows: it is taken."""
    known = state if state in LIFECYCLE_STATES else AlarmState.ACKNOWLEDGED
    return LIFECYCLE_STATES.index(known)


def _reached_states(detail: AlarmDetail) -> list[tuple[AlarmState, datetime | None]]:
    """Each state an alarm passes through with the moment it was reached."""
    sent = min((dispatch.offered_at for dispatch in detail.dispatches), default=None)
    at = (detail.raised_at, detail.acknowledged_at, sent, detail.on_scene_at, detail.closed_at)
    return list(zip(LIFECYCLE_STATES, at, strict=True))
