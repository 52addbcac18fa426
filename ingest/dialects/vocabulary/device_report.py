"""Collects what one message says of one device; also builds the formats' property tables.

A meaning is a function that takes a property's value into a report. The makers below are the words
of which each dialect's table is written.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import blake2b

import orjson

from ingest.dialects.vocabulary.button_actions import action_of
from ingest.dialects.vocabulary.button_actions import is_call as calls_by_name
from ingest.dialects.vocabulary.events import (
    ButtonPressed,
    DeviceTested,
    DialectEvent,
    Measurement,
    Statement,
    TestFlag,
    UnclearInput,
    WireMessage,
)
from ingest.dialects.vocabulary.units import SMALLEST, in_unit, is_plausible
from ingest.dialects.vocabulary.values import UNKNOWN, flag_of, number_of, truth_of, word_of
from store.alarm.kinds import is_call, is_life_safety
from store.model import Kind

OF_TRANSMISSION = frozenset({"last_seen", "linkquality", "lqi", "rssi", "snr", "elapsed", "update"})
"""Values that are another with each report although nothing has happened."""
_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


class DeviceReport:
    """Collects; not shared between messages."""

    __slots__ = (
        "cached",
        "claimed",
        "collected",
        "device",
        "mark",
        "metrics",
        "owner",
        "retained",
        "said",
        "test",
        "test_flag",
    )

    def __init__(
        self,
        device: str,
        wire: WireMessage,
        *,
        mark: str | None = None,
        claimed: datetime | None = None,
        test: bool | None = None,
        test_flag: bool | None = None,
        said: Mapping[str, object] | None = None,
        cached: bool = True,
    ) -> None:
        """`test`: whether this message is one, None: it does not say. `test_flag`: what the device
        says of itself, which may stay. `said`: the report as a whole. `cached`: the source repeats
        all it knows with each report; else each call is a new one."""
        self.test_flag = test_flag
        self.said = said
        self.cached = cached
        self.device = device
        self.retained = wire.retain
        self.mark = mark
        self.claimed = claimed
        self.test = test
        self.metrics: dict[str, dict[str, float]] = {}
        self.owner: dict[str, str] = {}
        self.collected: list[DialectEvent] = []

    @property
    def has_news(self) -> bool:
        """Whether anything has been said yet."""
        return bool(self.collected) or any(self.metrics.values())

    def state(self, kind: Kind, active: bool, part: str = "", *, event: bool = False) -> None:
        called = active and is_call(kind)
        self.collected.append(
            Statement(
                self.device,
                kind,
                active,
                event or (called and not self.cached),
                part,
                self.test,
                self.retained,
                self.mark,
                self.claimed,
                self._rest() if called else None,
            )
        )

    def press(self, action: str, endpoint: str = "", *, code: bool = False) -> None:
        """A press: a call where the word itself says so, otherwise for the installer to declare.
        `code`: or what a sensor says, see ButtonPressed."""
        if calls_by_name(action):
            self.state(Kind.HELP_CALL, True, endpoint, event=True)
        else:
            self.collected.append(
                ButtonPressed(
                    self.device,
                    action_of(action),
                    action,
                    endpoint,
                    self.retained,
                    self.mark,
                    self.claimed,
                    code,
                )
            )

    def unclear(self, name: str, active: bool, *, event: bool = False) -> None:
        self.collected.append(
            UnclearInput(
                self.device,
                name,
                active,
                self.test,
                self.retained,
                self.mark,
                self.claimed,
                event,
                self._rest() if active else None,
                self.cached,
            )
        )

    def _rest(self) -> str | None:
        """What the report says, in short, without what changes with each transmission."""
        if self.said is None:
            return None
        rest = {key: value for key, value in self.said.items() if key not in OF_TRANSMISSION}
        return blake2b(orjson.dumps(rest, option=_SORTED, default=str), digest_size=8).hexdigest()

    def tested(self, kind: Kind | None, passed: bool | None = None) -> None:
        """`kind` None: of the one danger that the report speaks of, if it is one."""
        if kind is None:
            dangers = {one.kind for one in self.collected if isinstance(one, Statement)}
            dangers = {danger for danger in dangers if is_life_safety(danger)}
            kind = dangers.pop() if len(dangers) == 1 else None
        self.collected.append(DeviceTested(self.device, kind, passed, self.retained, self.mark))

    def measure(self, metric: str, value: float, part: str = "", *, apart: bool = False) -> None:
        """A value that cannot be is left out. The device's own value, or else the first one, is
        kept without a part, so that a device with one sensor reads the same whatever it calls it.
        `apart`: the device is known to measure this in several places, so the part stays.
        """
        if not is_plausible(metric, value):
            return
        if abs(value) < SMALLEST:
            value = 0.0
        if apart:
            self.metrics.setdefault(part, {})[metric] = value
            return
        first = self.metrics.setdefault("", {})
        if metric not in first:
            first[metric] = value
            self.owner[metric] = part
        elif part:
            self.metrics.setdefault(part, {}).setdefault(metric, value)
        elif owner := self.owner[metric]:
            self.metrics.setdefault(owner, {}).setdefault(metric, first[metric])
            first[metric] = value
            self.owner[metric] = ""

    def events(self) -> list[DialectEvent]:
        if self.test_flag is not None:
            self.collected.insert(0, TestFlag(self.device, self.test_flag, self.retained))
        for part, metrics in self.metrics.items():
            if metrics:
                self.collected.append(
                    Measurement(
                        self.device, metrics, self.claimed, None, part, self.retained, self.mark
                    )
                )
        return self.collected


Meaning = Callable[[DeviceReport, object, str], None]
"""Takes a value, and the part it is of, into a report."""
Table = Mapping[str, Meaning]


def alarm_state(
    kind: Kind, words: Mapping[str, bool] | None = None, *, inverted: bool = False
) -> Meaning:
    """A sensor of two states; with `words` (lower case) only these count."""

    def take(report: DeviceReport, value: object, part: str) -> None:
        active = _truth_or_word(value, words)
        if active is not None:
            report.state(kind, active is not inverted, part)

    return take


def flag_metric(
    metric: str, words: Mapping[str, bool] | None = None, *, inverted: bool = False
) -> Meaning:
    """A yes or no that is kept as a reading: motion, presence, door (1 open), bed."""

    def take(report: DeviceReport, value: object, part: str) -> None:
        active = _truth_or_word(value, words)
        if active is not None:
            report.measure(metric, float(active is not inverted), part)

    return take


def numeric_metric(metric: str, scale: float = 1.0, unit: str = "") -> Meaning:
    """A number, times `scale` or converted from `unit`."""

    def take(report: DeviceReport, value: object, part: str) -> None:
        amount = number_of(value)
        if amount is not None and unit:
            amount = in_unit(metric, amount, unit)
        if amount is not None:
            report.measure(metric, amount * scale, part)

    return take


def word_meanings(words: Mapping[str, Meaning]) -> Meaning:
    """A word (lower case) that stands for something: looked up, then taken as true."""

    def take(report: DeviceReport, value: object, part: str) -> None:
        meaning = words.get(word_of(value))
        if meaning is not None:
            meaning(report, True, part)

    return take


def all_of(*meanings: Meaning) -> Meaning:
    def take(report: DeviceReport, value: object, part: str) -> None:
        for meaning in meanings:
            meaning(report, value, part)

    return take


def fixed_state(kind: Kind, active: bool) -> Meaning:
    """A word of `word_meanings` that states this."""
    return lambda report, _value, part: report.state(kind, active, part)


def fixed_flag(metric: str, active: bool) -> Meaning:
    return lambda report, _value, part: report.measure(metric, float(active), part)


def button_press(report: DeviceReport, value: object, part: str) -> None:
    """The name of a press; an empty one is the end of the last."""
    if isinstance(value, str) and value.strip().lower() not in UNKNOWN:
        report.press(value.strip(), part)


def unclear_input(name: str, words: Mapping[str, bool] | None = None) -> Meaning:
    """On or off, or one of `words`, of something that only a role explains."""

    def take(report: DeviceReport, value: object, part: str) -> None:
        active = None if words is None else words.get(word_of(value))
        if active is None:
            active = flag_of(value)
        if active is not None:
            report.unclear(part or name, active)

    return take


def _truth_or_word(value: object, words: Mapping[str, bool] | None) -> bool | None:
    if words is None:
        return truth_of(value)
    return words.get(word_of(value))
