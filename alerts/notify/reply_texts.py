"""Texts that answer what somebody wrote: what it was taken for, or what to write instead. Pure.

Nobody who writes is left without an answer; but no text of these is about an alarm: whoever gets
one has not been told of the alarm by it.
"""

from collections.abc import Sequence

from alerts.notify.template_text import TemplateText
from alerts.notify.texts import HomeChoice, home_of, listed_kinds
from store.model import Answer, DispatchState


def either(names: Sequence[str], language: str) -> str:
    """Of people who share a number: one of them, and nobody knows which."""
    return ("或" if language == "zh" else " or ").join(dict.fromkeys(names))


def _there(eta_minutes: int | None, language: str) -> str:
    if eta_minutes is None:
        return ""
    return f"，约{eta_minutes}分钟到" if language == "zh" else f", there in about {eta_minutes} min"


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
    home, several = home_of(resident), len(who) > 1
    en = either(who, "en") if several else "you"
    zh = either(who, "zh") if several else "您"
    is_, have = ("is", "has") if several else ("are", "have")
    said = {
        Answer.GOING: f"{zh}正前往{home}{_there(eta_minutes, 'zh')}",
        Answer.CANNOT: f"{zh}去不了{home}",
        Answer.SEEN: f"{zh}已看到{home}的报警，没有说前往",
    }[answer]
    change = {
        Answer.GOING: f"去不了请回复“2 {code}”",
        Answer.CANNOT: f"能去请回复“1 {code}”",
        Answer.SEEN: f"要去请回复“1 {code}”，去不了回复“2 {code}”",
    }[answer]
    if language == "zh":
        name = f"。请加上姓名，如“1 {who[0]}”" if several else ""
        text = f"【安心】已记录：{said}。{change}{name}。"
    else:
        english = {
            Answer.GOING: f"{en} {is_} going to {resident}{_there(eta_minutes, 'en')}. "
            f"If not: 2 {code}",
            Answer.CANNOT: f"{en} cannot go to {resident}. If you can: 1 {code}",
            Answer.SEEN: f"{en} {have} seen the alarm of {resident}, and did not say that you go. "
            f"Going: 1 {code}, cannot: 2 {code}",
        }[answer]
        name = f". Please add a name, like '1 {who[0]}'" if several else ""
        text = f"[Anxin] Noted: {english}{name}"
    return TemplateText(text, "noted", answer=said, code=code)


def dispatch_noted_text(
    state: DispatchState, resident: str, code: str, language: str, eta_minutes: int | None = None
) -> TemplateText:
    """To a responder who has declined, has arrived, or says anew how long they need."""
    home = home_of(resident)
    zh, en = {
        DispatchState.DECLINED: (
            f"您不去{home}。能去请回复“1 {code}”",
            f"you do not go to {resident}. If you do after all: 1 {code}",
        ),
        DispatchState.ARRIVED: (f"您已到{home}", f"you are at the home of {resident}"),
    }.get(
        state,
        (
            f"您正前往{home}{_there(eta_minutes, 'zh')}。到达请回复 4",
            f"you are going to {resident}{_there(eta_minutes, 'en')}. Reply 4 on arrival",
        ),
    )
    text = f"【安心】已记录：{zh}。" if language == "zh" else f"[Anxin] Noted: {en}"
    return TemplateText(text, "noted", answer=zh.partition("。")[0], code=code)


def not_heard_text(home: HomeChoice, said: str, language: str) -> TemplateText:
    """To who answers, and no message of the only open alarm has reached them: is it this one?
    `said`: the digit that stands for their answer."""
    kinds = listed_kinds(home.kinds, language)
    text = (
        f"[Anxin] There is an alarm at {home.residents} ({kinds}), code {home.code}. "
        f"If you mean this one, reply '{said} {home.code}'"
    )
    if language == "zh":
        text = (
            f"【安心】{home_of(home.residents)}有报警（{kinds}），编号 {home.code}。"
            f"如果您指的是这个报警，请回复“{said} {home.code}”"
        )
    return TemplateText(
        text,
        "not_heard",
        where=home_of(home.residents),
        kind=listed_kinds(home.kinds, "zh"),
        code=home.code,
    )


def desk_reads_text(language: str, *, media: bool = False, asked: bool = False) -> TemplateText:
    """To who wrote what no rule understands, or sent a picture: a person will read it. `asked`: a
    responder who was asked to go."""
    if language == "zh":
        what = "图片或录音已收到，值班员会查看" if media else "信息已收到，值班员会阅读"
        how = "1 接受，2 拒绝" if asked else "1 我去，2 去不了，3 已看到"
        text = f"【安心】您的{what}。要答复报警请回复 {how}。"
    else:
        what = "An operator will look at what you sent" if media else "An operator will read this"
        how = "1 accept, 2 decline" if asked else "1 I am going, 2 I cannot, 3 seen"
        text = f"[Anxin] {what}. To answer an alarm, reply {how}."
    return TemplateText(text, "desk_reads")


def cry_heard_text(language: str) -> TemplateText:
    """To who wrote for help without being asked: an alarm was raised."""
    if language == "zh":
        text = (
            "【安心】已收到您的求助，已发起报警，值班员会尽快与您联系。危及生命请拨打 120 或 119。"
        )
    else:
        text = (
            "[Anxin] We have raised an alarm, an operator will call you. "
            "If a life is in danger, call 120 or 119."
        )
    return TemplateText(text, "cry_heard")
