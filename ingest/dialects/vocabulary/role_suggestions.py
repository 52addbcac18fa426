"""Suggests a device's role from its maker's description; the installer confirms. Pure.

Only a proposal: the installer confirms. The one use without a person is a property named just
`alarm` of a device described as one kind of detector, which is what it alarms about.
"""

import re

_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern, re.IGNORECASE))
    for role, pattern in (
        ("help_call", r"\b(sos|panic|emergency|pull cord|call button|help button)\b|呼叫|求助"),
        ("carbon_monoxide", r"carbon monoxide|\bco (alarm|sensor|detector)|一氧化碳"),
        ("smoke", r"\bsmoke|\bfire (alarm|detector)|烟雾|烟感"),
        ("gas_leak", r"\b(gas|methane|lpg)\b.*(alarm|sensor|detector|leak)|燃气|可燃气"),
        ("water_leak", r"\b(water|flood|leak|leakage)\b.*(alarm|sensor|detector|leak)|水浸|漏水"),
        ("fall", r"\bfall\b.*(sensor|detect|function|radar)|跌倒"),
        ("bed", r"\bbed\b|pressure pad|mattress|床"),
        ("door", r"\b(door|window|contact)\b.*(sensor|contact)|门磁|门窗"),
        ("presence", r"presence|occupancy|breathe|radar|人体存在"),
        ("motion", r"\b(motion|pir)\b|人体"),
    )
)


def suggested_role(description: str) -> str:
    """The role, or an empty text when nothing points to one."""
    for role, pattern in _ROLES:
        if pattern.search(description[:200]):
            return role
    return ""
