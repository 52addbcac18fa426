"""An alarm's journal as lines of the console, and the page of what is before the newest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.console.alarm import journal_texts
from api.console.page_frame import show_page
from api.deps import deps_of
from api.errors import MissingError
from api.http.fields import BIGGEST, Id
from api.pages.rendering import Page, page_of
from store.access import person_names
from store.alarm import alarm_details, alarm_lists
from store.alarm.alarm_details import JournalRow, NoteRow
from store.db import Connection

router = APIRouter(prefix="/console/alarms", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
WITH_NOTE = frozenset({"noted", "closed", "shelved", "shelving_asked"})
"""Events that may come with a note, which is kept apart from the journal."""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A sentence of the journal with the note that was written then, if any."""

    at: datetime
    text: str
    via: str
    tone: str
    note: str


@router.get("/{alarm_id}/journal")
def older(
    request: Request,
    me: AtTheDesk,
    alarm_id: Id,
    before: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
) -> Response:
    """A page of the journal, the newest line first."""
    with deps_of(request).connection() as conn:
        rows = alarm_lists.alarms_by_id(conn, [alarm_id])
        if not rows:
            raise MissingError
        journal = alarm_details.journal_of(conn, alarm_id, before)
        notes = alarm_details.notes_of(conn, alarm_id)
        names = names_in(conn, journal.items)
    shown = lines_of(page_of(request, me), journal.items, notes, names, closed=before is not None)
    return show_page(
        request,
        me,
        "console/alarm/journal.html",
        number=alarm_id,
        code=rows[0].code,
        story=shown,
        older=journal.before,
    )


def names_in(conn: Connection, journal: Sequence[JournalRow]) -> dict[str, str]:
    """Who is spoken of: `user:7`, `person:12`."""
    users, persons = journal_texts.mentioned_ids(journal)
    known = {f"user:{n}": name for n, name in person_names.of_users(conn, users).items()}
    return known | {
        f"person:{n}": name for n, name in person_names.of_people(conn, persons).items()
    }


def lines_of(
    page: Page,
    journal: Sequence[JournalRow],
    notes: Sequence[NoteRow],
    names: Mapping[str, str],
    *,
    closed: bool = False,
) -> list[JournalLine]:
    """Lines of a page with the notes in their places, the newest first. Notes from before its first
    line belong to another page; those from after its last one, too, if it is `closed`."""
    first = journal[0].at if journal else None
    last = journal[-1].at if journal and closed else None
    left = [n for n in notes if first and n.at >= first and (last is None or n.at <= last)]
    told = journal_texts.sentences_of(journal, names, page.say, page.local)
    lines = []
    for event, line in zip(journal, told, strict=True):
        note = _note_of(left, event.at) if event.event in WITH_NOTE else ""
        lines.append(JournalLine(line.at, line.text, line.via, line.tone, note))
    lines += [JournalLine(note.at, f"{note.actor_name}:", "", "plain", note.text) for note in left]
    return sorted(lines, key=lambda line: line.at)[::-1]


def _note_of(notes: list[NoteRow], at: datetime) -> str:
    """Takes the note written at that moment out of the list."""
    for number, note in enumerate(notes):
        if note.at == at:
            return notes.pop(number).text
    return ""
