"""What an operator has for an alarm: the protocol, the calls so far."""

from dataclasses import dataclass
from datetime import date, datetime

from alerts.policy import Policy
from store.alarm import protocols
from store.alarm.alarm_lists import AlarmRow
from store.db import Connection
from store.response import conversations
from store.response.conversations import TalkLeg


@dataclass(frozen=True, slots=True)
class ProtocolLineView:
    """`done_at` None: not yet; `done_by` is a name."""

    code: str
    zh: str
    en: str
    done_at: datetime | None
    done_by: str


@dataclass(frozen=True, slots=True)
class ProtocolView:
    """What to do, line by line; `overdue`: nobody has looked it over in time."""

    version: int
    review_by: date
    overdue: bool
    lines: list[ProtocolLineView]


@dataclass(frozen=True, slots=True)
class TalkView:
    """A talk about the alarm through the carrier: who held it (a user), and its telephones."""

    id: int
    user_id: int
    by: str
    started_at: datetime
    ended_at: datetime | None
    legs: list[TalkLeg]


def protocol_of_alarm(
    conn: Connection, row: AlarmRow, now: datetime, policy: Policy
) -> ProtocolView | None:
    """The protocol the alarm goes by, with what was done; None: there is none for its kind."""
    protocol = protocols.in_force(conn, row.kind, row.raised_at)
    if protocol is None:
        return None
    done = {tick.line: tick for tick in protocols.ticks(conn, row.id)}
    lines = []
    for line in protocol.lines:
        tick = done.get(line["code"])
        lines.append(
            ProtocolLineView(
                line["code"],
                line["zh"],
                line["en"],
                tick.at if tick else None,
                tick.actor_name if tick else "",
            )
        )
    overdue = protocol.review_by < now.astimezone(policy.timezone).date()
    return ProtocolView(protocol.version, protocol.review_by, overdue, lines)


def calls_of_alarm(conn: Connection, alarm_id: int) -> list[TalkView]:
    """The newest first."""
    legs = conversations.legs_of_alarm(conn, alarm_id)
    return [
        TalkView(
            talk.id,
            talk.user_id,
            talk.by,
            talk.started_at,
            talk.ended_at,
            [leg for leg in legs if leg.conversation_id == talk.id],
        )
        for talk in conversations.of_alarm(conn, alarm_id)
    ]
