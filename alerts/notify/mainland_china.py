"""Rules for messages to +86 numbers: templates, a call first, a daily SMS budget. Pure.

Twilio has no two-way SMS there, links are refused, identical or frequent messages are blocked by
the carriers, and text must come from templates registered under a 【signature】. So: a call with a
key press first where the installation says so, templates where it has some, and a daily budget a
number of which a part is kept for life-safety.
"""

from collections.abc import Mapping

from alerts.policy import Policy
from store.model import OutboxLane

PREFIX = "+86"
MOST_DIGITS = 14
"""+852, +853 and +886 are other numbering plans; a mainland number has 11 digits at most."""


def is_mainland(phone: str) -> bool:
    """Whether the number (E.164) is one of mainland China."""
    return phone.startswith(PREFIX) and len(phone) <= MOST_DIGITS


def within_budget(sent_today: int, lane: OutboxLane, policy: Policy) -> bool:
    """Whether one more SMS to the number keeps within the day's budget of its lane."""
    if policy.sms_budget <= 0:
        return True
    kept = 0 if lane == OutboxLane.LIFE else policy.sms_budget_life
    return sent_today < policy.sms_budget - kept


def counted(phone: str | None, policy: Policy) -> bool:
    """Whether messages to this number have to be counted."""
    return phone is not None and policy.sms_budget > 0 and is_mainland(phone)


def template(
    templates: Mapping[str, str], address: str, purpose: str, fields: Mapping[str, str]
) -> str | None:
    """The registered template for this message; None: its plain text is sent."""
    if not fields or not is_mainland(address):
        return None
    return templates.get(purpose)
