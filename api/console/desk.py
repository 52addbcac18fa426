"""The operator's console: the page, and one alarm as its right half."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from alerts.wording import kind_name
from api.auth import DESK, Principal, require
from api.console import journal
from api.console import vocabulary as v
from api.console.pages import Page, page_of
from api.console.phrases import words_for_scripts
from api.deps import deps_of
from api.details import AlarmDetail, alarm_detail
from api.errors import MissingError
from store import names
from store.model import AlarmState, DispatchState, Role, User
from store.views import NoteRow

router = APIRouter(prefix="/console", include_in_schema=False)

AtTheDesk = Annotated[Principal, Depends(require(*DESK))]

PARTS = {
    "waiting": v.N_("Waiting for somebody"),
    "hand": v.N_("In hand"),
    "later": v.N_("Can wait a little"),
}
STEPS = (
    AlarmState.RAISED,
    AlarmState.ACKNOWLEDGED,
    AlarmState.DISPATCHED,
    AlarmState.ON_SCENE,
    AlarmState.CLOSED,
)
MOVES: Mapping[DispatchState, tuple[tuple[str, str], ...]] = {
    DispatchState.OFFERED: (("accept", v.N_("Accepts")), ("decline", v.N_("Declines"))),
    DispatchState.ACCEPTED: (
        ("en-route", v.N_("On the way")),
        ("arrive", v.N_("Arrived")),
        ("decline", v.N_("Declines")),
    ),
    DispatchState.EN_ROUTE: (("arrive", v.N_("Arrived")), ("decline", v.N_("Declines"))),
    DispatchState.ARRIVED: (("done", v.N_("Finished")),),
    DispatchState.NO_ANSWER: (("accept", v.N_("Accepts after all")),),
}


@router.get("")
def console(request: Request, principal: AtTheDesk) -> Response:
    return _console(request, principal, None)


@router.get("/alarms/{alarm_id}")
def console_with_alarm(request: Request, alarm_id: int, principal: AtTheDesk) -> Response:
    return _console(request, principal, alarm_id)


@router.get("/alarms/{alarm_id}/pane")
def pane(request: Request, alarm_id: int, principal: AtTheDesk) -> Response:
    """The right half alone, for when the alarm has changed."""
    page = page_of(request, principal)
    return page.render("pane.html", **_about(page, principal.user, alarm_id))


def _console(request: Request, principal: Principal, alarm_id: int | None) -> Response:
    page = page_of(request, principal)
    about = {} if alarm_id is None else _about(page, principal.user, alarm_id)
    return page.render(
        "console.html",
        parts=PARTS,
        priorities=v.PRIORITIES,
        role_name=v.ROLES[principal.user.role],
        words=words_for_scripts(page.language),
        **{"alarm": None, **about},
    )


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A sentence of the journal with the note that was written then, if any."""

    at: datetime
    text: str
    via: str
    tone: str
    note: str


def _about(page: Page, user: User, alarm_id: int) -> dict[str, Any]:
    """Everything the template of the right half needs. MissingError."""
    deps = deps_of(page.request)
    with deps.connection() as conn:
        detail = alarm_detail(conn, alarm_id, user, deps.clock.now(), deps.policy)
        if detail is None:
            raise MissingError
        user_ids, person_ids = journal.ids_in(detail.journal)
        known = {f"user:{n}": name for n, name in names.of_users(conn, user_ids).items()}
        known |= {f"person:{n}": name for n, name in names.of_people(conn, person_ids).items()}
        colleagues = [other for other in names.at_the_desk(conn) if other.id != user.id]
    owner = detail.owner.id if detail.owner else None
    steps_in = user.role in (Role.SUPERVISOR, Role.ADMIN)
    return {
        "alarm": detail,
        "home": detail.home_detail,
        "kind": kind_name(detail.kind, page.language),
        "story": _story(page, detail, known),
        "may_work": detail.state not in (AlarmState.RAISED, AlarmState.CLOSED)
        and (owner == user.id or steps_in),
        "is_mine": owner == user.id,
        "colleagues": [other for other in colleagues if other.id != owner],
        "reached": STEPS.index(detail.state),
        "steps": _steps(detail),
        "busy": {d.responder_id for d in detail.dispatches if d.state in _LIVE},
        "answers": {response.person_id: response for response in detail.responses},
        "moves": MOVES,
        "writers": {
            m.person_id: m.name for m in detail.messages if m.direction == "in" and m.person_id
        },
        "v": v,
        "kind_name": lambda kind: kind_name(kind, page.language),
    }


_LIVE = frozenset(
    {DispatchState.OFFERED, DispatchState.ACCEPTED, DispatchState.EN_ROUTE, DispatchState.ARRIVED}
)


def _steps(detail: AlarmDetail) -> list[tuple[AlarmState, datetime | None]]:
    """Each state an alarm passes through with the moment it was reached."""
    sent = min((dispatch.offered_at for dispatch in detail.dispatches), default=None)
    at = (detail.raised_at, detail.acknowledged_at, sent, detail.on_scene_at, detail.closed_at)
    return list(zip(STEPS, at, strict=True))


def _story(page: Page, detail: AlarmDetail, known: Mapping[str, str]) -> list[StoryLine]:
    """The journal with the notes in their places, the newest first."""
    notes = list(detail.notes)
    lines = []
    for event, line in zip(
        detail.journal, journal.tell(detail.journal, known, page.say), strict=True
    ):
        note = _note_of(notes, event.at) if event.event in ("noted", "closed") else ""
        lines.append(StoryLine(line.at, line.text, line.via, line.tone, note))
    lines += [StoryLine(note.at, f"{note.actor_name}:", "", "plain", note.text) for note in notes]
    return sorted(lines, key=lambda line: line.at)[::-1]


def _note_of(notes: list[NoteRow], at: datetime) -> str:
    """Takes the note written at that moment out of the list."""
    for number, note in enumerate(notes):
        if note.at == at:
            return notes.pop(number).text
    return ""
