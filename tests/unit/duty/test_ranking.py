"""Whom to send first."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.duty.ranking import BUSY, Coordinates, coordinates_of, metres, rank_candidates
from store.duty.rotas import Responder

HOME = Coordinates(28.2, 112.9)


def responder(number: int, **changes: Any) -> Responder:
    values: dict[str, Any] = {
        "person_id": number,
        "name": f"R{number}",
        "phone": "+8613900000001",
        "language": "zh",
        "opted_out_at": None,
        "kind": "grid_worker",
        "area_id": 1,
        "area": "G1",
        "level": "grid",
        "steps": 0,
        "timezone": None,
        "on_duty": True,
        "skills": [],
        "latitude": None,
        "longitude": None,
        "load": 0,
    }
    return Responder(**values | changes)


def order(
    *responders: Responder, home: Coordinates | None = HOME, skills: tuple[str, ...] = ()
) -> Any:
    return [c.responder.person_id for c in rank_candidates(responders, home, skills)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Coordinates(0, 0), Coordinates(0, 1), 111_195),  # a degree along the equator
        (Coordinates(28.2, 112.9), Coordinates(28.2, 112.9), 0),
        (Coordinates(0, 179.5), Coordinates(0, -179.5), 111_195),  # across the date line
        (Coordinates(90, 0), Coordinates(-90, 0), 20_015_087),  # half the way around
        (Coordinates(52.5200, 13.4050), Coordinates(48.8566, 2.3522), 877_460),  # Berlin, Paris
    ],
)
def test_metres_on_the_globe(one: Coordinates, other: Coordinates, expected: float) -> None:
    assert metres(one, other) == pytest.approx(expected, abs=30)


places = st.builds(Coordinates, st.floats(-90, 90), st.floats(-180, 180))


@given(places, places)
def test_the_way_there_is_as_long_as_the_way_back(one: Coordinates, other: Coordinates) -> None:
    assert metres(one, other) == pytest.approx(metres(other, one), abs=1e-3)
    assert 0 <= metres(one, other) <= 20_015_115


def test_who_is_nearer_goes_first() -> None:
    far = responder(1, latitude=28.25, longitude=112.9)
    near = responder(2, latitude=28.201, longitude=112.9, steps=1, level="community")
    assert order(far, near) == [2, 1]
    (first, second) = rank_candidates([far, near], HOME)
    assert (first.distance_m, second.distance_m) == (111, 5560)
    assert first.eta_minutes == 4
    assert second.eta_minutes == 40


def test_who_is_busy_goes_later_than_who_is_free_and_somewhat_farther() -> None:
    busy = responder(1, latitude=28.201, longitude=112.9, load=1)
    free = responder(2, latitude=28.21, longitude=112.9)
    assert order(busy, free) == [2, 1]
    assert BUSY > 10, "the free one is ten minutes away"


def test_without_places_the_own_grid_goes_first() -> None:
    above, own, top = responder(1, steps=1), responder(2), responder(3, steps=2)
    assert order(above, own, top) == order(above, own, top, home=None) == [2, 1, 3]
    assert [c.distance_m for c in rank_candidates([above], None)] == [None]


def test_who_has_the_skills_goes_first_and_nobody_is_left_out() -> None:
    plain, nurse = responder(1), responder(2, skills=["nurse"], steps=2)
    assert order(plain, nurse, skills=("nurse",)) == [2, 1]


def test_half_a_place_is_none() -> None:
    assert coordinates_of(28.2, None) is None
    assert coordinates_of(None, 112.9) is None
    assert coordinates_of(0.0, 0.0) == Coordinates(0, 0)
