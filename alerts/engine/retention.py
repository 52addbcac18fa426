"""Removes what people wrote and were sent, signals and records of access when they are old.

Alarms with their journals, dispatches and work stay: they are what a centre has to account for, and
there are few of them.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from alerts.policy import Policy
from store.db import Connection
from store.engine import retention
from store.engine.retention import Kept

HEARTBEATS_KEPT = timedelta(days=7)
"""Of a process that is gone: whoever looks why has had the time."""


def kept_days(policy: Policy) -> Mapping[Kept, int]:
    """For how many days each is kept. Texts go before their messages."""
    return {
        Kept.TEXTS_OUT: policy.keep_message_texts_days,
        Kept.TEXTS_IN: policy.keep_message_texts_days,
        Kept.MESSAGES_OUT: policy.keep_messages_days,
        Kept.MESSAGES_IN: policy.keep_messages_days,
        Kept.SIGNALS: policy.keep_signals_days,
        Kept.ACCESS_VIEWS: policy.keep_access_views_days,
    }


def remove_old(conn: Connection, now: datetime, policy: Policy) -> None:
    """All that is due, in short transactions; the ways into homes first."""
    codes = now - timedelta(days=policy.keep_door_codes_days)
    while retention.clear_door_codes(conn, codes):
        pass
    for what, days in kept_days(policy).items():
        before = now - timedelta(days=days)
        while retention.remove_next(conn, what, before, now):
            pass
    retention.remove_heartbeats(conn, now - HEARTBEATS_KEPT)
