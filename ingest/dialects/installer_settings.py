"""Applies the installer's settings of a device to what the device sent. Pure.

Half of the buttons sold for emergencies only say `single`; a detector may say just `alarm`; a mat
under the mattress reports `occupancy`. Only the person who hung them knows what that means.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from ingest.dialects.vocabulary.events import (
    ButtonPressed,
    DialectEvent,
    Measurement,
    Statement,
    UnclearInput,
)
from store.alarm.kinds import OF_THE_CENTRE, is_call
from store.model import Kind

KIND_ROLES = frozenset(Kind) - OF_THE_CENTRE
"""Roles that make an unclear alarm one of this kind: smoke, water_leak, help_call …"""
FLAG_ROLES = frozenset({"motion", "presence", "door", "bed"})
"""Roles that make it a reading."""
NEVER_CALLS = frozenset({"release", "doorbell"})
"""Never a call unless named: the end of a press, and visitors."""


@dataclass(frozen=True, slots=True)
class InstallerSetting:
    """An installer's word on a device. `call_actions` None: with the role help_call every press
    calls (but not its release), without it none does beyond those that are a call by name.
    `suggests`: the role its maker's description proposes, while no installer has said anything."""

    role: str = ""
    call_actions: frozenset[str] | None = None
    suggests: str = ""

    @property
    def unconfirmed(self) -> bool:
        """Whether it is sold for emergencies and nobody has said what it is for."""
        return not self.role and self.call_actions is None and self.suggests == Kind.HELP_CALL


NO_SETTING = InstallerSetting()


def apply_installer_settings(
    events: Iterable[DialectEvent], setting_of: Callable[[str], InstallerSetting]
) -> list[DialectEvent]:
    """The events with every press and unclear alarm decided that a setting decides.

    What a message states by name is not read once more into an unclear alarm of the same device:
    a smoke detector's `alarm` beside its `smoke` is the siren, a contact's beside its `door` tells
    that it is open for long.
    """
    events = list(events)
    stated: set[tuple[str, str]] = {(f.device, f.kind) for f in events if isinstance(f, Statement)}
    stated |= {(f.device, name) for f in events if isinstance(f, Measurement) for name in f.metrics}
    decided = [_with_setting(event, setting_of, stated) for event in events]
    warnings = [
        _unconfirmed(event)
        for event in decided
        if isinstance(event, ButtonPressed | UnclearInput) and setting_of(event.device).unconfirmed
    ]
    return decided + [warning for warning in warnings if warning is not None]


def _unconfirmed(event: ButtonPressed | UnclearInput) -> Statement | None:
    """What the desk is warned of: a press, or a key that is a state, before anybody has said what
    it is for."""
    if isinstance(event, UnclearInput):
        return _stated(event, Kind.UNCONFIRMED_PRESS)
    return None if event.action in NEVER_CALLS else _called(event, Kind.UNCONFIRMED_PRESS)


def _with_setting(
    event: DialectEvent,
    setting_of: Callable[[str], InstallerSetting],
    stated: Collection[tuple[str, str]],
) -> DialectEvent:
    if isinstance(event, ButtonPressed):
        return _press(event, setting_of(event.device))
    if isinstance(event, UnclearInput):
        setting = setting_of(event.device)
        return event if (event.device, setting.role) in stated else _alarm(event, setting)
    if isinstance(event, Measurement) and _IN_BED & event.metrics.keys():
        return _bed(event) if setting_of(event.device).role == "bed" else event
    return event


_IN_BED = frozenset({"motion", "presence"})


def _press(press: ButtonPressed, setting: InstallerSetting) -> DialectEvent:
    """A press is a call; a mere code is what its device is there for."""
    coded = press.code and setting.role in KIND_ROLES
    if setting.call_actions is not None:
        counts = not setting.call_actions.isdisjoint({press.action, press.raw_action})
    else:
        counts = coded or setting.role == Kind.HELP_CALL or _is_flag(press, setting)
        counts = counts and press.action not in NEVER_CALLS
    if not counts:
        return press
    if _is_flag(press, setting):
        return Measurement(
            press.device,
            {setting.role: 1.0},
            claimed=press.claimed,
            retained=press.retained,
            mark=press.mark,
        )
    return _called(press, Kind(setting.role) if coded else Kind.HELP_CALL)


def _called(press: ButtonPressed, kind: Kind) -> Statement:
    return Statement(
        press.device,
        kind,
        active=True,
        event=True,
        part=press.endpoint,
        retained=press.retained,
        mark=press.mark,
        claimed=press.claimed,
    )


def _is_flag(press: ButtonPressed, setting: InstallerSetting) -> bool:
    """A code of a sensor that only says that it has moved, or was opened."""
    return press.code and setting.role in FLAG_ROLES


def _alarm(unclear: UnclearInput, setting: InstallerSetting) -> DialectEvent:
    if setting.role in KIND_ROLES:
        return _stated(unclear, Kind(setting.role))
    if setting.role in FLAG_ROLES:
        return Measurement(
            unclear.device,
            {setting.role: float(unclear.active)},
            claimed=unclear.claimed,
            retained=unclear.retained,
            mark=unclear.mark,
        )
    return unclear


def _stated(unclear: UnclearInput, kind: Kind) -> Statement:
    return Statement(
        unclear.device,
        kind,
        unclear.active,
        event=unclear.active and (unclear.event or (not unclear.cached and is_call(kind))),
        part=unclear.name,
        test=unclear.test,
        retained=unclear.retained,
        mark=unclear.mark,
        claimed=unclear.claimed,
        rest=unclear.rest,
    )


def _bed(measurement: Measurement) -> Measurement:
    """Somebody felt by a sensor whose place is the bed is in bed."""
    kept = {name: value for name, value in measurement.metrics.items() if name not in _IN_BED}
    felt = max(measurement.metrics[name] for name in _IN_BED & measurement.metrics.keys())
    return replace(measurement, metrics={"bed": felt, **kept})
