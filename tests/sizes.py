"""How much a test tries: in `make test` enough to notice a break, in `make proofs` all of it."""

import os
from collections.abc import Sequence
from typing import Any

import pytest

FULL = os.environ.get("ANXIN_TEST_FULL") == "1"
"""Set by `make proofs`, which runs what is marked `sized` and what hypothesis tries."""


def sized(full: int, small: int) -> int:
    """`full` of `make proofs`, `small` of `make test`. Mark what asks for it with
    `pytest.mark.sized`, or it is never tried in full; hypothesis marks its tests by itself."""
    return full if FULL else small


def long_but(cases: Sequence[Any], *quick: int) -> list[Any]:
    """Parameters of which all are marked `long` but those at these places (from 0)."""
    return [
        case
        if place in quick
        else pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.long)
        for place, case in enumerate(cases)
    ]
