"""Work orders: what the depot is to do with devices, for technical alarms or by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Kind, Outcome
from store.records import one_each

SQL = Queries("work/work_orders")


class Work(StrEnum):
    """What is to be done with a device."""

    BATTERY = "battery"
    REPLACE = "replace"
    REPAIR = "repair"
    CONNECT = "connect"


WORK_OUTCOMES: Mapping[Work, Outcome] = one_each(
    Work,
    {
        Work.BATTERY: Outcome.LOW_BATTERY,
        Work.REPLACE: Outcome.DEVICE_FAULT,
        Work.REPAIR: Outcome.DEVICE_FAULT,
        Work.CONNECT: Outcome.POWER_OR_COMMS,
    },
    "WORK_OUTCOMES in store/work/work_orders.py",
)
"""What an alarm is closed with when the work for it is done."""


class WorkState(StrEnum):
    OPEN = "OPEN"
    ASSIGNED = "ASSIGNED"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """`device` None: the hub's, or the whole area's. `alarm_id` None: made by hand; `alarms` are
    all it takes care of. `note`: what was found and done, erasable."""

    id: int
    kind: Work
    state: WorkState
    area_id: int
    area: str
    home_id: int | None
    home: str | None
    address: str | None
    device_id: int | None
    device: str | None
    room: str | None
    alarm_id: int | None
    alarms: list[int]
    owner_id: int | None
    owner_name: str | None
    created_at: datetime
    due_at: datetime
    finished_at: datetime | None
    finished_by: int | None
    escalated_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A technical alarm without a work order, and what decides by when it is due. `battery` in
    percent, from the last reading that still counts."""

    alarm_id: int
    kind: Kind
    area_id: int
    home_id: int | None
    device_id: int | None
    role: str
    battery: float | None


@dataclass(frozen=True, slots=True)
class NewWorkOrder:
    kind: Work
    area_id: int
    home_id: int | None
    device_id: int | None
    alarm_id: int | None
    due_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is overdue and nobody was notified of; `area_id` None: of no area."""

    id: int
    area_id: int | None


def claim_wanted(
    conn: Connection, kinds: Sequence[Kind], before: Sequence[datetime], battery_since: datetime
) -> Wanted | None:
    """The oldest open technical alarm that waits for its work order, locked; `before[i]`: alarms
    of `kinds[i]` raised by then. None: there is none that nobody else holds."""
    values = {"kinds": list(kinds), "before": list(before), "battery_since": battery_since}
    return fetch_one(conn, Wanted, SQL["claim_wanted"], values)


def add_or_join(conn: Connection, new: NewWorkOrder) -> tuple[int, bool]:
    """The open order for this work, and whether this made it. An older one becomes due as early
    as the new one would have been. It stays locked."""
    values = {name: getattr(new, name) for name in NewWorkOrder.__slots__}
    row = conn.execute(SQL["add_or_join"], values).fetchone()
    assert row is not None  # noqa: S101  an upsert returns its row
    return int(row[0]), bool(row[1])


def tie(conn: Connection, order_id: int, alarm_id: int) -> None:
    conn.execute(SQL["tie"], {"order_id": order_id, "alarm_id": alarm_id})


def tied(conn: Connection, alarm_id: int) -> bool:
    """Whether a work order takes care of the alarm, or did."""
    return conn.execute(SQL["tied"], {"alarm_id": alarm_id}).fetchone() is not None


def get(conn: Connection, order_id: int) -> WorkOrder | None:
    return fetch_one(conn, WorkOrder, SQL["get"], {"id": order_id})


def lock(conn: Connection, order_id: int) -> WorkOrder | None:
    """The order, held until the transaction ends. Lock its alarms first."""
    conn.execute(SQL["lock"], {"id": order_id})
    return get(conn, order_id)


def listed(
    conn: Connection,
    *,
    states: Sequence[WorkState],
    home: str | None,
    owner_id: int | None,
    due_before: datetime | None,
    after: int | None,
    limit: int,
) -> list[WorkOrder]:
    """The one due first is first; `after` is the last of the page before."""
    values = {
        "states": list(states),
        "home": home,
        "owner_id": owner_id,
        "due_before": due_before,
        "after": after,
        "limit": limit,
    }
    return fetch_all(conn, WorkOrder, SQL["listed"], values)


def assign(conn: Connection, order_id: int, owner_id: int) -> None:
    conn.execute(SQL["assign"], {"id": order_id, "owner_id": owner_id})


def finish(
    conn: Connection, order_id: int, state: WorkState, by: int | None, note: str, now: datetime
) -> None:
    """DONE or CANCELLED."""
    values = {"id": order_id, "state": state, "by": by, "note": note, "now": now}
    conn.execute(SQL["finish"], values)


def drop_recovered(conn: Connection, now: datetime) -> list[int]:
    """Cancel what nobody has taken yet and came back by itself; returns the ids."""
    return [row[0] for row in conn.execute(SQL["drop_recovered"], {"now": now})]


def mark_overdue(conn: Connection, now: datetime, limit: int) -> list[Overdue]:
    """Overdue orders nobody was notified of, marked as notified."""
    return fetch_all(conn, Overdue, SQL["mark_overdue"], {"now": now, "limit": limit})
