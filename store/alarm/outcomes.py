"""Why an alarm could be closed: one record an outcome, from which every list comes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from store.model import Outcome
from store.records import N_, one_each


class OutcomeGroup(StrEnum):
    """Headings under which outcomes are chosen, in this order."""

    GENUINE = N_("Genuine emergency")
    HELPED = N_("Help given")
    HANDED_ON = N_("Handed on")
    NO_EMERGENCY = N_("No emergency")
    TECHNICAL = N_("Technical")


@dataclass(frozen=True, slots=True)
class OutcomeRecord:
    """`name` is what people read."""

    group: OutcomeGroup
    name: str
    contact: bool = False
    """Nobody gives it who has not spoken to the resident or seen them, or knows where they are."""


_G = OutcomeGroup

OUTCOMES: Mapping[Outcome, OutcomeRecord] = one_each(
    Outcome,
    {
        Outcome.GENUINE_MEDICAL: OutcomeRecord(_G.GENUINE, N_("Medical emergency"), contact=True),
        Outcome.GENUINE_FALL: OutcomeRecord(_G.GENUINE, N_("Fall"), contact=True),
        Outcome.GENUINE_FIRE: OutcomeRecord(_G.GENUINE, N_("Fire or smoke"), contact=True),
        Outcome.GENUINE_GAS: OutcomeRecord(_G.GENUINE, N_("Gas or carbon monoxide"), contact=True),
        Outcome.GENUINE_WATER: OutcomeRecord(_G.GENUINE, N_("Water damage"), contact=True),
        Outcome.GENUINE_WANDERING: OutcomeRecord(_G.GENUINE, N_("Wandered off"), contact=True),
        Outcome.NO_RESPONSE_FORCED_ENTRY: OutcomeRecord(
            _G.GENUINE, N_("No response, entry forced"), contact=True
        ),
        Outcome.ASSISTANCE: OutcomeRecord(_G.HELPED, N_("Help in everyday life"), contact=True),
        Outcome.SOCIAL: OutcomeRecord(_G.HELPED, N_("Wanted to talk"), contact=True),
        Outcome.REFERRED_120: OutcomeRecord(_G.HANDED_ON, N_("To 120, ambulance"), contact=True),
        Outcome.REFERRED_119: OutcomeRecord(_G.HANDED_ON, N_("To 119, fire brigade")),
        Outcome.REFERRED_110: OutcomeRecord(_G.HANDED_ON, N_("To 110, police")),
        Outcome.REFERRED_12345: OutcomeRecord(_G.HANDED_ON, N_("To 12345, city hotline")),
        Outcome.ACCIDENTAL: OutcomeRecord(_G.NO_EMERGENCY, N_("Pressed by accident"), contact=True),
        Outcome.TEST: OutcomeRecord(_G.NO_EMERGENCY, N_("Test")),
        Outcome.AWAY: OutcomeRecord(_G.NO_EMERGENCY, N_("Resident is away"), contact=True),
        Outcome.DUPLICATE: OutcomeRecord(_G.NO_EMERGENCY, N_("Same event as another alarm")),
        Outcome.DEVICE_FAULT: OutcomeRecord(_G.TECHNICAL, N_("Device fault")),
        Outcome.LOW_BATTERY: OutcomeRecord(_G.TECHNICAL, N_("Battery replaced or low")),
        Outcome.POWER_OR_COMMS: OutcomeRecord(_G.TECHNICAL, N_("Power or network")),
    },
    "OUTCOMES in store/alarm/outcomes.py",
)

CONTACT = frozenset(outcome for outcome, record in OUTCOMES.items() if record.contact)
"""Closed with one of these, somebody has had to do with the resident."""
