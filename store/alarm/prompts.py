"""Which outside services the desk is to call for an alarm, and whether its resident is reached."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.alarm.emergencies import LEAST
from store.batching import flush
from store.db import Connection, Queries

SQL = Queries("alarm/prompts")
NO_CONTACT = "no_contact"
"""Why a prompt ends when the resident is reached: nobody had heard them."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """`service` is to be called since then. `why`: `no_contact` or `danger`."""

    service: str
    since: datetime
    why: str


@dataclass(frozen=True, slots=True)
class ResidentContact:
    """What somebody at the desk said last: whether they have reached the resident, and when."""

    reached: bool
    at: datetime


def standing(conn: Connection, ids: Sequence[int]) -> dict[int, list[Prompt]]:
    """Prompts that wait, by alarm id: the service does not have the alarm yet, and the resident was
    not reached since where that would do."""
    flush(conn)
    found: dict[int, list[Prompt]] = defaultdict(list)
    values = {"ids": list(ids), "no_contact": NO_CONTACT, "least": LEAST}
    for alarm, service, since, why in conn.execute(SQL["standing"], values):
        found[alarm].append(Prompt(service, since, why))
    return dict(found)


def contacts_of(conn: Connection, ids: Sequence[int]) -> dict[int, ResidentContact]:
    """By alarm id; without one nobody has said anything."""
    flush(conn)
    values = {"ids": list(ids), "least": LEAST}
    rows = conn.execute(SQL["contacts_of"], values).fetchall()
    return {alarm: ResidentContact(reached, at) for alarm, reached, at in rows}
