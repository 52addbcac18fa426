"""Texts that answer what somebody wrote: what it was taken for, or what to write instead. Pure.

Nobody who writes is left without an answer; but no text of these is about an alarm: whoever gets
one has not been told of the alarm by it.
"""

from collections.abc import Sequence

from alerts.notify.template_text import TemplateText
from alerts.notify.texts import HomeChoice, at_home_of, home_of, listed_kinds, minutes_of
from alerts.notify.wording.catalogue import written
from store.model import Answer, DispatchState


def either(names: Sequence[str], language: str) -> str:
    """Of people who share a number: one of them, and nobody knows which."""
    return ("或" if language == "zh" else " or ").join(dict.fromkeys(names))


def noted_text(
    answer: Answer,
    resident: str,
    code: str,
    language: str,
    *,
    eta_minutes: int | None = None,
    who: Sequence[str] = (),
) -> TemplateText:
    """To a contact who has answered: what it was taken for, and how to change it. `who`: those with
    the number, where it is not known which of them has answered."""
    several = len(who) > 1
    en, zh = (either(who, "en"), either(who, "zh")) if several else ("you", "您")
    said = {
        **at_home_of(resident),
        "you": zh if language == "zh" else en,
        "you_are": f"{en} {'is' if several else 'are'}",
        "you_have": f"{en} {'has' if several else 'have'}",
        "minutes": minutes_of(eta_minutes),
        "code": code,
        "name": who[0] if several else "",
    }
    registered = _registered(answer, zh, resident, eta_minutes)
    values = {"answer": registered, "code": code}
    return written(f"noted_{answer.lower()}", language, said, "noted", values)


def _registered(answer: Answer, who: str, resident: str, eta_minutes: int | None) -> str:
    """What was noted, in the one variable that the registered template has for it."""
    home = home_of(resident)
    there = "" if eta_minutes is None else f"，约{eta_minutes}分钟到"
    return {
        Answer.GOING: f"{who}正前往{home}{there}",
        Answer.CANNOT: f"{who}去不了{home}",
        Answer.SEEN: f"{who}已看到{home}的报警，没有说前往",
    }[answer]


_DISPATCH = {DispatchState.DECLINED: "dispatch_declined", DispatchState.ARRIVED: "dispatch_arrived"}


def dispatch_noted_text(
    state: DispatchState, resident: str, code: str, language: str, eta_minutes: int | None = None
) -> TemplateText:
    """To a responder who has declined, has arrived, or says anew how long they need."""
    said = {**at_home_of(resident), "code": code, "minutes": minutes_of(eta_minutes)}
    home = home_of(resident)
    there = "" if eta_minutes is None else f"，约{eta_minutes}分钟到"
    registered = {
        DispatchState.DECLINED: f"您不去{home}",
        DispatchState.ARRIVED: f"您已到{home}",
    }.get(state, f"您正前往{home}{there}")
    values = {"answer": registered, "code": code}
    return written(_DISPATCH.get(state, "dispatch_going"), language, said, "noted", values)


def not_heard_text(home: HomeChoice, said: str, language: str) -> TemplateText:
    """To who answers, and no message of the only open alarm has reached them: is it this one?
    `said`: the digit that stands for their answer."""
    told = {
        **at_home_of(home.residents),
        "kind": listed_kinds(home.kinds, language),
        "code": home.code,
        "digit": said,
    }
    values = {
        "where": home_of(home.residents),
        "kind": listed_kinds(home.kinds, "zh"),
        "code": home.code,
    }
    return written("not_heard", language, told, "not_heard", values)


def desk_reads_text(language: str, *, media: bool = False, asked: bool = False) -> TemplateText:
    """To who wrote what no rule understands, or sent a picture: a person will read it. `asked`: a
    responder who was asked to go."""
    if language == "zh":
        how = "1 接受，2 拒绝" if asked else "1 我去，2 去不了，3 已看到"
    else:
        how = "1 accept, 2 decline" if asked else "1 I am going, 2 I cannot, 3 seen"
    name = "desk_looks" if media else "desk_reads"
    return written(name, language, {"how": how}, "desk_reads")


def cry_heard_text(language: str) -> TemplateText:
    """To who wrote for help without being asked: an alarm was raised."""
    return written("cry_heard", language, {}, "cry_heard")
