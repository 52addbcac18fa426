"""Whose fault a refusal of Twilio is: the message's, the carrier's, or our account's. Pure.

Codes from Twilio's error dictionary (twilio.com/docs/api/errors); a code says more than the HTTP
status it comes with.
"""

from alerts.notify.channels.interface import Fault

_CARRIER = frozenset(
    {
        14107,  # SMS send rate limit exceeded
        20429,  # too many requests
        20500,  # internal server error
        20503,  # service unavailable
        21611,  # the sender's queue is full
        30001,  # queue overflow
        30022,  # messages a second exceeded for the sender
        63038,  # the account's messages of the day are used up
    }
)
_ACCOUNT = frozenset(
    {
        10001,  # account is not active
        13227,  # calls to this country are not permitted
        20003,  # authentication
        20005,  # account is not active
        20006,  # access denied
        20008,  # test credentials
        20403,  # forbidden
        20404,  # no such account, or a resource of it
        21210,  # the number to call from is not verified
        21212,  # the sender is no number
        21213,  # no sender
        21215,  # calls to this place are not permitted
        21216,  # the account may not call this number
        21219,  # a trial account calls verified numbers only
        21408,  # messages to this country are not permitted
        21603,  # no sender
        21606,  # the sender is not ours, or cannot write to there
        21608,  # a trial account writes to verified numbers only
        21659,  # the sender is not one of Twilio's numbers
        21660,  # the sender belongs to another account
        21661,  # the sender cannot write
        21701,  # no such messaging service
        21703,  # the messaging service has no number
        21705,  # the messaging service's id is wrong
        30002,  # account suspended
        90010,  # account is not active
    }
)
_MESSAGE = range(21200, 21800)
"""What else is said of a message or a call: its number, its text, its addresses."""
_OF_ACCOUNTS = frozenset({401, 402, 403, 404, 407})
_OF_CARRIERS = frozenset({408, 425, 429})


def fault_of(status: int, code: int | None) -> Fault | None:
    """Whose fault it is when the carrier answers with an HTTP status and perhaps a code of its
    own (0 as status: the code came in a callback). None: the message's, it is never taken."""
    if code in _CARRIER:
        return Fault.CARRIER
    if code in _ACCOUNT:
        return Fault.ACCOUNT
    if status >= 500 or status in _OF_CARRIERS:
        return Fault.CARRIER
    if status in _OF_ACCOUNTS and code not in _MESSAGE:
        return Fault.ACCOUNT
    return None


def fault_of_code(code: str | None) -> Fault | None:
    """The same for the code of a callback."""
    return fault_of(0, int(code)) if code and code.isascii() and code.isdigit() else None
