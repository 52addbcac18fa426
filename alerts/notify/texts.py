"""What texts of SMS and of the hub's voice are filled with, in Chinese and English. Pure.

Their words are in alerts/notify/wording. Messages to mainland China with links are refused: only
what is sent to a responder (responder_texts) has one, and not there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.notify import hazards
from alerts.notify.carriers.routing import usable_templates
from alerts.notify.recipients.centre_number import split_centre
from alerts.notify.template_text import TemplateText
from alerts.notify.wording.catalogue import spoken, written
from alerts.policy import Policy
from store.alarm.kinds import is_call, kind_name
from store.alarm.outcomes import WITH_HOSPITAL, outcome_told
from store.model import Alarm, Kind, Outcome


def clock_time(at: datetime, policy: Policy) -> str:
    """The wall-clock time where the homes are, e.g. 08:05."""
    return at.astimezone(policy.timezone).strftime("%H:%M")


def alarm_text(alarm: Alarm, resident: str, language: str, policy: Policy) -> TemplateText:
    """To a contact: who, what, when, and how to answer. For an area's alarm its name is given as
    `resident`."""
    values = alarm_values(alarm, resident, policy)
    return written("alarm", language, said_of(alarm, resident, language, policy), "alarm", values)


def said_of(alarm: Alarm, resident: str, language: str, policy: Policy) -> dict[str, str]:
    """What texts about an alarm are filled with."""
    return {
        "resident": resident,
        "where": resident if alarm.home_id is None else home_of(resident),
        "kind": kind_told(alarm, language),
        "at": clock_time(alarm.occurred_at, policy),
        "heed": hazards.brief(alarm.kind, language),
        "code": alarm.code,
    }


def alarm_values(alarm: Alarm, resident: str, policy: Policy) -> dict[str, str]:
    """What registered templates about an alarm are filled with. The kind says what to heed as well:
    they have no other place for it."""
    kind, heed = kind_told(alarm, "zh"), hazards.brief(alarm.kind, "zh").rstrip("。")
    return {
        "resident": resident,
        "where": resident if alarm.home_id is None else home_of(resident),
        "kind": f"{kind}（{heed}）" if heed else kind,
        "at": clock_time(alarm.occurred_at, policy),
        "code": alarm.code,
    }


def kind_told(alarm: Alarm, language: str) -> str:
    """What it is, as people are told. A call that no device has sent was told by somebody: nobody
    has pressed a button, least of all who rang the centre and reads this."""
    if alarm.kind == Kind.HELP_CALL and alarm.home_id is not None and alarm.device_id is None:
        return "求助" if language == "zh" else "request for help"
    return kind_name(alarm.kind, language)


def home_of(resident: str) -> str:
    return f"{resident}家"


def with_media(text: str, media: int, language: str) -> str:
    """What somebody wrote, for the desk: with the number of pictures that came along, which stay at
    the carrier."""
    if not media:
        return text
    note = (
        f"[图片或录音 {media} 个]" if language == "zh" else f"[{media} picture(s) or recording(s)]"
    )
    return f"{text} {note}".strip()


def also_text(alarm: Alarm, resident: str, language: str, policy: Policy) -> TemplateText:
    """To a responder who was sent to this home before: another danger has come up there."""
    values = alarm_values(alarm, resident, policy)
    return written("also", language, said_of(alarm, resident, language, policy), "also", values)


def going_text(
    resident: str, who: str, language: str, eta_minutes: int | None = None
) -> TemplateText:
    """To the others of the family: somebody is on the way, and how long they have said they
    need."""
    minutes = minutes_of(eta_minutes)
    said = {**at_home_of(resident), "who": who, "minutes": minutes}
    named = f"{who}（约{minutes}分钟）" if minutes else who
    return written("going", language, said, "going", {"where": home_of(resident), "who": named})


def minutes_of(eta_minutes: int | None) -> str:
    """Empty: not known."""
    return "" if eta_minutes is None else str(eta_minutes)


def at_home_of(resident: str) -> dict[str, str]:
    return {"resident": resident, "where": home_of(resident)}


def there_text(resident: str, who: str, language: str) -> TemplateText:
    """To the family: a responder has come to the home."""
    said = {**at_home_of(resident), "who": who}
    return written("there", language, said, "there", {"where": home_of(resident), "who": who})


def not_going_text(resident: str, who: str, language: str) -> TemplateText:
    """To the family, who were told that this person goes: they do not after all."""
    said = {**at_home_of(resident), "who": who}
    values = {"where": home_of(resident), "who": who}
    return written("not_going", language, said, "not_going", values)


def acknowledged_text(resident: str, language: str) -> TemplateText:
    return _about_home("acknowledged", resident, language)


def _about_home(name: str, resident: str, language: str) -> TemplateText:
    return written(name, language, at_home_of(resident), name, {"where": home_of(resident)})


def over_text(
    alarm: Alarm,
    resident: str,
    language: str,
    policy: Policy,
    also: Sequence[Alarm] = (),
    hospital: str = "",
) -> TemplateText:
    """What it was in the end. `also`: other alarms of the home that were closed together with it;
    `hospital`: where somebody was taken, if it is written down."""
    at = clock_time(alarm.closed_at or alarm.last_signal_at, policy)
    where = resident if alarm.home_id is None else home_of(resident)
    all_of_them = (alarm, *also)
    outcomes = [each.outcome for each in all_of_them]
    said = {
        "resident": resident,
        "where": where,
        "kind": _listed([kind_told(each, language) for each in all_of_them], language),
        "at": at,
        "outcome": _outcomes_told(outcomes, language, hospital),
    }
    name = "over_several" if also else "over"
    told = _listed([kind_told(each, "zh") for each in all_of_them], "zh")
    values = {"where": where, "kind": told, "at": at}
    ended = _outcomes_told(outcomes, "zh", hospital)
    carriers = {*policy.templates, *policy.carriers}
    if ended and any("ended" in usable_templates(one, policy) for one in carriers):
        return written(name, language, said, "ended", {**values, "outcome": ended})
    return written(name, language, said, "over", values)


def _outcomes_told(outcomes: Sequence[Outcome | None], language: str, hospital: str) -> str:
    """Each once, in their order. That one was the same as another says nothing beside the
    other."""
    given = [o for o in dict.fromkeys(outcomes) if o is not None]
    given = [o for o in given if o != Outcome.DUPLICATE] or given
    first = next((o for o in given if o in WITH_HOSPITAL), None)
    said = [outcome_told(o, language, hospital if o == first else "") for o in given]
    return ("；" if language == "zh" else " ").join(each for each in said if each)


def outage_text(alarm: Alarm, resident: str, language: str, policy: Policy) -> TemplateText:
    """To the family of a home in an area that is cut off: what it means and what they can do."""
    at = clock_time(alarm.occurred_at, policy)
    values = {"at": at, "where": home_of(resident)}
    return written("outage", language, {**at_home_of(resident), "at": at}, "outage", values)


def outage_over_text(
    at: datetime, resident: str, area: str, language: str, policy: Policy
) -> TemplateText:
    """To the family of a home that is heard again; `area` is the name of the one that was cut
    off."""
    when = clock_time(at, policy)
    said = {**at_home_of(resident), "at": when, "area": area}
    values = {"at": when, "where": f"{area}{home_of(resident)}"}
    return written("outage_over", language, said, "outage_over", values)


def fault_text(alarm: Alarm, resident: str, language: str, policy: Policy) -> TemplateText:
    """To the family: something that guards the home does not work. They are told, not asked."""
    said = {**said_of(alarm, resident, language, policy), **at_home_of(resident)}
    return written("fault", language, said, "fault", alarm_values(alarm, resident, policy))


def called_off_text(resident: str, language: str) -> TemplateText:
    return _about_home("called_off", resident, language)


def listed_kinds(kinds: Sequence[Kind], language: str) -> str:
    """Each once, in their order."""
    return _listed([kind_name(kind, language) for kind in kinds], language)


def _listed(names: Sequence[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class HomeChoice:
    """A home with open alarms that a reply may be about: the code that stands for it, its residents
    and the kinds of its alarms."""

    code: str
    residents: str
    kinds: tuple[Kind, ...]


def which_text(homes: Sequence[HomeChoice], language: str) -> TemplateText:
    """Several homes have alarms: which one is meant?"""
    first = homes[0].code
    listed = "; ".join(
        f"{home.code} {home.residents} {listed_kinds(home.kinds, language)}".strip()
        for home in homes[:4]
    )
    said = {"code": first, "homes": listed}
    return written("which", language, said, "which", {"code": first})


def arrived_text(code: str, address: str, language: str) -> TemplateText:
    """To a responder who says that they are there and has not said that they go: is it so?"""
    said = {"code": code, "address": address}
    return written("arrived", language, said, "arrived", {"code": code})


def nothing_open_text(language: str) -> TemplateText:
    return written("nothing_open", language, {}, "nothing_open")


def reply_text(text: str, language: str) -> TemplateText:
    """From an operator to somebody who wrote: their words under our signature."""
    return written("operator_words", language, {"words": text})


def overdue_text(orders: int, tasks: int, language: str) -> TemplateText:
    """To a supervisor: how much has passed its date since they were last notified."""
    parts = [f"{orders} work order(s)"] * bool(orders) + [f"{tasks} task(s)"] * bool(tasks)
    what = " and ".join(parts)
    if language == "zh":
        parts = [f"{orders} 项工单"] * bool(orders) + [f"{tasks} 项任务"] * bool(tasks)
        what = "、".join(parts)
    values = {"orders": str(orders), "tasks": str(tasks)}
    return written("overdue", language, {"what": what}, "overdue", values)


MOST_JOINED = 8
"""Texts in one bundle; with more the number of the others is said. Carriers take 1,600
characters."""


_MARK = re.compile(r"【[^】]{1,20}】|\[[^\]]{1,20}\] ")
"""A signature before a text, whichever language it has; a centre's own looks the same."""


def bundle_text(texts: Sequence[str]) -> str:
    """Several messages to one person as one, with the sender's mark once in front and the centre's
    number once behind."""
    found = _MARK.match(texts[0])
    mark = found[0] if found else ""
    parts = [split_centre(text) for text in texts[:MOST_JOINED]]
    shown = [_MARK.sub("", text, count=1) if _MARK.match(text) else text for text, _ in parts]
    more = f" (+{len(texts) - MOST_JOINED})" if len(texts) > MOST_JOINED else ""
    ending = parts[0][1]
    return mark + "\n".join(f"{n}. {text}" for n, text in enumerate(shown, start=1)) + more + ending


NOBODY_GOING = "NOBODY_GOING"
"""What is said when nobody who was asked to come can."""


def home_text(kind: Kind, language: str) -> str:
    """What the hub says when an alarm was raised: that help is called for, or to get out."""
    danger = hazards.inside(kind, language)
    return danger or spoken("home_call" if is_call(kind) else "home_other", language)


_PROGRESS = {
    "ACKNOWLEDGED": "home_seen",
    "EN_ROUTE": "home_going",
    "DISPATCHED": "home_asked",
    NOBODY_GOING: "home_nobody",
    "ON_SCENE": "home_there",
    "CLOSED": "home_closed",
}


def progress_text(state: str, who: str, eta_minutes: int | None, language: str) -> TemplateText:
    """What the hub can speak in the home."""
    name = _PROGRESS.get(state, "home_received")
    return spoken(name, language, who=who, minutes=minutes_of(eta_minutes))
