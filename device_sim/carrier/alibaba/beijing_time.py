"""Alibaba Cloud's times: Beijing's, without saying so. Pure."""

from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def stamp(at: datetime | None) -> str:
    """`2026-11-21 16:00:00`; empty for a time that never came."""
    return "" if at is None else at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def day(at: datetime) -> str:
    """`20261121`."""
    return at.astimezone(BEIJING).strftime("%Y%m%d")
