"""Tells templates that are cheap whatever the payload from those that are not. Pure.

Threads share one interpreter, and nothing stops a render once it runs. So what a thread renders is
bounded before: a few words over a short text. Measured over what is allowed (template_checks.py):
the dearest step takes 150 ns a character (numbers in a list that are summed), the dearest search
0.7 ms, and compiling grows with the square of the words: 71 ms for the longest, below 5 for these.
"""

import re
from functools import lru_cache

QUICK_WORDS = 50
QUICK_SOURCE = 400
"""Characters of a template."""
QUICK_TEXT = 1_500
"""Characters of a payload: state topics of devices have 5 to 800."""
_WORD = re.compile(r"\w+|[^\w\s]")


@lru_cache(maxsize=4096)
def is_quick_source(source: str) -> bool:
    """Whether it is compiled within 5 ms."""
    return len(source) <= QUICK_SOURCE and len(_WORD.findall(source)) <= QUICK_WORDS


def is_quick(source: str, text: str) -> bool:
    """Whether it is rendered within 5 ms."""
    return len(text) <= QUICK_TEXT and is_quick_source(source)
