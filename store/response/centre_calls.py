"""Calls to the centre, the operators' telephones rung for them, the homes a number belongs to."""

from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all, fetch_one

SQL = Queries("response/centre_calls")


@dataclass(frozen=True, slots=True)
class CentreCall:
    """`phone` in E.164, empty when it is withheld. `missed_at`: nobody took it; `alarm_id` or
    `task_id` says what was made of it."""

    id: int
    phone: str
    came_at: datetime
    taken_by: int | None
    taken_at: datetime | None
    missed_at: datetime | None
    alarm_id: int | None
    task_id: int | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ring:
    """An operator's telephone rung for a call. `outcome` empty: it rings."""

    id: int
    call_id: int
    user_id: int
    phone: str
    rung_at: datetime
    ended_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class HomeOfNumber:
    """A home that a number belongs to. `part`: resident, home (its own telephone), contact or
    key_holder; `alarm_id`: its most urgent open alarm."""

    id: int
    code: str
    address: str
    area_id: int
    part: str
    person_id: int | None
    name: str
    residents: str
    alarm_id: int | None


@dataclass(frozen=True, slots=True)
class ShownCall:
    """A call as the desk sees it, with the names of whose telephone rings and of who took it."""

    id: int
    phone: str
    came_at: datetime
    taken_by: int | None
    taken_at: datetime | None
    taken_name: str
    ringing_user: int | None
    ringing_name: str
    missed_at: datetime | None
    alarm_id: int | None
    task_id: int | None
    ended_at: datetime | None


def begin(
    conn: Connection, carrier: str, provider_id: str, phone: str, now: datetime
) -> CentreCall | None:
    """None: it began before, the carrier repeats itself."""
    values = {"carrier": carrier, "provider_id": provider_id, "phone": phone, "now": now}
    return fetch_one(conn, CentreCall, SQL["begin"], values)


def lock(conn: Connection, call_id: int) -> CentreCall | None:
    return fetch_one(conn, CentreCall, SQL["lock"], {"id": call_id})


def lock_by_provider(conn: Connection, carrier: str, provider_id: str) -> CentreCall | None:
    values = {"carrier": carrier, "provider_id": provider_id}
    return fetch_one(conn, CentreCall, SQL["lock_by_provider"], values)


def ring_next(
    conn: Connection,
    call_id: int,
    now: datetime,
    *,
    seen_since: datetime,
    ringing_since: datetime,
) -> Ring | None:
    """The next free operator's telephone. None: there is none. `seen_since`: who is at the desk was
    connected since then; `ringing_since`: what was rung before does not ring any more, though its
    end was never told."""
    values = {
        "call_id": call_id,
        "now": now,
        "seen_since": seen_since,
        "ringing_since": ringing_since,
    }
    return fetch_one(conn, Ring, SQL["ring_next"], values)


def ring(conn: Connection, ring_id: int) -> Ring | None:
    return fetch_one(conn, Ring, SQL["ring"], {"id": ring_id})


def live_ring(conn: Connection, call_id: int) -> Ring | None:
    return fetch_one(conn, Ring, SQL["live_ring"], {"call_id": call_id})


def end_ring(conn: Connection, ring_id: int, outcome: str, now: datetime) -> bool:
    """False: it was over before."""
    values = {"id": ring_id, "outcome": outcome, "now": now}
    return fetch_one(conn, Ring, SQL["end_ring"], values) is not None


def take(conn: Connection, ring: Ring, now: datetime) -> bool:
    """The operator takes the call. False: somebody has it, or it is over."""
    values = {"id": ring.call_id, "user_id": ring.user_id, "now": now}
    if fetch_one(conn, CentreCall, SQL["take"], values) is None:
        return False
    conn.execute(SQL["answered"], {"id": ring.id})
    return True


def give_back(conn: Connection, call_id: int) -> None:
    """Nobody was joined: it is nobody's again."""
    conn.execute(SQL["give_back"], {"id": call_id})


def free(conn: Connection, user_id: int, now: datetime) -> None:
    """They talk with nobody now, whatever was never told."""
    conn.execute(SQL["free"], {"user_id": user_id, "now": now})


def call_back(conn: Connection, call_id: int, user_id: int, now: datetime) -> CentreCall | None:
    """None: somebody has done it, or nobody rang in vain."""
    values = {"id": call_id, "user_id": user_id, "now": now}
    return fetch_one(conn, CentreCall, SQL["call_back"], values)


def open_task(conn: Connection, phone: str) -> int | None:
    """The task to call back this number that is still to be done."""
    row = conn.execute(SQL["open_task"], {"phone": phone}).fetchone()
    return int(row[0]) if row else None


def missed(
    conn: Connection, call_id: int, alarm_id: int | None, task_id: int | None, now: datetime
) -> None:
    values = {"id": call_id, "alarm_id": alarm_id, "task_id": task_id, "now": now}
    conn.execute(SQL["missed"], values)


def finish(conn: Connection, call_id: int, now: datetime) -> None:
    """It is over, and so is every ring of it."""
    conn.execute(SQL["finish"], {"id": call_id, "now": now})
    conn.execute(SQL["end_rings"], {"call_id": call_id, "now": now})


def lost(conn: Connection, rung_before: datetime, taken_before: datetime) -> list[int]:
    values = {"rung_before": rung_before, "taken_before": taken_before}
    return [row[0] for row in conn.execute(SQL["lost"], values).fetchall()]


def homes_of(conn: Connection, phone: str) -> list[HomeOfNumber]:
    """Where the resident lives first, then where somebody waits."""
    return fetch_all(conn, HomeOfNumber, SQL["homes_of"], {"phone": phone}) if phone else []


def shown(conn: Connection, missed_since: datetime) -> list[ShownCall]:
    """Those that go on, then those that nobody took."""
    return fetch_all(conn, ShownCall, SQL["shown"], {"missed_since": missed_since})
