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
    told: tuple[str, str]
    """What the family reads of it, in Chinese and English: only what whoever closes with it knows.
    At most 30 characters of Chinese: a template's variable carries 35."""
    contact: bool = False
    """Nobody gives it who has not spoken to the resident or seen them, or knows where they are."""
    hospital: bool = False
    """Somebody may have been taken to one."""


_G = OutcomeGroup

OUTCOMES: Mapping[Outcome, OutcomeRecord] = one_each(
    Outcome,
    {
        Outcome.GENUINE_MEDICAL: OutcomeRecord(
            _G.GENUINE,
            N_("Medical emergency"),
            ("身体不适，已有人照料", "It was a medical emergency; help was given."),
            contact=True,
            hospital=True,
        ),
        Outcome.GENUINE_FALL: OutcomeRecord(
            _G.GENUINE,
            N_("Fall"),
            ("跌倒，已扶起", "They had fallen and were helped up."),
            contact=True,
            hospital=True,
        ),
        Outcome.GENUINE_FIRE: OutcomeRecord(
            _G.GENUINE,
            N_("Fire or smoke"),
            ("确有火情或烟雾，已处置", "There was fire or smoke; it was dealt with."),
            contact=True,
        ),
        Outcome.GENUINE_GAS: OutcomeRecord(
            _G.GENUINE,
            N_("Gas or carbon monoxide"),
            ("确有燃气或一氧化碳，已处置", "There was gas or carbon monoxide; it was dealt with."),
            contact=True,
        ),
        Outcome.GENUINE_WATER: OutcomeRecord(
            _G.GENUINE,
            N_("Water damage"),
            ("确有漏水，已处置", "There was water damage; it was dealt with."),
            contact=True,
        ),
        Outcome.GENUINE_WANDERING: OutcomeRecord(
            _G.GENUINE,
            N_("Wandered off"),
            ("曾走失，现已找到", "They had wandered off and were found."),
            contact=True,
        ),
        Outcome.NO_RESPONSE_FORCED_ENTRY: OutcomeRecord(
            _G.GENUINE,
            N_("No response, entry forced"),
            (
                "无人应答，已破门入户，请联系中心",
                "Nobody answered and the door was forced: please ring us.",
            ),
            contact=True,
            hospital=True,
        ),
        Outcome.ASSISTANCE: OutcomeRecord(
            _G.HELPED,
            N_("Help in everyday life"),
            ("已帮助解决", "They were helped."),
            contact=True,
        ),
        Outcome.SOCIAL: OutcomeRecord(
            _G.HELPED,
            N_("Wanted to talk"),
            ("想找人说说话，已陪聊", "They wished to talk, and somebody did."),
            contact=True,
        ),
        Outcome.REFERRED_120: OutcomeRecord(
            _G.HANDED_ON,
            N_("To 120, ambulance"),
            ("已呼叫救护车", "An ambulance was called."),
            contact=True,
            hospital=True,
        ),
        Outcome.REFERRED_119: OutcomeRecord(
            _G.HANDED_ON,
            N_("To 119, fire brigade"),
            ("已报消防119", "The fire brigade was called."),
        ),
        Outcome.REFERRED_110: OutcomeRecord(
            _G.HANDED_ON,
            N_("To 110, police"),
            ("已报警110", "The police were called."),
        ),
        Outcome.REFERRED_12345: OutcomeRecord(
            _G.HANDED_ON,
            N_("To 12345, city hotline"),
            ("已转市民热线办理", "It was handed on to the city hotline 12345."),
        ),
        Outcome.ACCIDENTAL: OutcomeRecord(
            _G.NO_EMERGENCY,
            N_("Pressed by accident"),
            ("系误触，人平安", "It was set off by mistake; they are well."),
            contact=True,
        ),
        Outcome.TEST: OutcomeRecord(
            _G.NO_EMERGENCY,
            N_("Test"),
            ("这是一次测试", "It was a test."),
        ),
        Outcome.AWAY: OutcomeRecord(
            _G.NO_EMERGENCY,
            N_("Resident is away"),
            ("老人外出，家中无人", "Nobody was at home: they are away."),
            contact=True,
        ),
        Outcome.DUPLICATE: OutcomeRecord(
            _G.NO_EMERGENCY,
            N_("Same event as another alarm"),
            ("与另一报警为同一件事", "It was the same event as another alarm."),
        ),
        Outcome.DEVICE_FAULT: OutcomeRecord(
            _G.TECHNICAL,
            N_("Device fault"),
            ("设备故障所致", "A device was faulty."),
        ),
        Outcome.LOW_BATTERY: OutcomeRecord(
            _G.TECHNICAL,
            N_("Battery replaced or low"),
            ("电池电量低", "A battery was low."),
        ),
        Outcome.POWER_OR_COMMS: OutcomeRecord(
            _G.TECHNICAL,
            N_("Power or network"),
            ("停电或断网所致", "Power or network was down."),
        ),
    },
    "OUTCOMES in store/alarm/outcomes.py",
)

CONTACT = frozenset(outcome for outcome, record in OUTCOMES.items() if record.contact)
"""Closed with one of these, somebody has had to do with the resident."""
WITH_HOSPITAL = frozenset(outcome for outcome, record in OUTCOMES.items() if record.hospital)
"""Closed with one of these, it may be written down to which hospital somebody was taken."""


def outcome_told(outcome: Outcome, language: str, hospital: str = "") -> str:
    """What the family reads of an outcome, with the hospital if one is written down. An outcome
    that only a newer process knows says nothing."""
    record = OUTCOMES.get(outcome)
    if record is None:
        return ""
    words = record.told[0 if language == "zh" else 1]
    if not hospital:
        return words
    return f"{words}，医院：{hospital}" if language == "zh" else f"{words} Hospital: {hospital}."
