"""What the stories of the desk look at in the database."""

from alerts.alarm.rebuild import as_rebuilt, rebuild
from store.alarm import alarms
from tests.centre import Centre


def told_by_their_journals(centre: Centre, *numbers: int) -> bool:
    """Whether each of these alarms' state follows from its journal alone."""
    with centre.pool.connection() as conn:
        found = [(alarms.events_of(conn, n), alarms.get(conn, n)) for n in numbers]
    return all(row and rebuild(journal) == as_rebuilt(row) for journal, row in found)
