"""Writes a message in a centre's own words, and puts a version in force.

Each function is one transaction and raises NotFoundError or UnacceptableError. A version that was
put in force is said by all processes within seconds.
"""

from datetime import datetime

from alerts.errors import NotFoundError
from alerts.notify.wording import own_text_rules
from alerts.notify.wording.originals import ORIGINALS, Original
from store.db import Connection
from store.model import User
from store.notify import message_texts
from store.notify.message_texts import TextVersion


def original_of(name: str, language: str) -> Original:
    """NotFoundError: there is no such message."""
    found = ORIGINALS.get((name, language))
    if found is None:
        raise NotFoundError(f"there is no text {name} in {language}")
    return found


def write(
    conn: Connection,
    name: str,
    language: str,
    body: str,
    template_code: str,
    by: User,
    now: datetime,
) -> TextVersion:
    """The next version, in force at once. A registered template has to be approved before: its
    code says so."""
    text, code = own_text_rules.checked(original_of(name, language), body, template_code)
    with conn.transaction():
        message_texts.one_at_a_time(conn)
        number, version = message_texts.add(
            conn, name, language, text, template_code=code, by=by.id, now=now
        )
        message_texts.choose(conn, number, by=by.id, now=now)
        return _version(conn, name, language, version)


def put_in_force(
    conn: Connection, name: str, language: str, version: int, by: User, now: datetime
) -> TextVersion:
    """An older version again, of the centre's or the product's. Once more changes nothing."""
    original = original_of(name, language)
    with conn.transaction():
        message_texts.one_at_a_time(conn)
        wanted = _version(conn, name, language, version)
        if wanted.in_force:
            return wanted
        if wanted.created_by is not None:
            _still_fits(original, wanted)
        # The product's newest words are followed by its next ones; an older one was chosen.
        newest = wanted.created_by is None and wanted.body == original.body
        message_texts.choose(conn, wanted.id, by=None if newest else by.id, now=now)
        return _version(conn, name, language, version)


def _still_fits(original: Original, wanted: TextVersion) -> None:
    """It may have been written for another version of the product."""
    own_text_rules.checked(original, wanted.body, wanted.template_code)


def _version(conn: Connection, name: str, language: str, version: int) -> TextVersion:
    for one in message_texts.versions(conn, name, language):
        if one.version == version:
            return one
    raise NotFoundError(f"there is no version {version} of the text {name} in {language}")
