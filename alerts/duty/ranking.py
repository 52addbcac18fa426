"""Ranks responders: skills first, then who is there soonest. Pure.

Minutes are estimates for choosing and for the screen, nothing anybody is held to; the figures
behind them are assumptions of this product, set where they are used.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import asin, ceil, cos, radians, sin, sqrt

from store.duty.rotas import Responder

EARTH = 6_371_000
"""Metres: the mean radius."""
SET_OFF = 3
"""Minutes from the SMS to being on the way."""
SPEED = 200
"""Metres a minute, 12 km/h: an electric bicycle in a residential quarter."""
DETOUR = 1.3
"""Streets are not straight lines."""
BUSY = 20
"""Minutes each live dispatch is expected to cost somebody first."""
ASSUMED = (1_000, 3_000, 8_000)
"""Metres when a place is not known: within the home's own area, one above, two or more above."""
ASSUMED_OF_NEIGHBOURS = (2_000, 4_000, 10_000)
"""The same for somebody of another area, by how far up the first area is that both lie in (0: below
the home's own): farther than for the home's own of that height, who are meant for it."""


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A responder and their distance from the home. `distance_m` None: a place is not known,
    and the estimate goes by how far up the areas their own is."""

    responder: Responder
    distance_m: int | None
    eta_minutes: int


def rank_candidates(
    responders: Iterable[Responder],
    home: Coordinates | None,
    skills: Collection[str] = (),
    assumed: Sequence[int] = ASSUMED,
) -> list[Candidate]:
    """Who has the skills goes first, then who is there soonest, what they are busy with counted
    in. Nobody is left out for a skill they lack: somebody is better than nobody. `assumed`: metres
    where a place is not known."""
    found = [_candidate(responder, home, assumed) for responder in responders]
    return sorted(
        found,
        key=lambda c: (
            len(set(skills) - set(c.responder.skills)),
            c.eta_minutes + BUSY * c.responder.load,
            c.responder.steps,
            c.responder.person_id,
        ),
    )


def metres(one: Coordinates, other: Coordinates) -> float:
    """Along the surface of the earth (haversine)."""
    a, b = radians(one.latitude), radians(other.latitude)
    half = sin((b - a) / 2) ** 2
    half += cos(a) * cos(b) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH * asin(sqrt(min(1.0, half)))


def _candidate(responder: Responder, home: Coordinates | None, assumed: Sequence[int]) -> Candidate:
    at = coordinates_of(responder.latitude, responder.longitude)
    distance = metres(at, home) if at and home else None
    instead = assumed[min(responder.steps, len(assumed) - 1)]
    minutes = SET_OFF + (instead if distance is None else distance * DETOUR) / SPEED
    return Candidate(responder, None if distance is None else round(distance), ceil(minutes))


def coordinates_of(latitude: float | None, longitude: float | None) -> Coordinates | None:
    if latitude is None or longitude is None:
        return None
    return Coordinates(latitude, longitude)
