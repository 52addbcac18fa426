"""What a misspelt word may have meant. Pure."""

import difflib
from collections.abc import Collection


def did_you_mean(word: str, known: Collection[str]) -> str:
    """The end of a complaint: the nearest known word, or all of them."""
    plain = {name.replace("_", "").lower(): name for name in known}
    close = difflib.get_close_matches(word.replace("_", "").lower(), plain, 1)
    if close:
        return f": did you mean `{plain[close[0]]}`?"
    return f": write one of {', '.join(known)}" if known else ""
