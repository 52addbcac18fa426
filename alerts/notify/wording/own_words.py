"""Says a text in a centre's own words, where it has some."""

import structlog

from alerts.notify.template_text import TemplateText
from alerts.notify.wording.catalogue import WORDINGS, mark
from alerts.notify.wording.rendering import rendered
from alerts.notify.wording.written import SIGNATURE, WRITTEN
from alerts.own_texts import OwnTexts

log = structlog.get_logger(__name__)


def in_own_words(text: str, own: OwnTexts) -> str:
    """The text as the centre says it; what is not one of our messages, or finished already, stays
    as it is."""
    if not isinstance(text, TemplateText) or text.wording not in WORDINGS:
        return text
    language = "zh" if text.language == "zh" else "en"
    chosen = own.get(text.wording, language)
    signature = own.get(SIGNATURE, language) if text.wording in WRITTEN else None
    if chosen is None and signature is None:
        return text
    shipped = WORDINGS[text.wording].body(language)
    try:
        words = rendered(chosen.body if chosen else shipped, text.said)
    except KeyError as error:
        # Written for another version of the product: rather its own words than none.
        log.warning("own text not said", text=text.wording, unknown=error.args[0])
        words = rendered(shipped, text.said)
    if text.wording in WRITTEN:
        words = (signature.body if signature else mark(language)) + words
    return text.finished(words)
