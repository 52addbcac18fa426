"""Makes the next migration's file: `python -m migrations.new battery-report`.

Its number is the next ten above all that are there: files run in the order of their names, and a
database that is ahead must meet them in the same order as an empty one. Whoever finds the number
taken when branches meet takes the next.
"""

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def next_name(subject: str, there: list[str]) -> str:
    """`0140_battery_report.sql`; ValueError: the subject is no name for a file."""
    words = re.sub(r"[\s-]+", "_", subject.strip().lower())
    if not re.fullmatch(r"[a-z][a-z0-9_]*", words):
        raise ValueError(
            f"{subject!r}: name its subject in letters, digits and _, like shift_notes"
        )
    highest = max((int(name[:4]) for name in there), default=0)
    return f"{highest // 10 * 10 + 10:04}_{words}.sql"


def main(subject: str) -> int:
    """Write the file with a comment to fill in, and say its name."""
    try:
        name = next_name(subject, [path.name for path in FOLDER.glob("[0-9]*.sql")])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    (FOLDER / name).write_text("-- What changes, and why. An applied file never changes again.\n")
    print(f"migrations/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
