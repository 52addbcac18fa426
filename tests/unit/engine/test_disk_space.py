"""When a disk is full, nearly full, or will be."""

from pathlib import Path

import pytest

from alerts.disk_space import FULL_BYTES, DiskSpace, DiskWatch, complaints, full_in

GB = 2**30


@pytest.mark.parametrize(
    ("free", "total", "full_in_s", "line"),
    [
        (50 * GB, 100 * GB, None, None),
        (FULL_BYTES - 1, 100 * GB, None, "disk: /d is full (34 MB free)"),
        (0, 100 * GB, None, "disk: /d is full (0 B free)"),
        (4 * GB, 100 * GB, None, "disk: /d is nearly full (4 GB free)"),
        (6 * GB, 20 * GB, None, None),
        (1 * GB, 20 * GB, None, "disk: /d is nearly full (1 GB free)"),
        (50 * GB, 100 * GB, 10 * 3600.0, "disk: /d is nearly full (54 GB free, full in 10 h)"),
        (50 * GB, 100 * GB, 100 * 3600.0, None),
    ],
)
def test_what_is_said_of_a_disk(
    free: int, total: int, full_in_s: float | None, line: str | None
) -> None:
    space = DiskSpace("/d", free, total, full_in_s)
    assert complaints([space]) == ([line] if line else [])


@pytest.mark.parametrize(
    ("samples", "seconds"),
    [
        ([], None),
        ([(0, 100)], None),
        ([(0, 100), (60, 50)], None),
        ([(0, 100), (600, 50)], 600),
        ([(0, 100), (300, 10), (3600, 80)], 14_400),
        ([(0, 100), (3600, 100)], None),
        ([(0, 100), (3600, 120)], None),
    ],
)
def test_the_forecast(samples: list[tuple[float, int]], seconds: float | None) -> None:
    """From the first to the last of a day: what was removed in between is no forecast."""
    assert full_in(samples) == seconds


def test_what_cannot_be_looked_at_is_left_out(tmp_path: Path) -> None:
    (found,) = DiskWatch([str(tmp_path), str(tmp_path / "nowhere")]).look()
    assert found.path == str(tmp_path)
    assert 0 < found.free <= found.total
