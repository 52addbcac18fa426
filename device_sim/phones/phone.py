"""One simulated phone, as a test uses it: wait for an SMS, reply, press keys."""

from collections.abc import Callable
from typing import Any, TypeVar

from device_sim.carrier.behaviour import Behaviour
from device_sim.carrier.live_calls import LiveCalls
from device_sim.carrier.network import Network, PhoneState
from device_sim.carrier.records import Call, Message
from device_sim.carrier.replies import Media, Replies

T = TypeVar("T", Message, Call)


class Phone:
    """A number and the person who has it. Waiting is on events: no polling, no sleeping."""

    def __init__(
        self,
        number: str,
        network: Network,
        replies: Replies,
        live_calls: LiveCalls,
        dial: Callable[[str, str | None], Call],
    ) -> None:
        self.number = number
        self._network = network
        self._replies = replies
        self._live_calls = live_calls
        self._dial = dial
        with network.phone(number):
            pass

    def __repr__(self) -> str:
        return f"<Phone {self.number} {self.name}>".replace(" >", ">")

    @property
    def name(self) -> str:
        """Whose phone it is, empty if nobody said."""
        with self._network.phone(self.number) as phone:
            return phone.name

    @name.setter
    def name(self, name: str) -> None:
        with self._network.phone(self.number, touch=True) as phone:
            phone.name = name

    @property
    def messages(self) -> list[Message]:
        """The SMS that the phone has shown, oldest first. Not those that never arrived."""
        return [m for m in self._network.messages(self.number) if m.on_phone_at is not None]

    @property
    def replies(self) -> list[Message]:
        """The SMS that the person has sent."""
        return [m for m in self._network.messages(self.number) if m.direction == "inbound"]

    @property
    def sent_to_it(self) -> list[Message]:
        """Every SMS that the carrier accepted for this number, arrived or not."""
        return [m for m in self._network.messages(self.number) if m.direction != "inbound"]

    @property
    def calls(self) -> list[Call]:
        """The calls to this phone, oldest first; those that are over too."""
        return [call for call in self._network.calls(self.number) if not call.inbound]

    @property
    def calls_made(self) -> list[Call]:
        """The calls that the person has made, oldest first."""
        return [call for call in self._network.calls(self.number) if call.inbound]

    @property
    def opted_out(self) -> frozenset[str]:
        """The senders that this person has stopped."""
        with self._network.phone(self.number) as phone:
            return frozenset(phone.opted_out)

    def behave(self, *, sms: str | None = None, call: str | None = None, **settings: Any) -> None:
        """How it takes what comes next: `behave(sms="undelivered", error_code=30005, times=1)`.

        `settings` are the fields of SmsBehaviour or CallBehaviour, so give one of the two; with
        neither `sms` nor `call` the phone is normal again. pydantic's ValidationError (a
        ValueError) says what is wrong.
        """
        if settings and (sms is None) == (call is None):
            raise ValueError(f"say sms= or call= for {', '.join(settings)}")
        given: dict[str, Any] = {}
        if sms is not None:
            given["sms"] = {"outcome": sms} | settings
        if call is not None:
            given["call"] = {"outcome": call} | settings
        self._network.behave(
            self.number, Behaviour.model_validate(given or {"sms": None, "call": None})
        )

    def wait_for_sms(self, containing: str = "", timeout: float = 10.0) -> Message:
        """The first SMS with this text that no earlier wait has returned; waits up to `timeout` s.

        Raises AssertionError that lists what the phone did receive.
        """
        return self._wait_for(
            "",
            lambda: [m for m in self.messages if containing in m.body],
            timeout,
            lambda: (
                f"{self!r} got no SMS containing {containing!r} in {timeout} s; on it: "
                f"{[m.body for m in self.messages]}; on the way or lost: "
                f"{[(m.body, m.status, m.error_code) for m in self._not_shown()]}"
            ),
        )

    def wait_for_call(
        self, saying: str = "", status: str | None = None, timeout: float = 10.0
    ) -> Call:
        """The first call that says this, in this status; each call once for the same question.

        Raises AssertionError that lists the calls there were, after `timeout` s.
        """

        def fitting() -> list[Call]:
            return [
                call
                for call in self.calls
                if saying in " ".join(call.said) and status in (None, call.status)
            ]

        return self._wait_for(
            f"|{saying}|{status}",
            fitting,
            timeout,
            lambda: (
                f"{self!r} got no call saying {saying!r} with status {status} in {timeout} s, only "
                f"{[(call.status, call.said, call.error) for call in self.calls]}"
            ),
        )

    def reply(self, text: str, to: str | None = None, media: Media = ()) -> Message:
        """Answer the last sender (or `to`) by SMS. STOP and 退订 opt out, START opts in again.

        `media`: address and type of each picture that comes with it.
        """
        return self._replies.send(self.number, text, to, media)

    def press(self, digits: str = "", timeout: float = 10.0) -> Call:
        """Pick up the call that rings, or will within `timeout` s, and press these keys."""
        with self._network.changed:
            if not self._network.changed.wait_for(self._in_a_call, timeout):
                raise AssertionError(f"{self!r} got no call in {timeout} s: nothing to press")
            return self._live_calls.press(self.number, digits)

    def call(self, to: str | None = None) -> Call:
        """Telephone `to`, or back to whoever wrote or called last. It goes on by itself: see
        `calls_made` for what is heard, `press` and `hang_up` for what the person does."""
        return self._dial(self.number, to)

    def hang_up(self) -> Call:
        """End the call, or decline it while it rings. NotPossibleError when there is none."""
        return self._live_calls.hang_up(self.number)

    def _in_a_call(self) -> bool:
        return any(call.live and call.status != "queued" for call in self.calls)

    def _not_shown(self) -> list[Message]:
        return [m for m in self.sent_to_it if m.on_phone_at is None]

    def _wait_for(
        self,
        question: str,
        fitting: Callable[[], list[T]],
        timeout: float,
        complaint: Callable[[], str],
    ) -> T:
        """The first that fits and was not the answer to the same question before."""
        found: list[T] = []

        def arrived() -> bool:
            given = self._state().handed_out
            found[:] = [item for item in fitting() if item.sid + question not in given]
            return bool(found)

        with self._network.changed:
            if not self._network.changed.wait_for(arrived, timeout):
                raise AssertionError(complaint())
            self._state().handed_out.add(found[0].sid + question)
            return found[0]

    def _state(self) -> PhoneState:
        with self._network.phone(self.number) as state:
            return state
