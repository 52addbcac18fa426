"""What may lie in what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.duty.area_tree import LEVELS, in_order, objection, possible_parents
from store.duty.areas import Area


def area(code: str, level: str, parent: str | None) -> Area:
    return Area(0, code, code, level, parent, None, None)


TREE = [
    area("D1", "district", None),
    area("C1", "community", "D1"),
    area("C2", "community", "D1"),
    area("C1a", "community", "C1"),
    area("G1", "grid", "C1a"),
    area("G2", "grid", "C2"),
]


@pytest.mark.parametrize(
    ("code", "level", "parent", "wrong"),
    [
        ("G1", "grid", "C2", None),
        ("C1", "community", None, None),
        ("C2", "community", "C1a", None),
        ("X", "grid", "D1", None),
        ("X", "grid", "G9", "there is no area G9"),
        ("X", "district", "C1", "a district cannot lie in a community"),
        ("C1", "community", "G2", "a community cannot lie in a grid"),
        ("C1", "community", "C1", "C1 cannot lie in C1: that is the area itself or lies in it"),
        ("C1", "community", "C1a", "C1 cannot lie in C1a: that is the area itself or lies in it"),
    ],
)
def test_where_an_area_can_lie(code: str, level: str, parent: str | None, wrong: str) -> None:
    assert objection(TREE, code, level, parent) == wrong


def test_a_tree_is_read_from_the_top() -> None:
    shown = [(placed.area.code, placed.depth) for placed in in_order(TREE)]
    assert shown == [("D1", 0), ("C1", 1), ("C1a", 2), ("G1", 3), ("C2", 1), ("G2", 2)]
    possible = [placed.area.code for placed in possible_parents(TREE, "C1", "community")]
    assert possible == ["D1", "C2"]


@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.sampled_from(LEVELS), st.none() | st.integers(0, 7)),
        max_size=40,
    )
)
def test_whatever_is_moved_nothing_ever_lies_in_itself(moves: list[tuple[int, str, int]]) -> None:
    """Broken on purpose by leaving the walk up out of objection(): in_order then loses the ring."""
    areas: dict[str, Area] = {}
    for number, level, above in moves:
        code, parent = f"A{number}", None if above is None else f"A{above}"
        level = areas[code].level if code in areas else level
        if objection(list(areas.values()), code, level, parent) is None:
            areas[code] = area(code, level, parent)
    assert {placed.area.code for placed in in_order(list(areas.values()))} == set(areas)
