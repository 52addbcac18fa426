"""Parses TwiML (what a call is told to do) and takes keys for <Gather>. No I/O."""

from dataclasses import dataclass
from xml.etree import ElementTree


class TwimlError(ValueError):
    """The document is not TwiML; the sentence says where. Twilio's error 12100 or 12200."""


@dataclass(frozen=True)
class Say:
    """Words spoken to the person."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Play:
    """A recording played to the person."""

    url: str


@dataclass(frozen=True)
class Pause:
    """Silence, in seconds."""

    length: float = 1.0


@dataclass(frozen=True)
class Gather:
    """Wait for keys; `timeout` seconds after the last word or key."""

    action: str | None = None
    method: str = "POST"
    timeout: float = 5.0
    num_digits: int | None = None
    finish_on_key: str = "#"
    action_on_empty_result: bool = False
    prompts: tuple[Say | Play | Pause, ...] = ()


@dataclass(frozen=True)
class Redirect:
    """Go on with the document at another address."""

    url: str
    method: str = "POST"


@dataclass(frozen=True)
class DialNumber:
    """A number to join. `url`: what its person hears first, alone; who hangs up then, or lets that
    document end the call, is not joined."""

    number: str
    url: str | None = None
    method: str = "POST"


@dataclass(frozen=True)
class Dial:
    """Join other numbers to the call."""

    numbers: tuple[DialNumber, ...]
    action: str | None = None
    method: str = "POST"
    timeout: float = 30.0


@dataclass(frozen=True)
class Conference:
    """Talk with everybody who is sent to the same room (<Dial><Conference>)."""

    room: str
    leave_ends: bool = False


@dataclass(frozen=True)
class Hangup:
    """End the call."""


@dataclass(frozen=True)
class Text:
    """An SMS to be sent back (<Message>, in answers to an inbound message)."""

    body: str


Verb = Say | Play | Pause | Gather | Redirect | Dial | Conference | Hangup | Text


def parse(document: str | bytes) -> list[Verb]:
    """The verbs of a <Response>, in order. Unknown verbs raise, as Twilio's 12200 would."""
    text = document.decode("utf-8", "replace") if isinstance(document, bytes) else document
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise TwimlError("12100 TwiML may not declare a DOCTYPE or entities")
    try:
        # Entities are refused above, and the document comes from the server under test.
        root = ElementTree.fromstring(text.strip())  # noqa: S314
    except ElementTree.ParseError as error:
        raise TwimlError(f"12100 Document parse failure: {error}") from error
    if root.tag != "Response":
        raise TwimlError(f"12100 the root must be <Response>, not <{root.tag}>")
    return [_verb(element) for element in root]


def _verb(element: ElementTree.Element) -> Verb:
    match element.tag:
        case "Say" | "Play" | "Pause":
            return _prompt(element)
        case "Gather":
            return _gather(element)
        case "Redirect":
            return Redirect(_text(element), _method(element))
        case "Dial":
            return _dial(element)
        case "Hangup" | "Reject":
            return Hangup()
        case "Message" | "Sms":
            body = element.find("Body")
            return Text(_text(element if body is None else body))
        case tag:
            raise TwimlError(f"12200 <{tag}> is not a verb that these phones understand")


def _prompt(element: ElementTree.Element) -> Say | Play | Pause:
    match element.tag:
        case "Say":
            return Say(_text(element), element.get("language", ""))
        case "Play":
            return Play(_text(element))
        case "Pause":
            return Pause(_number(element, "length", 1.0))
        case tag:
            raise TwimlError(f"12200 <{tag}> cannot stand inside <Gather>")


def _gather(element: ElementTree.Element) -> Gather:
    digits = _number(element, "numDigits", 0.0)
    return Gather(
        action=element.get("action"),
        method=_method(element),
        timeout=_number(element, "timeout", 5.0),
        num_digits=int(digits) or None,
        finish_on_key=element.get("finishOnKey", "#"),
        action_on_empty_result=element.get("actionOnEmptyResult", "false").lower() == "true",
        prompts=tuple(_prompt(child) for child in element),
    )


def _dial(element: ElementTree.Element) -> Dial | Conference:
    room = element.find("Conference")
    if room is not None:
        ends = room.get("endConferenceOnExit", "false").lower() == "true"
        return Conference(_text(room), ends)
    numbers = [
        DialNumber(_text(child), child.get("url"), _method(child))
        for child in element
        if child.tag == "Number"
    ]
    numbers = numbers or [DialNumber(number) for number in [_text(element)] if number]
    timeout = _number(element, "timeout", 30.0)
    return Dial(tuple(numbers), element.get("action"), _method(element), timeout)


def _text(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _method(element: ElementTree.Element) -> str:
    return element.get("method", "POST").upper()


def _number(element: ElementTree.Element, name: str, default: float) -> float:
    try:
        return float(element.get(name, default))
    except ValueError as error:
        raise TwimlError(f"12200 {name} of <{element.tag}> must be a number") from error


def take_digits(keys: str, gather: Gather) -> tuple[str | None, str]:
    """What <Gather> takes of the keys pressed so far, and the keys that are left.

    None while it would wait for more. The finishing key is swallowed, not part of the digits.
    """
    for index, key in enumerate(keys):
        if key in gather.finish_on_key:
            return keys[:index], keys[index + 1 :]
        if gather.num_digits is not None and index + 1 >= gather.num_digits:
            return keys[: index + 1], keys[index + 1 :]
    return None, keys
