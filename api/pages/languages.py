"""Chooses a page's language and loads its .po catalogue; used by rendering.

The catalogues are the .po files in locale/: they are read as they are, nothing is compiled.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "pages"
LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "anxin_language"


@cache
def translations(language: str) -> Translations:
    """The catalogue of a language; a text that is missing in it stays English."""
    with catalogue_file(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


def catalogue_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def choose(*, own: str | None, cookie: str | None, accepted: str | None, default: str) -> str:
    """The reader's own language, else the one chosen on this machine, else the browser's.

    `accepted` is an Accept-Language header, `default` the installation's language.
    """
    for wanted in (own, cookie, _accepted(accepted or ""), default):
        if wanted in LANGUAGES:
            return wanted
    return "zh"


def _accepted(header: str) -> str | None:
    choices = []
    for part in header.split(",")[:12]:
        tag, _, weight = part.strip().partition(";q=")
        try:
            choices.append((-float(weight or 1), tag.strip().replace("-", "_")))
        except ValueError:
            continue
    choices.sort(key=lambda choice: choice[0])
    found = negotiate_locale([tag for _, tag in choices], list(LANGUAGES))
    return found.split("_")[0] if found else None
