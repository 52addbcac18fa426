"""Counts the segments of an SMS, by which carriers meter and charge. Pure."""

_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = set("\f^{}\\[~]|€")
"""Characters of the GSM alphabet that take two places (GSM 03.38)."""
_LAST_OF_ONE_UNIT = 0xFFFF
"""Characters beyond it take two UTF-16 units."""


def segment_count(text: str) -> int:
    """160 (153 each of several) characters of the GSM alphabet, else 70 (67) UTF-16 units. What
    takes two places is not torn apart."""
    if set(text) <= _GSM | _GSM_TWICE:
        places, whole, part = [1 + (c in _GSM_TWICE) for c in text], 160, 153
    else:
        places, whole, part = [1 + (ord(c) > _LAST_OF_ONE_UNIT) for c in text], 70, 67
    if sum(places) <= whole:
        return 1
    parts, used = 1, 0
    for place in places:
        if used + place > part:
            parts, used = parts + 1, 0
        used += place
    return parts
