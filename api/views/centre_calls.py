"""Calls to the centre as the desk sees them: who rings, whose telephone, which homes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.db import Connection
from store.response import centre_calls
from store.response.centre_calls import HomeOfNumber, ShownCall

MISSED_FOR = timedelta(hours=12)
"""So long a call that nobody took stays in view while its alarm or task is not taken up."""


@dataclass(frozen=True, slots=True)
class CalledHome:
    """A home the number belongs to. `part`: resident, home, contact or key_holder. `alarm`: the
    most urgent open alarm there."""

    code: str
    address: str
    residents: str
    part: str
    person_id: int | None
    name: str
    alarm: int | None


@dataclass(frozen=True, slots=True)
class CentreCallView:
    """`phone` empty: withheld. `state`: ringing (`ringing`: at whose telephone), talking
    (`taken_by`) or missed (`alarm` or `task` says what was made of it)."""

    id: int
    state: str
    phone: str
    came_at: datetime
    ringing: str
    ringing_user: int | None
    taken_by: str
    taken_user: int | None
    alarm: int | None
    task: int | None
    homes: list[CalledHome]


def shown_calls(conn: Connection, now: datetime) -> list[CentreCallView]:
    """Those that go on first, then those nobody took."""
    return [
        _view(call, centre_calls.homes_of(conn, call.phone))
        for call in centre_calls.shown(conn, now - MISSED_FOR)
    ]


def _view(call: ShownCall, homes: list[HomeOfNumber]) -> CentreCallView:
    return CentreCallView(
        id=call.id,
        state="missed" if call.ended_at else "talking" if call.taken_by else "ringing",
        phone=call.phone,
        came_at=call.came_at,
        ringing=call.ringing_name,
        ringing_user=call.ringing_user,
        taken_by=call.taken_name,
        taken_user=call.taken_by,
        alarm=call.alarm_id,
        task=call.task_id,
        homes=[
            CalledHome(
                code=home.code,
                address=home.address,
                residents=home.residents,
                part=home.part,
                person_id=home.person_id,
                name=home.name,
                alarm=home.alarm_id,
            )
            for home in homes
        ],
    )
