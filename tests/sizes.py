"""How much a test tries: in `make test` enough to notice a break, in `make proofs` all of it."""

import os

FULL = os.environ.get("ANXIN_TEST_FULL") == "1"
"""Set by `make proofs`, which runs what is marked `sized` and what hypothesis tries."""


def sized(full: int, small: int) -> int:
    """`full` of `make proofs`, `small` of `make test`. Mark what asks for it with
    `pytest.mark.sized`, or it is never tried in full; hypothesis marks its tests by itself."""
    return full if FULL else small
