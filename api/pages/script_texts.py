"""Texts for the browser's scripts, in the reader's language; put into the page as JSON."""

from functools import cache

from api.pages import languages
from api.pages import vocabulary as v
from api.pages.refusal_texts import ALL_TEXTS
from api.pages.vocabulary import N_
from store.alarm.kinds import kind_name
from store.dispatch_states import GOING
from store.model import Kind

PHRASES = {
    "waiting_title": N_("ALARM"),
    "you": N_("you"),
    "exhausted": N_("NOBODY HAS TAKEN IT"),
    "calls_owner": N_("NOBODY IS GOING: ACT"),
    "no_responder": N_("no responder is on the way"),
    "prompt": N_("CALL {services}"),
    "cleared": N_("back to normal"),
    "mistake": N_("says: pressed by mistake. Speak to them"),
    "late": N_("arrived late"),
    "children": N_("explains {n} more"),
    "linked": N_("with {n} more of this home"),
    "together": N_("also in this home: {kinds}"),
    "comma": N_(", "),
    "shelving_asked": N_("to be hidden? A second person must agree"),
    "eta": N_("{minutes} min left"),
    "or": N_(" or "),
    "overdue": N_("{minutes} min overdue"),
    "close": N_("Close window"),
    "not_sent": N_("No answer from the centre. See whether it was done, then try again."),
    "logged_out": N_("Your log-in has ended. Please log in again."),
    "taken": N_("{name} has this alarm. Ask for it to be handed over."),
    "refused": N_("That did not work: {reason}"),
    "no_sound": N_("The browser still refuses to play sound. Check its settings."),
}


@cache
def texts_for_scripts(language: str) -> dict[str, dict[str, str]]:
    """Lists of names by code, and phrases with {placeholders}."""
    _ = languages.translations(language).ugettext

    def translated(codes: dict[str, str]) -> dict[str, str]:
        return {code: _(text) for code, text in codes.items()}

    return {
        "kinds": {kind: kind_name(kind, language) for kind in Kind},
        "priorities": translated({str(int(p)): name for p, name in v.PRIORITIES.items()}),
        "states": translated({str(state): name for state, name in v.STATES.items()}),
        "answers": translated({str(answer): name for answer, name in v.ANSWERS.items()}),
        "attendance": translated({str(how): name for how, name in v.ATTENDANCE.items()}),
        "dispatches": translated({str(state): name for state, name in v.DISPATCH_STATES.items()}),
        "going": {str(state): str(state) for state in sorted(GOING)},
        "warnings": translated(dict(v.WARNINGS)),
        "phrases": translated(PHRASES),
        "refusals": {text: _(text) for text in ALL_TEXTS},
    }
