"""Which steps of an alarm a relative hears of, by what is set for them at the home. Pure.

A step is known by the template that says the same: every text of a step has one.
"""

from collections.abc import Mapping

from store.model import Hears

_ALL = frozenset({Hears.ALL})
_IMPORTANT = _ALL | {Hears.IMPORTANT}

HEARD_BY: Mapping[str, frozenset[Hears]] = {
    "acknowledged": _ALL,
    "going": _ALL,
    "there": _IMPORTANT,
    "not_going": _IMPORTANT,
    "over": frozenset(Hears),
    "ended": frozenset(Hears),
}
"""Who hears of each step."""


def is_heard(template: str, hears: Hears) -> bool:
    """Whether they are told this. What is no known step, and what only a newer process knows, is
    told: too much is better than nothing."""
    return hears in HEARD_BY.get(template, frozenset(Hears)) or hears not in set(Hears)
