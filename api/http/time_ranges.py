"""Query parameters `from` and `to`: the last 24 hours if not given; for readings and history."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime

from api.errors import InvalidError

Since = Annotated[AwareDatetime | None, Query(alias="from")]
Until = Annotated[AwareDatetime | None, Query(alias="to")]
DEFAULT_RANGE = timedelta(hours=24)


def time_range(
    since: datetime | None, until: datetime | None, now: datetime
) -> tuple[datetime, datetime]:
    """Beginning and end. InvalidError for times no reading can have."""
    for given in (since, until):
        if given is not None and not 2000 <= given.year < 2200:
            raise InvalidError("`from` and `to` must lie between the years 2000 and 2199")
    end = until or now
    return since or end - DEFAULT_RANGE, end
