"""docs/channels.md tells what each carrier carries where, as the code does."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from alerts.notify.carriers.abilities import Abilities, Text
from alerts.notify.carriers.aliyun.catalogue import CATALOGUE, can_be_said
from alerts.notify.carriers.registry import CARRIERS
from alerts.notify.channels.registry import BY_PHONE, CHANNELS
from alerts.notify.channels.voice import TALK
from app.commands.templates import templates

TEXT = (Path(__file__).parents[3] / "docs/channels.md").read_text(encoding="utf-8")
COLUMNS = [(carrier, channel) for carrier in ("aliyun", "twilio") for channel in ("sms", "voice")]
SAID: dict[str, tuple[str, str]] = {
    "an alarm": ("alarm", "alarm"),
    "a dispatch is offered": ("offer", "offer"),
    "how to get there, once accepted": ("access", "accepted"),
    "another danger of the home": ("also", "also"),
    "somebody is going": ("told", "going"),
    "somebody is there": ("told", "there"),
    "they do not go after all": ("told", "not_going"),
    "the centre has taken it": ("told", "acknowledged"),
    "an area is cut off": ("told", "outage"),
    "connected again": ("over", "outage_over"),
    "something that guards the home has failed": ("told", "fault"),
    "what it was in the end": ("over", "ended"),
    "it is over, where that is not approved": ("over", "over"),
    "called off": ("over", "called_off"),
    "which alarm is meant?": ("answer", "which"),
    "are you really there?": ("answer", "arrived"),
    "what they found is written down": ("answer", "finding_noted"),
    "they are done": ("answer", "done_noted"),
    "nothing is open": ("answer", "nothing_open"),
    "is it this alarm you mean?": ("answer", "not_heard"),
    "what an answer was taken for": ("answer", "noted"),
    "an operator will read it": ("answer", "desk_reads"),
    "a cry for help was heard": ("answer", "cry_heard"),
    "what is overdue": ("overdue", "overdue"),
    "an operator's own words": ("reply", ""),
    "an operator's call": (TALK, ""),
}


def rows_of(heading: str) -> dict[str, list[str]]:
    table = TEXT.split(f"{heading}\n", 1)[1].split("\n\n", 2)
    lines = next(part for part in table if part.lstrip().startswith("|")).strip().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return {cell[0]: cell[1:] for cell in cells}


def says(carrier: str, channel: str, purpose: str, template: str) -> str:
    purposes, abilities = CHANNELS[channel].purposes, CARRIERS[carrier].channels[channel]
    if purposes is not None and purpose not in purposes:
        return "–"
    if purpose == TALK:
        return "joined" if channel == "voice" and abilities.talks else "–"
    if abilities.text == Text.FREE:
        return "free text" if channel == "sms" else "read out, keys"
    if channel == "sms":
        return f"`{template}`" if template in CATALOGUE else "–"
    return "keys, or a notice" if can_be_said(template, CATALOGUE) else "–"


@pytest.mark.parametrize("what", SAID)
def test_what_is_said_by_whom_is_told_as_it_is(what: str) -> None:
    """Break: give a purpose to a channel, or drop a template, in the code alone."""
    purpose, template = SAID[what]
    told = rows_of("### What leaves by whom")[what]
    assert told == [says(*column, purpose, template) for column in COLUMNS]


def test_every_template_that_is_written_has_its_line() -> None:
    assert {t for _, t in SAID.values() if t} == {n for n, t in CATALOGUE.items() if not t.spoken}
    assert set(rows_of("### What leaves by whom")) == set(SAID)


def limits_of(abilities: Abilities) -> str:
    spans = {60: "a minute", 3600: "an hour", 86_400: "a day"}
    limits = [
        f"{limit.most} {spans[limit.seconds]}"
        + (f" ({limit.life} of them kept for life-safety)" if limit.life else "")
        for limit in abilities.callee_limits
    ]
    return ", ".join(limits) or "–"


def test_abilities_are_told_as_they_are() -> None:
    """Break: declare another limit in the code alone."""
    told = rows_of("### What carriers can")
    columns = [CARRIERS[carrier].channels[channel] for carrier, channel in COLUMNS]
    assert {channel for _, channel in COLUMNS} == BY_PHONE
    assert told == {
        "numbers": ["+86" if a.only_mainland else "all but +86" for a in columns],
        "text": [str(a.text) for a in columns],
        "replies are tied by": [str(a.replies) for a in columns],
        "keys": ["yes" if a.key_presses else "–" for a in columns],
        "looked up after a lost answer": [str(a.look_up) for a in columns],
        "one telephone may get": [limits_of(a) for a in columns],
    }


def test_every_template_is_printed_for_the_carrier() -> None:
    printed = CliRunner().invoke(templates).output
    for name, template in CATALOGUE.items():
        assert re.search(rf"^{name} +(sms|voice) +{re.escape(template.text)}$", printed, re.M), name
