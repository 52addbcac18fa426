"""The state of the simulated carrier: phones, messages, calls, requests. One lock."""

import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any

from device_sim.carrier.behaviour import Behaviour, CallBehaviour, SmsBehaviour
from device_sim.carrier.errors import NotANumberError
from device_sim.carrier.records import Call, CarrierRequest, Message, carrier_now

NUMBER = re.compile(r"^\+[1-9][0-9]{6,14}$")
KEPT_REQUESTS = 200_000


@dataclass
class PhoneState:
    """One phone. Read and changed only under the network's lock."""

    number: str
    name: str = ""
    sms: SmsBehaviour = field(default_factory=SmsBehaviour)
    sms_left: int | None = None
    call: CallBehaviour = field(default_factory=CallBehaviour)
    call_left: int | None = None
    opted_out: set[str] = field(default_factory=set)
    message_sids: list[str] = field(default_factory=list)
    call_sids: list[str] = field(default_factory=list)
    handed_out: set[str] = field(default_factory=set)
    """Messages and calls that a test has already waited for, and how it asked."""
    version: int = 0


class Network:
    """The shared state. Every method takes the lock itself; waiting is on `changed`."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.version = 0
        self._phones: dict[str, PhoneState] = {}
        self._messages: dict[str, Message] = {}
        self._calls: dict[str, Call] = {}
        self._requests: deque[CarrierRequest] = deque(maxlen=KEPT_REQUESTS)
        self._rooms: dict[str, set[str]] = {}
        self._listeners: list[Callable[[], object]] = []

    @contextmanager
    def phone(self, number: str, *, touch: bool = False) -> Iterator[PhoneState]:
        """The phone with this number, made when it is new, under the lock.

        With `touch` watchers are told that it changed. NotANumberError when it is no E.164 number.
        """
        if not NUMBER.match(number):
            raise NotANumberError(f"{number!r} is no phone number: write it like +8613800000001")
        with self.changed:
            fresh = number not in self._phones
            state = self._phones.setdefault(number, PhoneState(number))
            yield state
            if touch or fresh:
                self._touch(state)

    def numbers(self) -> list[str]:
        """All phones, in the order in which they were first heard of."""
        with self.changed:
            return list(self._phones)

    def changed_after(self, version: int) -> list[PhoneState]:
        """The phones that changed after that version; hold the lock while reading them."""
        with self.changed:
            return [phone for phone in self._phones.values() if phone.version > version]

    def behave(self, number: str, behaviour: Behaviour) -> None:
        """Set the halves that were given; a half given as None is normal again."""
        with self.phone(number, touch=True) as phone:
            if "sms" in behaviour.model_fields_set:
                phone.sms = behaviour.sms or SmsBehaviour()
                phone.sms_left = phone.sms.times
            if "call" in behaviour.model_fields_set:
                phone.call = behaviour.call or CallBehaviour()
                phone.call_left = phone.call.times

    def take_sms_behaviour(self, number: str) -> SmsBehaviour:
        """How the phone takes this message; counts `times` down."""
        with self.phone(number) as phone:
            taken = phone.sms
            if phone.sms_left is not None:
                phone.sms_left -= 1
                if phone.sms_left == 0:
                    phone.sms, phone.sms_left = SmsBehaviour(), None
            return taken

    def take_call_behaviour(self, number: str) -> CallBehaviour:
        """How the phone takes this call; counts `times` down."""
        with self.phone(number) as phone:
            taken = phone.call
            if phone.call_left is not None:
                phone.call_left -= 1
                if phone.call_left == 0:
                    phone.call, phone.call_left = CallBehaviour(), None
            return taken

    def add_message(self, message: Message, number: str) -> None:
        """Keep a new message that belongs to the phone `number`."""
        with self.phone(number, touch=True) as phone:
            self._messages[message.sid] = message
            phone.message_sids.append(message.sid)

    def update_message(self, sid: str, **changes: Any) -> Message:
        """Change a message's fields; returns it as it is now."""
        with self.changed:
            message = replace(self._messages[sid], date_updated=carrier_now(), **changes)
            self._messages[sid] = message
            self._touch(self._phones[message.to])
            return message

    def enter(self, room: str, sid: str) -> None:
        """A call joins a conference."""
        with self.changed:
            self._rooms.setdefault(room, set()).add(sid)
            self.changed.notify_all()

    def leave(self, room: str, sid: str, *, ends: bool) -> None:
        """A call leaves a conference, which may end it for everybody."""
        with self.changed:
            here = self._rooms.get(room, set())
            here.clear() if ends else here.discard(sid)
            self.changed.notify_all()

    def wait_for_talk(self, size: int, timeout: float) -> bool:
        """Whether so many calls come together in one conference within `timeout` s."""
        with self.changed:
            return self.changed.wait_for(
                lambda: any(len(here) >= size for here in self._rooms.values()), timeout
            )

    def room(self, room: str) -> frozenset[str]:
        """The calls in a conference."""
        with self.changed:
            return frozenset(self._rooms.get(room, ()))

    def add_call(self, call: Call) -> None:
        """Keep a new call to or from a phone."""
        with self.phone(call.phone, touch=True) as phone:
            self._calls[call.sid] = call
            phone.call_sids.append(call.sid)

    def update_call(self, sid: str, **changes: Any) -> Call:
        """Change a call's fields; returns it as it is now."""
        with self.changed:
            call = replace(self._calls[sid], date_updated=carrier_now(), **changes)
            self._calls[sid] = call
            self._touch(self._phones[call.phone])
            return call

    def message(self, sid: str) -> Message | None:
        """The message, None if there is none."""
        with self.changed:
            return self._messages.get(sid)

    def call(self, sid: str) -> Call | None:
        """The call, None if there is none."""
        with self.changed:
            return self._calls.get(sid)

    def message_now(self, sid: str) -> Message:
        """The message as it is at this moment; KeyError if there never was one."""
        with self.changed:
            return self._messages[sid]

    def call_now(self, sid: str) -> Call:
        """The call as it is at this moment; KeyError if there never was one."""
        with self.changed:
            return self._calls[sid]

    def messages(self, number: str | None = None) -> list[Message]:
        """All messages, or those of one phone, oldest first."""
        with self.changed:
            if number is None:
                return list(self._messages.values())
            phone = self._phones.get(number)
            return [self._messages[sid] for sid in phone.message_sids] if phone else []

    def calls(self, number: str | None = None) -> list[Call]:
        """All calls, or those of one phone, oldest first."""
        with self.changed:
            if number is None:
                return list(self._calls.values())
            phone = self._phones.get(number)
            return [self._calls[sid] for sid in phone.call_sids] if phone else []

    def after(self, moment: float) -> tuple[list[Message], list[Call]]:
        """The messages and calls that the carrier took after that second since 1970."""
        with self.changed:
            messages = takewhile(
                lambda m: m.accepted_at > moment, reversed(self._messages.values())
            )
            calls = takewhile(lambda c: c.accepted_at > moment, reversed(self._calls.values()))
            return list(messages)[::-1], list(calls)[::-1]

    def note_request(self, request: CarrierRequest) -> None:
        """Keep a request that reached the carrier."""
        with self.changed:
            self._requests.append(request)
            self.changed.notify_all()

    def requests(self) -> list[CarrierRequest]:
        """The requests that reached the carrier, oldest first (the newest 200,000)."""
        with self.changed:
            return list(self._requests)

    def listen(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Call `listener` (which must be quick) on every change; returns how to stop that."""
        with self.changed:
            self._listeners.append(listener)

        def stop() -> None:
            with self.changed:
                self._listeners.remove(listener)

        return stop

    def _touch(self, phone: PhoneState) -> None:
        self.version += 1
        phone.version = self.version
        self.changed.notify_all()
        for listener in self._listeners:
            listener()
