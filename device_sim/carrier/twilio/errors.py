"""What the simulated Twilio refuses, in its words."""

from typing import Any

from device_sim.carrier.behaviour import CallBehaviour, SmsBehaviour
from device_sim.carrier.errors import PhonesError

# Twilio's published error codes that a sender of SMS and calls meets.
MESSAGES = {
    20001: "Invalid parameter",
    20003: "Authenticate",
    20005: "Account not active",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    20503: "Service unavailable",
    21201: "No 'To' number is specified",
    21205: "Url parameter is required",
    21210: "'From' phone number not verified",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid 'From' Phone Number",
    21213: "No 'From' number is specified",
    21215: "Geo Permission configuration is not permitting call",
    21220: "Unable to update record. Call is not in-progress. Cannot redirect.",
    21408: "Permission to send an SMS has not been enabled for the region",
    21602: "Message body is required.",
    21603: "A 'From' or 'MessagingServiceSid' parameter is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number provided is not a valid message-capable Twilio phone number",
    21608: "The number is unverified",
    21609: "The 'StatusCallback' URL is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient",
    21612: "The 'To' phone number is not currently reachable",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21701: "The Messaging Service does not exist",
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30036: "Validity Period Expired",
}

DEFAULT_CODES = {"undelivered": 30003, "failed": 30008, "rejected": 21610}


def code_of(behaviour: SmsBehaviour | CallBehaviour) -> int | None:
    """The error code that a phone's outcome carries, None for one that carries none."""
    if isinstance(behaviour.error_code, int) and behaviour.error_code < 100_000:
        return behaviour.error_code
    return DEFAULT_CODES.get(behaviour.outcome)


def message_for(code: int) -> str:
    """Twilio's sentence for a code; a plain one for codes not listed here."""
    return MESSAGES.get(code, f"Error {code}")


class CarrierError(PhonesError):
    """A refusal as Twilio words it: `status` is HTTP's, `code` is Twilio's."""

    def __init__(
        self,
        code: int,
        status: int = 400,
        message: str | None = None,
        retry_after: int | str | None = None,
    ) -> None:
        self.code = code
        self.status = status
        self.message = message or message_for(code)
        self.retry_after = retry_after
        super().__init__(f"{status} {code}: {self.message}")

    def document(self) -> dict[str, Any]:
        """The JSON that Twilio answers with."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
