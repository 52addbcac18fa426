"""`make test-quick` runs what a change touches."""

import pytest

from tests.quick import touched


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("alerts/alarm/raising.py", {"tests/unit/alarm", "tests/unit/test_imports.py"}),
        ("store/notify/outbox.sql", {"tests/unit/notify", "tests/unit/store"}),
        ("ingest/lanes/runner.py", {"tests/unit/ingest", "tests/unit/test_imports.py"}),
        ("api/console/templates/watch/outages.html", {"tests/unit/api", "tests/unit/watch"}),
        ("deploy/Dockerfile", {"tests/unit/app"}),
        ("docs/devices.md", {"tests/unit/test_docs.py"}),
        (
            "tests/integration/alarm/test_shelving.py",
            {"tests/integration/alarm/test_shelving.py", "tests/unit/test_imports.py"},
        ),
        ("tests/unit/dialects/dialect_samples.py", {"tests/unit/dialects"}),
        ("tests/browser/test_edits.py", set()),
        ("tests/unit/alarm/test_that_was_removed.py", set()),
    ],
)
def test_the_rooms_of_a_changed_file_are_tested(changed: str, expected: set[str]) -> None:
    assert expected - set(touched([changed])) == set()


def test_a_file_in_a_folder_that_is_tested_is_not_named_again() -> None:
    both = touched(["alerts/alarm/raising.py", "tests/unit/alarm/test_lifecycle.py"])
    assert "tests/unit/alarm" in both
    assert "tests/unit/alarm/test_lifecycle.py" not in both


def test_without_a_change_there_is_nothing_to_test() -> None:
    assert touched([]) == []
