"""The database and the API take exactly the channels that the code tells."""

import psycopg
import pytest

from alerts.notify.channels.registry import CHANNELS, TO_PEOPLE
from app.bootstrap.schema import bring_up_to_date
from store.db import Connection
from store.notify import channels, preferences
from tests.district import build_district

OTHERS = [name for name, record in CHANNELS.items() if not record.to_people]


@pytest.fixture
def somebody(conn: Connection) -> int:
    return build_district(conn).home.contacts[0]


def test_each_channel_to_people_is_taken_with_its_address_and_only_so(
    conn: Connection, somebody: int
) -> None:
    for record in TO_PEOPLE:
        right, wrong = ("somewhere", "") if record.address else ("", "somewhere")
        preferences.set_channels(conn, somebody, [(record.name, right)])
        assert preferences.channels_of(conn, somebody)[0].channel == record.name
        with pytest.raises(psycopg.errors.ForeignKeyViolation), conn.transaction():
            preferences.set_channels(conn, somebody, [(record.name, wrong)])


@pytest.mark.parametrize("name", ["pigeon", "", *OTHERS])
def test_no_other_channel_is_taken(conn: Connection, somebody: int, name: str) -> None:
    for address in ("", "somewhere"):
        with pytest.raises(psycopg.errors.ForeignKeyViolation), conn.transaction():
            preferences.set_channels(conn, somebody, [(name, address)])


def test_a_channel_is_written_down_once_and_stays_for_older_processes(
    conn: Connection, somebody: int, owner_url: str
) -> None:
    channels.write_down(conn, {"pigeon": True})
    conn.commit()
    assert bring_up_to_date(owner_url) == []
    preferences.set_channels(conn, somebody, [("pigeon", "coop 3")])
    assert preferences.channels_of(conn, somebody)[0].address == "coop 3"
