"""Lets everything leave at once that waited for a carrier, when that is well again."""

from datetime import datetime

import structlog

from alerts.notify.channels.registry import BY_PHONE
from store.alarm import alarms
from store.db import Connection
from store.notify import refusals

log = structlog.get_logger(__name__)


def message_accepted(
    conn: Connection, carrier: str, channel: str, now: datetime, *, carried: bool = False
) -> None:
    """The carrier took a message; `carried`: and it went on from there. If it had been unwell, what
    waits for it is due now. Outside any transaction that holds an alarm."""
    if channel not in BY_PHONE or not refusals.carrier_accepted(
        conn, carrier, channel, now, carried=carried
    ):
        return
    with conn.transaction():
        for lane, number in refusals.release(conn, carrier, channel, now).items():
            alarms.notify(conn, "notification", number, lane, channel)
    log.info("carrier well again", carrier=carrier, channel=channel)
