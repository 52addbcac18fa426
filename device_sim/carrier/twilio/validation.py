"""Checks of a new message or call: what Twilio refuses, and what a phone's script says."""

from collections.abc import Mapping

from device_sim.carrier.behaviour import CallBehaviour, Silence, SmsBehaviour
from device_sim.carrier.errors import SilentCarrierError
from device_sim.carrier.network import NUMBER
from device_sim.carrier.numbering import may_exist, takes_sms
from device_sim.carrier.twilio.account import AccountBehaviour
from device_sim.carrier.twilio.errors import CarrierError, code_of
from device_sim.carrier.twilio.webhooks import origin_of

LONGEST_BODY = 1600
LONGEST_VALIDITY_S = 36_000


def check_message(form: Mapping[str, str], account: AccountBehaviour) -> float | None:
    """Twilio's checks of a new message; returns its validity in seconds, None if it has none."""
    to = form.get("To", "")
    if not to:
        raise CarrierError(21604)
    if not may_exist(to):
        raise CarrierError(21211, message=f"Invalid 'To' Phone Number: {to}")
    if not takes_sms(to):
        raise CarrierError(21614)
    if not form.get("From") and not form.get("MessagingServiceSid"):
        raise CarrierError(21603)
    if service := form.get("MessagingServiceSid"):
        if not (service.startswith("MG") and len(service) == 34):
            raise CarrierError(21701, 404)
    elif not plausible_sender(form["From"]):
        raise CarrierError(21212, message=f"Invalid From Number (caller ID): {form['From']}")
    elif account.senders is not None and form["From"] not in account.senders:
        raise CarrierError(21606)
    if not _may_reach(to, account):
        raise CarrierError(21408)
    if not form.get("Body") and not form.get("ContentSid"):
        raise CarrierError(21602)
    if len(form.get("Body", "")) > LONGEST_BODY:
        raise CarrierError(21617)
    check_address(form.get("StatusCallback"))
    return _validity(form.get("ValidityPeriod"))


def plausible_sender(sender: str) -> bool:
    """An E.164 number, a short code, or an alphanumeric sender of at most 11 characters."""
    short_code = sender.isdigit() and 3 <= len(sender) <= 8
    named = len(sender) <= 11 and any(c.isalpha() for c in sender)
    return bool(NUMBER.match(sender)) or short_code or named


def check_address(url: str | None) -> None:
    """Refuse a callback address that is no http(s) URL, with Twilio's 21609."""
    if url:
        try:
            origin_of(url)
        except ValueError as error:
            raise CarrierError(21609) from error


def _validity(given: str | None) -> float | None:
    if given is None:
        return None
    if not given.isdigit() or not 1 <= int(given) <= LONGEST_VALIDITY_S:
        raise CarrierError(
            20001, message=f"ValidityPeriod must be 1 to {LONGEST_VALIDITY_S} seconds, not {given}"
        )
    return float(given)


def raise_scripted_refusal(behaviour: SmsBehaviour | CallBehaviour) -> None:
    """Raise what a creation meets at a phone that behaves like this; nothing for the others."""
    match behaviour.outcome.value:
        case "rejected":
            raise CarrierError(code_of(behaviour) or 21610)
        case "rate_limited":
            raise CarrierError(20429, 429, retry_after=behaviour.retry_after)
        case "server_error":
            raise CarrierError(20500, behaviour.status)
        case "hang_before_accepting":
            raise SilentCarrierError(drop=behaviour.connection is Silence.DROP)


def raise_scripted_silence(behaviour: SmsBehaviour | CallBehaviour) -> None:
    """Raise SilentCarrierError when the carrier has accepted and now does not answer."""
    if behaviour.outcome.value == "hang_after_accepting":
        raise SilentCarrierError(drop=behaviour.connection is Silence.DROP)


def _may_reach(to: str, account: AccountBehaviour) -> bool:
    """Whether the account's geographic permissions let it."""
    return account.countries is None or to.startswith(tuple(account.countries))


def check_call(form: Mapping[str, str], account: AccountBehaviour) -> None:
    """Twilio's checks of a new call."""
    to = form.get("To", "")
    if not to:
        raise CarrierError(21201)
    if not may_exist(to):
        raise CarrierError(21211, message=f"Invalid 'To' Phone Number: {to}")
    if not form.get("From"):
        raise CarrierError(21213)
    if not NUMBER.match(form["From"]):
        raise CarrierError(21212, message=f"Invalid From Number (caller ID): {form['From']}")
    if account.senders is not None and form["From"] not in account.senders:
        raise CarrierError(21210)
    if not _may_reach(to, account):
        raise CarrierError(21215)
    if not form.get("Url") and not form.get("Twiml"):
        raise CarrierError(21205)
    for address in ("Url", "FallbackUrl", "StatusCallback"):
        check_address(form.get(address))
    timeout = form.get("Timeout", "60")
    if not timeout.isdigit() or not 1 <= int(timeout) <= 600:
        raise CarrierError(20001, message=f"Timeout must be 1 to 600 seconds, not {timeout}")
