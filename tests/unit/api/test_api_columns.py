"""The columns that are read by position stand where the rows expect them."""

import re
from dataclasses import fields

import pytest

from store.alarm.alarm_lists import SQL, AlarmRow


@pytest.mark.parametrize("name", ["open_alarms", "closed_alarms", "alarms_by_id"])
def test_the_columns_of_an_alarm_are_its_fields_in_order(name: str) -> None:
    selected = re.search(r"SELECT (.*?)\nFROM", SQL[name].decode(), re.DOTALL)
    assert selected
    columns = [
        column.split(" AS ")[-1].split(".")[-1].strip()
        for column in selected[1].replace("\n", " ").split(",")
    ]
    assert columns == [f.name for f in fields(AlarmRow)]
