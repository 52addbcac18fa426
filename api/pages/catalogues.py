"""Brings the .po files up to date with the texts in code and templates.

    python -m api.pages.catalogues

A translator then fills what is empty. A test refuses catalogues that are out of date.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from api.pages.languages import LANGUAGES, catalogue_file

API = Path(__file__).parents[1]
LOWER_FLOORS = ("store", "alerts")
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**.html": {"trimmed": "true"}}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}


def extracted() -> Catalog:
    """Every text there is to translate, in the order of the files."""
    template = Catalog(project="anxin", charset="utf-8")
    found = [*_texts_in(API, "")]
    for floor in LOWER_FLOORS:
        found += _texts_in(API.parent / floor, f"../{floor}/")
    for file_name, message, context in sorted(found, key=lambda row: row[0]):
        template.add(message, locations=[(file_name, 0)], context=context)
    return template


def _texts_in(folder: Path, prefix: str) -> Iterator[tuple[str, Any, str | None]]:
    """File, text and context of every text in a folder; the file's name as seen from api/."""
    found = extract_from_dir(
        str(folder),
        method_map=METHODS,
        options_map=OPTIONS,
        keywords=KEYWORDS,
        directory_filter=lambda folder: Path(folder).name not in ("node_modules", "static"),
    )
    for file_name, _line, message, _comments, context in found:
        yield f"{prefix}{file_name}", message, context


def update(language: str) -> Catalog:
    """The language's catalogue with today's texts; those gone are dropped."""
    path = catalogue_file(language)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    else:
        catalogue = Catalog(locale=language, project="anxin", charset="utf-8")
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def main() -> None:
    for language in LANGUAGES:
        catalogue = update(language)
        path = catalogue_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, include_lineno=False, omit_header=True)
        empty = [message.id for message in catalogue if message.id and not message.string]
        print(f"{language}: {len(catalogue)} texts, {len(empty)} not translated")


if __name__ == "__main__":
    main()
