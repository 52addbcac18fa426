"""The tree of areas (district, community, grid): which may lie in which. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from store.duty.areas import Area

LEVELS = ("district", "community", "grid")
"""From the widest to the smallest. An area may lie in one of its own level: a street's community in
that of a whole quarter."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An area in the order in which a tree is read; `depth` 0: it lies in no other."""

    area: Area
    depth: int


def objection(areas: Sequence[Area], code: str, level: str, parent: str | None) -> str | None:
    """Why the area `code` of that level cannot lie in `parent`; None: it can. `code` need not be
    among the areas yet."""
    if parent is None:
        return None
    by_code = {area.code: area for area in areas}
    if parent not in by_code:
        return f"there is no area {parent}"
    if code in _up(parent, by_code):
        return f"{code} cannot lie in {parent}: that is the area itself or lies in it"
    above = by_code[parent].level
    if LEVELS.index(above) > LEVELS.index(level):
        return f"a {level} cannot lie in a {above}"
    return None


def in_order(areas: Sequence[Area]) -> list[Placed]:
    """Each area below the one it lies in, by code."""
    below: dict[str | None, list[Area]] = {}
    for area in sorted(areas, key=lambda area: area.code):
        below.setdefault(area.parent, []).append(area)

    def walk(parent: str | None, depth: int) -> Iterator[Placed]:
        for area in below.get(parent, []):
            yield Placed(area, depth)
            yield from walk(area.code, depth + 1)

    return list(walk(None, 0))


def possible_parents(areas: Sequence[Area], code: str, level: str) -> list[Placed]:
    """Where the area `code` could lie."""
    return [
        placed
        for placed in in_order(areas)
        if objection(areas, code, level, placed.area.code) is None
    ]


def _up(code: str, by_code: Mapping[str, Area]) -> Iterator[str]:
    """The area and all it lies in."""
    at: str | None = code
    while at is not None:
        yield at
        at = by_code[at].parent
