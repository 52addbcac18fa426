"""Areas (districts, communities, grids): which there are, and which lies in which."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from store.db import Connection, Queries, fetch_all

SQL = Queries("duty/areas")


@dataclass(frozen=True, slots=True)
class Area:
    """`level` is district, community or grid; `parent` the code of the area it lies in, None: in
    none; `timezone` None: that of the area above; `supervisor`: a person's id."""

    id: int
    code: str
    name: str
    level: str
    parent: str | None
    timezone: str | None
    supervisor: int | None


@dataclass(frozen=True, slots=True)
class Inhabited:
    """How many homes and responders are directly in an area."""

    homes: int
    responders: int


def listed(conn: Connection) -> list[Area]:
    """All, by code."""
    return fetch_all(conn, Area, SQL["listed"])


def find(conn: Connection, code: str) -> Area | None:
    return next((area for area in listed(conn) if area.code == code), None)


def one_at_a_time(conn: Connection) -> None:
    """Whoever changes the tree waits here, until the transaction ends."""
    conn.execute(SQL["one_at_a_time"])


def add(conn: Connection, *, code: str, name: str, level: str, parent: str | None) -> bool:
    """False: there is an area of that code."""
    values = {"code": code, "name": name, "level": level, "parent": parent}
    return conn.execute(SQL["add"], values).fetchone() is not None


def change(conn: Connection, changed: Area) -> None:
    """Store name, parent, time zone and supervisor of the area with that code."""
    conn.execute(
        SQL["change"],
        {
            "code": changed.code,
            "name": changed.name,
            "parent": changed.parent,
            "timezone": changed.timezone,
            "supervisor": changed.supervisor,
        },
    )


def inhabited(conn: Connection) -> dict[str, Inhabited]:
    """By the area's code."""
    rows = conn.execute(SQL["living_in"])
    return {code: Inhabited(homes, responders) for code, homes, responders in rows}


def paths(conn: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Names from the district down, by area id."""
    return dict(conn.execute(SQL["paths"], {"ids": list(ids)}).fetchall())


def below(conn: Connection, code: str) -> list[int]:
    """Ids of the area and all below it; empty: no such area."""
    return [row[0] for row in conn.execute(SQL["below"], {"code": code})]


def zone_of(conn: Connection, area_id: int) -> str | None:
    """The name of the area's time zone; None: the installation's own."""
    row = conn.execute(SQL["zone_of"], {"area_id": area_id}).fetchone()
    return row[0] if row else None


def zone_of_home(conn: Connection, home_id: int) -> str | None:
    """As zone_of, of the area a home lies in."""
    row = conn.execute(SQL["zone_of_home"], {"home_id": home_id}).fetchone()
    return row[0] if row else None


def zones_of(conn: Connection, area_ids: Collection[int]) -> dict[int, str]:
    """As zone_of, by area; those with the installation's own are left out."""
    return dict(conn.execute(SQL["zones_of"], {"area_ids": list(area_ids)}).fetchall())


def zones_in_use(conn: Connection) -> list[str]:
    """All that any area has of its own."""
    return [row[0] for row in conn.execute(SQL["zones_in_use"])]


def area_named(conn: Connection, code: str) -> int | None:
    row = conn.execute(SQL["area_named"], {"code": code}).fetchone()
    return row[0] if row else None


def area_name(conn: Connection, area_id: int) -> str:
    row = conn.execute(SQL["area_name"], {"id": area_id}).fetchone()
    return str(row[0]) if row else ""
