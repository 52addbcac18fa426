"""Texts of SMS and of the hub's voice, in Chinese and English. Pure.

One SMS segment holds 70 Chinese characters; the texts stay within two. Messages to mainland China
with links are refused: only what is sent to a responder (responder_texts) has one, and not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.notify import hazards
from alerts.notify.recipients.centre_number import split_centre
from alerts.notify.template_text import TemplateText
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
    at = clock_time(alarm.occurred_at, policy)
    what = kind_name(alarm.kind, language)
    heed = hazards.brief(alarm.kind, language)
    text = (
        f"[Anxin] {resident}: {what} at {at}. {heed + ' ' if heed else ''}"
        f"Reply 1 I am going, 2 I cannot, 3 seen. Code {alarm.code}"
    )
    if language == "zh":
        where = resident if alarm.home_id is None else home_of(resident)
        text = (
            f"【安心】{where} {what} {at}。{heed}回复 1 我去，2 去不了，3 已看到。编号 {alarm.code}"
        )
    return TemplateText(text, "alarm", **alarm_values(alarm, resident, policy))


def alarm_values(alarm: Alarm, resident: str, policy: Policy) -> dict[str, str]:
    """What registered templates about an alarm are filled with. The kind says what to heed as well:
    they have no other place for it."""
    kind, heed = kind_name(alarm.kind, "zh"), hazards.brief(alarm.kind, "zh").rstrip("。")
    return {
        "resident": resident,
        "where": resident if alarm.home_id is None else home_of(resident),
        "kind": f"{kind}（{heed}）" if heed else kind,
        "at": clock_time(alarm.occurred_at, policy),
        "code": alarm.code,
    }


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
    at, what = clock_time(alarm.occurred_at, policy), kind_name(alarm.kind, language)
    heed = hazards.brief(alarm.kind, language)
    text = (
        f"[Anxin] {resident}: now also {what} at {at}, same home. "
        f"{heed + ' ' if heed else ''}Code {alarm.code}"
    )
    if language == "zh":
        text = (
            f"【安心】{home_of(resident)}又有新报警：{what} {at}，与原派单同一住处。{heed}"
            f"编号 {alarm.code}"
        )
    return TemplateText(text, "also", **alarm_values(alarm, resident, policy))


def going_text(
    resident: str, who: str, language: str, eta_minutes: int | None = None
) -> TemplateText:
    """To the others of the family: somebody is on the way, and how long they have said they
    need."""
    known = eta_minutes is not None
    minutes = f", about {eta_minutes} min" if known else ""
    text = f"[Anxin] {resident}: {who} is on the way{minutes}."
    if language == "zh":
        minutes = f"，约{eta_minutes}分钟" if known else ""
        text = f"【安心】{resident}家：{who} 正在赶去{minutes}。"
    named = f"{who}（约{eta_minutes}分钟）" if known else who
    return TemplateText(text, "going", where=home_of(resident), who=named)


def there_text(resident: str, who: str, language: str) -> TemplateText:
    """To the family: a responder has come to the home."""
    text = f"[Anxin] {resident}: {who} is there."
    if language == "zh":
        text = f"【安心】{resident}家：{who} 已到达。"
    return TemplateText(text, "there", where=home_of(resident), who=who)


def not_going_text(resident: str, who: str, language: str) -> TemplateText:
    """To the family, who were told that this person goes: they do not after all."""
    text = f"[Anxin] {resident}: {who} cannot go after all."
    if language == "zh":
        text = f"【安心】{resident}家：{who} 改为不能前往。"
    return TemplateText(text, "not_going", where=home_of(resident), who=who)


def acknowledged_text(resident: str, language: str) -> TemplateText:
    text = f"[Anxin] {resident}: the monitoring centre is dealing with the alarm."
    if language == "zh":
        text = f"【安心】{resident}家的报警，监控中心已有人处理。"
    return TemplateText(text, "acknowledged", where=home_of(resident))


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
    kinds = [alarm.kind, *(other.kind for other in also)]
    outcomes = [each.outcome for each in (alarm, *also)]
    what, told = listed_kinds(kinds, language), _outcomes_told(outcomes, language, hospital)
    text = f"[Anxin] {resident}: the {what} alarm was closed at {at}."
    if len(kinds) > 1:
        text = f"[Anxin] {resident}: the alarms {what} were closed at {at}."
    text += f" {told}" if told else ""
    if language == "zh":
        text = f"【安心】{where}的{what}已于 {at} 处理完毕"
        text += f"：{told}。" if told else "。"
    values = {"where": where, "kind": listed_kinds(kinds, "zh"), "at": at}
    ended = _outcomes_told(outcomes, "zh", hospital)
    if ended and any("ended" in names for names in policy.templates.values()):
        return TemplateText(text, "ended", **values, outcome=ended)
    return TemplateText(text, "over", **values)


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
    text = (
        f"[Anxin] {resident}: power or network is down in the area since {at}. "
        "The emergency button may not work, please call them. We are dealing with it."
    )
    if language == "zh":
        text = (
            f"【安心】{at}起{resident}家所在片区停电或断网，求助按钮暂时可能无法使用，"
            "请电话联系老人。我们正在处理。"
        )
    return TemplateText(text, "outage", at=at, where=home_of(resident))


def outage_over_text(
    at: datetime, resident: str, area: str, language: str, policy: Policy
) -> TemplateText:
    """To the family of a home that is heard again; `area` is the name of the one that was cut
    off."""
    when = clock_time(at, policy)
    text = f"[Anxin] {area}, {resident}: connected again at {when}. The emergency button works."
    if language == "zh":
        text = f"【安心】{when}{area}{resident}家已恢复连接，求助按钮可以使用。"
    return TemplateText(text, "outage_over", at=when, where=f"{area}{home_of(resident)}")


def fault_text(alarm: Alarm, resident: str, language: str, policy: Policy) -> TemplateText:
    """To the family: something that guards the home does not work. They are told, not asked."""
    at = clock_time(alarm.occurred_at, policy)
    what = kind_name(alarm.kind, language)
    text = (
        f"[Anxin] {resident}: {what} since {at}. An alarm from there may not reach us, please "
        "call them. We are dealing with it."
    )
    if language == "zh":
        text = (
            f"【安心】{home_of(resident)} {what}（{at}起），报警可能无法送达，请电话联系老人。"
            "我们正在处理。"
        )
    return TemplateText(text, "fault", **alarm_values(alarm, resident, policy))


def called_off_text(resident: str, language: str) -> TemplateText:
    text = f"[Anxin] {resident}: called off, no need to go."
    if language == "zh":
        text = f"【安心】{resident}家的派单已取消，不必前往。"
    return TemplateText(text, "called_off", where=home_of(resident))


def listed_kinds(kinds: Sequence[Kind], language: str) -> str:
    """Each once, in their order."""
    names = dict.fromkeys(kind_name(kind, language) for kind in kinds)
    return ("、" if language == "zh" else ", ").join(names)


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
    text = f"[Anxin] Several homes have alarms. Add the code, like '1 {first}': {listed}"
    if language == "zh":
        text = f"【安心】有多户报警，请在回复中加编号，如“1 {first}”：{listed}"
    return TemplateText(text, "which", code=first)


def arrived_text(code: str, address: str, language: str) -> TemplateText:
    """To a responder who says that they are there and has not said that they go: is it so?"""
    text = (
        f"[Anxin] You have not accepted this one. Are you at {address}? "
        f"Reply 4 {code} if you are there, 1 {code} if you are going"
    )
    if language == "zh":
        text = (
            f"【安心】您尚未接受此派单。您已到 {address} 吗？"
            f"已到请回复“4 {code}”，正要去请回复“1 {code}”"
        )
    return TemplateText(text, "arrived", code=code)


def nothing_open_text(language: str) -> TemplateText:
    text = "[Anxin] There is no open alarm for you."
    if language == "zh":
        text = "【安心】您目前没有未结束的报警。"
    return TemplateText(text, "nothing_open")


def reply_text(text: str, language: str) -> str:
    """From an operator to somebody who wrote: their words under our signature."""
    return f"【安心】{text}" if language == "zh" else f"[Anxin] {text}"


def overdue_text(orders: int, tasks: int, language: str) -> TemplateText:
    """To a supervisor: how much has passed its date since they were last notified."""
    parts = [f"{orders} work order(s)"] * bool(orders) + [f"{tasks} task(s)"] * bool(tasks)
    text = f"[Anxin] Overdue: {' and '.join(parts)}. Please look at the console."
    if language == "zh":
        parts = [f"{orders} 项工单"] * bool(orders) + [f"{tasks} 项任务"] * bool(tasks)
        text = f"【安心】{'、'.join(parts)}已逾期，请到控制台查看。"
    return TemplateText(text, "overdue", orders=str(orders), tasks=str(tasks))


MOST_JOINED = 8
"""Texts in one bundle; with more the number of the others is said. Carriers take 1,600
characters."""


def bundle_text(texts: Sequence[str]) -> str:
    """Several messages to one person as one, with the sender's mark once in front and the centre's
    number once behind."""
    mark = next((m for m in ("【安心】", "[Anxin] ") if texts[0].startswith(m)), "")
    parts = [split_centre(text) for text in texts[:MOST_JOINED]]
    shown = [text.removeprefix("【安心】").removeprefix("[Anxin] ") for text, _ in parts]
    more = f" (+{len(texts) - MOST_JOINED})" if len(texts) > MOST_JOINED else ""
    ending = parts[0][1]
    return mark + "\n".join(f"{n}. {text}" for n, text in enumerate(shown, start=1)) + more + ending


NOBODY_GOING = "NOBODY_GOING"
"""What is said when nobody who was asked to come can."""


def home_text(kind: Kind, language: str) -> str:
    """What the hub says when an alarm was raised: that help is called for, or to get out."""
    zh = language == "zh"
    danger = hazards.inside(kind, language)
    if danger:
        return danger
    if is_call(kind):
        return (
            "已收到您的呼叫，正在为您找人" if zh else "your call has been received, help is called"
        )
    return "监控中心正在联系您，请接听电话" if zh else "the centre calls you, please pick up"


def progress_text(state: str, who: str, eta_minutes: int | None, language: str) -> str:
    """What the hub can speak in the home."""
    zh = language == "zh"
    if state == "ACKNOWLEDGED":
        return f"{who}已收到您的呼叫" if zh else f"seen by {who}"
    if state == "EN_ROUTE":
        minutes = ""
        if eta_minutes is not None:
            minutes = f"，约{eta_minutes}分钟" if zh else f", {eta_minutes} minutes"
        return f"{who}正在路上{minutes}" if zh else f"{who} is on the way{minutes}"
    if state == "DISPATCHED":
        return "正在询问能上门的人员" if zh else "somebody is being asked to come"
    if state == NOBODY_GOING:
        return "暂时没有人能来，中心还在为您找人" if zh else "we are still looking for somebody"
    if state == "ON_SCENE":
        return f"{who}已到达" if zh else f"{who} has arrived"
    if state == "CLOSED":
        return "本次呼叫已结束" if zh else "the call is closed"
    return "已收到您的呼叫" if zh else "your call has been received"
