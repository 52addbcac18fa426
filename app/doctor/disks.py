"""Checks the free space of the disks an installation lives on."""

from collections.abc import Iterator

from alerts.disk_space import DiskWatch
from app.config.settings import Settings
from app.doctor.report import CheckResult, ok, warning, wrong


def check_disks(settings: Settings) -> Iterator[CheckResult]:
    """Of the directories that ANXIN_DISKS names."""
    if not settings.disks:
        yield warning("disks", "ANXIN_DISKS is not set: nobody is told before a disk is full")
    found = {space.path: space for space in DiskWatch(settings.disks).look()}
    for path in settings.disks:
        space = found.get(path)
        if space is None:
            yield wrong(f"disk {path}", "there is no such directory: see ANXIN_DISKS")
        elif space.low:
            level = wrong if space.full else warning
            yield level(f"disk {path}", f"{space.line}: make room, or a bigger disk")
        else:
            yield ok(f"disk {path}", f"{space.free / space.total:.0%} free")
