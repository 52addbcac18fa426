"""Page /code: type an alarm's code, see the alarm, answer; contacts and responders, no links.

For contacts and responders whose messages may carry no link. Who is logged in needs no code.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from alerts.errors import RefusedError
from alerts.response.contact_answers import respond
from alerts.response.households import ALONE, household_of
from alerts.response.replies.reply_times import LONGEST_WAY
from api.access.auth import Principal, check_form_token, identify
from api.access.code_login import (
    OPEN_FOR,
    WholeNumberRequiredError,
    WrongCodeError,
    log_in_with_code,
    sign_admission,
    verify_admission,
)
from api.deps import deps_of
from api.errors import CsrfError, InvalidError, MissingError, ThrottledError
from api.family.what_happened import coming, how_it_ended
from api.http.client_address import client_address
from api.http.fields import Id
from api.pages import vocabulary as v
from api.pages.dispatch_answers import DISPATCH_ANSWERS, dispatch_report
from api.pages.rendering import Page, page_of, redirect_to
from api.routes.duty.dispatches import Move, make_move
from api.views.alarms import AlarmView, alarm_views
from api.views.dispatch_details import dispatch_detail
from store.access import code_access
from store.alarm import alarm_lists, alarms, emergencies
from store.alarm.alarm_list_details import ResponseRow
from store.alarm.kinds import kind_name
from store.attendance import Attendance
from store.db import Connection
from store.home import people
from store.model import Alarm, AlarmState, Answer, Dispatch, Kind, Role

router = APIRouter(prefix="/code", include_in_schema=False)
CODE_COOKIE = "anxin_code"
Field = Annotated[str, Form(max_length=64)]
PROBLEMS = {
    "wrong": v.N_(
        "There is no open alarm with this code for a number that ends like this. "
        "Look at the message again, or call the centre."
    ),
    "digits": v.N_(
        "Type the code of 4 to 6 digits, and the last 4 digits of your own telephone number."
    ),
    "whole": v.N_(
        "The last digits are not enough at the moment: type your whole telephone number."
    ),
    "throttled": v.N_(
        "Too many wrong tries. Wait up to 5 minutes, or answer the message or the call itself."
    ),
    "stale": v.N_("The page was out of date. Please try once more."),
    "late": v.N_("That was not possible any more. This is how it stands now."),
}
CONTACT_ANSWERS = (
    (Answer.GOING, v.N_("I am going")),
    (Answer.CANNOT, v.N_("I cannot go")),
    (Answer.SEEN, v.N_("I have seen it")),
)
STATE_TEXTS = v.Words(
    {
        "RAISED": v.N_("The centre is being called."),
        "ACKNOWLEDGED": v.N_("The centre has taken it and deals with it."),
        "ON_SCENE": v.N_("Somebody was there; the centre deals with it."),
    }
)
"""How it stands while nobody is on the way."""
ATTENDANCE_TEXTS = v.Words(
    {
        Attendance.ASKED: v.N_("The centre has asked somebody to go and waits for the answer."),
        Attendance.GOING: v.N_("Somebody is on the way."),
        Attendance.THERE: v.N_("Somebody is there."),
    }
)


@dataclass(frozen=True, slots=True)
class CodeVisit:
    """Somebody at one alarm. `dispatch`: theirs, for a responder. `by_code`: they have shown the
    number of their telephone, which they may share."""

    person_id: int
    alarm: Alarm | None
    dispatch: Dispatch | None
    by_code: bool = False


@router.get("")
def code_form(request: Request, code: str = "", problem: str = "") -> Response:
    me = _own(identify(request))
    page = page_of(request, me)
    with deps_of(request).connection() as conn:
        mine = alarms.open_for_person(conn, me.user.person_id) if me else []
    status = 429 if problem == "throttled" else 200
    return page.render(
        "family/alarm_code.html",
        status,
        mine=mine,
        code=code if code.isdecimal() else "",
        kind_name=lambda kind: kind_name(kind, page.language),
        problem=_problem(page, problem),
    )


@router.post("")
def submit_code(
    request: Request, code: Field = "", ending: Field = "", csrf: Field = ""
) -> Response:
    deps = deps_of(request)
    try:
        _check_csrf(request, csrf)
        admitted = log_in_with_code(deps, code, ending, client_address(request))
    except ThrottledError:
        return redirect_to("/code?problem=throttled")
    except WholeNumberRequiredError:
        return redirect_to(f"/code?problem=whole&code={code if code.isdecimal() else ''}")
    except InvalidError:
        return redirect_to("/code?problem=digits")
    except WrongCodeError:
        return redirect_to("/code?problem=wrong")
    except CsrfError:
        return redirect_to("/code?problem=stale")
    response = redirect_to(f"/code/{admitted.alarm_id}")
    response.set_cookie(
        CODE_COOKIE,
        sign_admission(deps, admitted),
        max_age=int(OPEN_FOR.total_seconds()),
        path="/code",
        httponly=True,
        samesite="lax",
        secure=deps.secure_cookies,
    )
    return response


@router.get("/{alarm_id}")
def alarm(request: Request, alarm_id: Id, problem: str = "") -> Response:
    deps = deps_of(request)
    page = page_of(request, _own(identify(request)))
    with deps.connection() as conn:
        visit = _visit(request, conn, alarm_id)
        if visit is None:
            return redirect_to("/code")
        shown = _shown(page, conn, visit) | {
            "ended": how_it_ended(conn, alarm_id, visit.person_id, page.language)
        }
    return page.render(
        "family/alarm_code_alarm.html", problem=_problem(page, problem), v=v, **shown
    )


@router.post("/{alarm_id}/{answer}")
def answer(
    request: Request,
    alarm_id: Id,
    answer: str,
    finding: Annotated[str, Form(max_length=4000)] = "",
    eta_minutes: Annotated[str, Form(max_length=4)] = "",
    csrf: Field = "",
) -> Response:
    """Back to the page, which shows what became of it."""
    _check_csrf(request, csrf)
    with deps_of(request).connection() as conn:
        visit = _visit(request, conn, alarm_id)
        if visit is None:
            return redirect_to("/code")
        try:
            _act(request, conn, visit, answer, finding, eta_minutes)
        except RefusedError:  # over, or somebody else goes: the page tells
            return redirect_to(f"/code/{alarm_id}?problem=late")
    return redirect_to(f"/code/{alarm_id}")


def _act(
    request: Request, conn: Connection, visit: CodeVisit, answer: str, finding: str, eta: str
) -> None:
    deps = deps_of(request)
    now, policy = deps.clock.now(), deps.policy
    if visit.alarm is None:
        raise RefusedError("there is nothing more to answer")
    if visit.dispatch is not None and answer in set(Move):
        make_move(
            conn,
            visit.dispatch.id,
            Move(answer),
            dispatch_report(finding, eta),
            actor=f"responder:{visit.person_id}",
            via="page",
            now=now,
            policy=policy,
        )
        return
    person = people.find_person(conn, visit.person_id)
    if person is None or visit.dispatch is not None or answer not in set(Answer):
        raise MissingError
    household = ALONE
    if visit.by_code:
        person, household = household_of(conn, visit.alarm.home_id, person)
    respond(
        conn,
        visit.alarm.id,
        person,
        Answer(answer),
        via="page",
        now=now,
        policy=policy,
        eta_minutes=dispatch_report("", eta, longest=LONGEST_WAY).eta_minutes,
        household=household,
    )


def _visit(request: Request, conn: Connection, alarm_id: int) -> CodeVisit | None:
    """Who asks for this alarm, by log-in or by code; None: nobody it is open to. An alarm
    that is over, or not theirs any more, is shown to who was let in by its code as over."""
    deps = deps_of(request)
    me = _own(identify(request))
    admitted = verify_admission(deps, request.cookies.get(CODE_COOKIE), deps.clock.now())
    by_its_code = admitted is not None and admitted.alarm_id == alarm_id
    visitors = [me.user.person_id] if me else []
    visitors += [admitted.person_id] if admitted is not None and by_its_code else []
    for person_id in visitors:
        for open_alarm in alarms.open_for_person(conn, person_id):
            if open_alarm.id == alarm_id:
                live = code_access.last_dispatch(conn, alarm_id, person_id)
                own = me is not None and person_id == me.user.person_id
                return CodeVisit(person_id, open_alarm, live, by_code=not own)
    return CodeVisit(visitors[-1], None, None) if by_its_code else None


def _shown(page: Page, conn: Connection, visit: CodeVisit) -> dict[str, Any]:
    if visit.alarm is None:
        return {"alarm": None, "dispatch": None}
    now = deps_of(page.request).clock.now()
    view = alarm_views(conn, alarm_lists.alarms_by_id(conn, [visit.alarm.id]))[0]
    dispatch = (
        dispatch_detail(
            conn, visit.dispatch, now, viewer=visit.person_id, via="page", operator=False
        )
        if visit.dispatch
        else None
    )
    return {
        "alarm": view,
        "kind": kind_name(view.kind, page.language),
        "dispatch": dispatch,
        "answers": DISPATCH_ANSWERS.get(dispatch.state, ()) if dispatch else (),
        "asked": CONTACT_ANSWERS,
        "stands": _stands(view),
        "coming": coming(view),
        "also": [kind_name(kind, page.language) for kind in _beside(conn, visit.alarm)],
        "mine": next((r for r in view.responses if visit.person_id in _ids(r)), None),
        "longest_way": LONGEST_WAY,
        "person_id": visit.person_id,
        "action": f"/code/{view.id}",
    }


def _ids(response: ResponseRow) -> list[int]:
    return [response.person_id, *response.other_ids]


def _beside(conn: Connection, alarm: Alarm) -> list[Kind]:
    """The kinds of the other open dangers of the home."""
    if alarm.home_id is None or alarm.priority > emergencies.LEAST:
        return []
    return [o.kind for o in emergencies.of_home(conn, alarm.home_id) if o.id != alarm.id]


def _stands(view: AlarmView) -> str:
    """What is really being done: asked is not going, and going is not there."""
    if view.attendance in ATTENDANCE_TEXTS:
        return ATTENDANCE_TEXTS[view.attendance]
    state = AlarmState.ACKNOWLEDGED if view.state == AlarmState.DISPATCHED else view.state
    return STATE_TEXTS[state]


def _own(principal: Principal | None) -> Principal | None:
    """Somebody logged in who answers alarms; operators have their console."""
    answering = (Role.FAMILY, Role.RESPONDER)
    return principal if principal and principal.user.role in answering else None


def _check_csrf(request: Request, given: str) -> None:
    """CsrfError. The form's token is that of the session, without one the page's own."""
    me = identify(request)
    if me is None:
        check_form_token(request, given)
    elif given != me.csrf:
        raise CsrfError


def _problem(page: Page, problem: str) -> str:
    return page.say(PROBLEMS[problem]) if problem in PROBLEMS else ""
