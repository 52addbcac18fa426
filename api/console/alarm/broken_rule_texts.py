"""What an activity rule found, as a sentence; used by the alarm pane and the journal."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from api.pages import vocabulary as v
from api.pages.vocabulary import N_

Translate = Callable[[str], str]
Local = Callable[[datetime], datetime]

SENTENCES: Mapping[str, str] = {
    "home": N_("no sign of life since {since}, last: {last} (limit {limit})"),
    "in_bed": N_("in bed and no sign of life since {since}, last: {last} (limit {limit})"),
    "out": N_(
        "nobody has come back since {since}: the entrance was used then and nothing has "
        "moved inside after it (limit {limit})"
    ),
    "bed": N_("out of bed since {since} at night (limit {limit})"),
    "bathroom": N_("in the bathroom since {since}, no sign elsewhere (limit {limit})"),
    "left": N_(
        "the entrance was opened at {since} at night and nothing has moved inside after it "
        "(limit {limit})"
    ),
    "open": N_("the entrance has stood open since {since} (limit {limit})"),
    "cold": N_("too cold in every room since {since} (limit {limit})"),
    "frost": N_("URGENT: close to freezing in every room since {since} (limit {limit})"),
    "heat": N_("too hot in every room since {since} (limit {limit})"),
}
"""By which limit was broken."""

SIGNS: Mapping[str, str] = {
    "motion": N_("motion in {room}"),
    "presence": N_("somebody seen in {room}"),
    "bed": N_("the bed in {room}"),
    "door": N_("a door in {room}"),
    "entrance": N_("the entrance"),
    "": N_("the entrance"),
}


def sentence(data: Mapping[str, Any], names: Mapping[str, str], _: Translate, local: Local) -> str:
    """`data` of a journal line `rule_broken`; `names` has rooms by `device:12`."""
    text = SENTENCES.get(str(data.get("how")))
    if text is None:
        return f"{data.get('rule')} ({data.get('how')})"
    room = names.get(f"device:{data.get('device')}", "?")
    last = _(SIGNS.get(str(data.get("metric") or ""), SIGNS["motion"]))
    return _(text).format(
        since=_moment(str(data.get("since", "")), local),
        last=last.format(room=_(v.ROOMS.get(room, room))),
        limit=_span(int(data.get("limit_seconds", 0)), _),
    )


def _moment(text: str, local: Local) -> str:
    try:
        return local(datetime.fromisoformat(text)).strftime("%m-%d %H:%M")
    except ValueError:
        return text


def _span(seconds: int, _: Translate) -> str:
    if seconds >= 7200:
        return _(N_("{hours} h")).format(hours=f"{seconds / 3600:g}"[:4])
    return _(N_("{minutes} min")).format(minutes=round(seconds / 60))
