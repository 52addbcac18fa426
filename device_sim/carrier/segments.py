"""Counts the parts of an SMS as carriers do: GSM 7-bit with its escapes, else UCS-2. Pure."""

# GSM 03.38: the basic table, and what needs an escape before it.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
GSM_WHOLE, GSM_PART = 160, 153
UCS2_WHOLE, UCS2_PART = 70, 67


def segments_of(text: str) -> int:
    """How many parts a text takes; an empty one takes one.

    What takes two places, an escaped character or a surrogate pair, is never torn apart.
    """
    if set(text) <= BASIC | EXTENSION:
        widths, whole, part = [2 if c in EXTENSION else 1 for c in text], GSM_WHOLE, GSM_PART
    else:
        widths, whole, part = [2 if ord(c) > 0xFFFF else 1 for c in text], UCS2_WHOLE, UCS2_PART
    return 1 if sum(widths) <= whole else _parts(widths, part)


def _parts(widths: list[int], part: int) -> int:
    count, used = 1, 0
    for width in widths:
        if used + width > part:
            count, used = count + 1, 0
        used += width
    return count
