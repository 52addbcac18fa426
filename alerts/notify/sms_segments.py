"""Counts the segments of an SMS, by which carriers meter and charge. Pure."""

_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = set("^{}\\[~]|€")
"""Characters of the GSM alphabet that take two places (GSM 03.38)."""


def segment_count(text: str) -> int:
    """160 (153 each of several) characters of the GSM alphabet, else 70 (67) UTF-16 units."""
    if set(text) <= _GSM | _GSM_TWICE:
        length = len(text) + sum(text.count(c) for c in _GSM_TWICE)
        whole, part = 160, 153
    else:
        length = len(text.encode("utf-16-le")) // 2
        whole, part = 70, 67
    return 1 if length <= whole else -(-length // part)
