"""Which numbers can exist, as far as a carrier refuses them at once. Pure.

Only the plans of the countries where our tests' people live: +86 and +1. Elsewhere any E.164
number may be somebody's.
"""

import re

E164 = re.compile(r"^\+[1-9][0-9]{6,14}$")
_PLANS = {
    "+86": re.compile(r"1[3-9][0-9]{9}|10[0-9]{5,8}|[2-9][0-9]{7,10}"),
    "+1": re.compile(r"[2-9][0-9]{9}"),
}
_MAINLAND_MOBILE = re.compile(r"\+861[3-9][0-9]{9}")


def may_exist(number: str) -> bool:
    """Whether the carrier takes it for a number at all (else 21211)."""
    if not E164.match(number):
        return False
    for prefix, plan in _PLANS.items():
        if number.startswith(prefix):
            return bool(plan.fullmatch(number.removeprefix(prefix)))
    return True


def takes_sms(number: str) -> bool:
    """Not a landline, where the number alone says so (else 21614)."""
    return not number.startswith("+86") or bool(_MAINLAND_MOBILE.fullmatch(number))
