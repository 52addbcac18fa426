"""Translates what the use cases refuse into the language of the page.

The API says it in English. A text with {placeholders} stands for every text of that form; what is
not listed here is shown as it is. The browser's script does the same with the same list.
"""

import re
from collections.abc import Callable
from functools import cache

from api.pages.vocabulary import N_

VALIDATION_TEXTS = (
    N_("Value error, {reason}"),
    N_("Field required"),
    N_("String should have at least {least} character"),
    N_("String should have at most {most} characters"),
    N_("Input should be greater than or equal to {least}"),
    N_("Input should be less than or equal to {most}"),
)
"""What a field lacks, as pydantic says it."""
REFUSAL_TEXTS = (
    # alarms
    N_("nobody owns the alarm yet: acknowledge it first"),
    N_("the alarm is closed: a new signal opens a new one"),
    N_("the alarm is closed already"),
    N_("only the press of a button that is not set up can be made a call"),
    N_("the detector still reports it: look at it, then say so and close it all the same"),
    N_("the resident says that it was a mistake: speak to them first, then say so and close it"),
    N_("another operator owns this alarm: ask for it to be transferred"),
    N_("they are not at the desk: hand it over to a colleague who is, or keep it"),
    N_("this responder has been sent to this alarm already"),
    N_("a dispatch that is {state} cannot become {wanted}; only {allowed}"),
    N_("a door is forced only where a person of a home may be in danger"),
    N_("a forced entry is recorded already: go on with that one"),
    N_("no police are there and no consent is signed: call 110, or state that a life is in danger"),
    N_("the entry is recorded already"),
    N_("entered_at must be between the alarm and now"),
    N_("secured_at must be between the entry and now"),
    N_("the door was forced: say who has secured it"),
    N_("say who has secured the door, and how"),
    N_("this forced entry is finished already"),
    N_("this alarm is about an area, nobody lives in it: write a note"),
    N_("the note is empty: write what was said or done"),
    N_("write down what was said"),
    # shelving and linking
    N_("the alarm is shelved already: bring it back first"),
    N_("the alarm is not shelved"),
    N_("until: from now, and at most {longest} ahead for this alarm"),
    N_("the reason is empty: say why nobody needs to see this alarm"),
    N_("another operator than the one who asked must confirm"),
    N_("nobody has asked to shelve this alarm, or its time has passed"),
    N_("only alarms of the same home can be linked"),
    # talks
    N_("no calls can be made: a number to call from is not set up"),
    N_("your own telephone number is not known: it is rung first"),
    N_("no telephone number is known for this home"),
    N_("no telephone number is known for this person"),
    N_("no number is known for {service}; known: {known}"),
    N_("none is set up"),
    N_("you hold no talk about this alarm"),
    # messages
    N_("no phone number is known of this person"),
    N_("this person has stopped text messages (STOP): call instead"),
    N_("no text message can go to this number now: call instead"),
    N_("this very message is on its way already"),
    N_("this person has nothing to do with the alarm: write without it"),
    N_(
        "codes of doors and key boxes are not written: the responder sees them on the page, "
        "or say them by telephone"
    ),
    # modes
    N_("the home is in the mode {mode} already: end it first"),
    N_("the mode has ended already"),
    N_("another person than the one who set the mode must consent"),
    N_("somebody has consented already"),
    # rules
    N_("inactivity: day_from must be earlier than day_to"),
    N_("inactivity: night_hours must not be less than day_hours"),
    N_("inactivity: {name} must not be less than night_hours"),
    N_("cold: frost must be below the other limit"),
    # work
    N_("this task is done already"),
    N_("this work order is {state} already"),
    N_("due_at has passed: choose a later time"),
    N_("there is an open work order for this already: {number}"),
    N_("there is no such home"),
    N_("the home has no such device"),
    # rotas
    N_("ends_at must be after starts_at"),
    N_("valid_until is before valid_from"),
    # areas, people, protocols
    N_("there is an area {code} already"),
    N_("{code} cannot lie in {parent}: that is the area itself or lies in it"),
    N_("a {level} cannot lie in a {above}"),
    N_("district"),
    N_("community"),
    N_("grid"),
    N_("{name} is a responder already"),
    N_("{name} is on this home's list already"),
    N_("write the number with its country, like +8613912345678 or +862131234567"),
    N_(
        "this is the number of a service, not somebody's: "
        "write the number with its country, like +8613912345678 or +862131234567"
    ),
    N_(
        "no country has this code: "
        "write the number with its country, like +8613912345678 or +862131234567"
    ),
    N_(
        "the number is too short, a digit is missing: "
        "write the number with its country, like +8613912345678 or +862131234567"
    ),
    N_(
        "the number is too long, a digit is too many: "
        "write the number with its country, like +8613912345678 or +862131234567"
    ),
    N_(
        "no telephone can have this number, a digit is wrong: "
        "write the number with its country, like +8613912345678 or +862131234567"
    ),
    N_(
        "an extension cannot be rung: write the direct number with its country, "
        "like +8613912345678 or +862131234567"
    ),
    N_("must be the name of a time zone, like Asia/Shanghai"),
    N_("this person does not live here"),
    N_("{name} has given one that is in force: withdraw it first"),
    N_("given_on lies in the future"),
    N_("quiet hours need a beginning and an end"),
    N_("write an address that begins with one of: {services}"),
    N_("this is not a complete {service}:// address"),
    N_("{channel} goes to the person's phone: leave the address out"),
    N_("a protocol has 1 to {most} lines"),
    N_("each line needs a code of its own, twice: {codes}"),
    N_("the review date must be in the future"),
    # plans
    N_("this is the last plan for any kind and home: save another first"),
    N_("plan {code} is for another kind or home: choose another code for this one"),
    N_("there is no home {home}"),
    N_("a plan needs a list of at least one step"),
    N_("there is no area {area}"),
    N_("there is no person {person}"),
    N_("waits longer than {seconds} s, and a person may be in danger"),
    N_(
        "{hotline} passes on what is not urgent, and a person may be in danger: "
        "name 110, 119 or 120"
    ),
    N_("guards is for faults of devices; a danger is one whatever saw it"),
    N_("channels must be an order of {channels}, each once"),
    N_("by {channel} calls them first, and channels begin otherwise"),
    N_("unanswered_seconds must be from {least} to {most}"),
    N_(
        "a text that nobody answers becomes a call, and a person may be in danger: "
        "channels must name {channel}"
    ),
    N_("unanswered_seconds is for dangers: nobody is called because of silence otherwise"),
    N_("there is no field {field} for {target}"),
    N_("hours that begin and end at the same time"),
    N_("a contact's position must be ≥ 1"),
    N_("person must be the id of the person to tell"),
    N_("there is no contact {number}: {whose} has at most {most}"),
    N_("a home"),
    N_("the home"),
    N_("at {at} nobody but the operators is reached ({steps})"),
    N_(
        "at {at} it takes {seconds} s until somebody outside the centre is "
        "asked; it must not take longer than {most} s"
    ),
    N_("cycles must be from {least} to {most}"),
    # message texts
    N_("there is no text {name} in {language}"),
    N_("there is no version {version} of the text {name} in {language}"),
    N_("the text is empty: write what is to be said"),
    N_("the text has {count} characters: {most} at most"),
    N_("the text has a line break or a character that cannot be sent"),
    N_("only registered templates have a carrier's code"),
    N_(
        "the signature is 【name】 in Chinese, [name] and a space in English: "
        "2 to 20 characters inside"
    ),
    N_("carriers refuse links in texts: leave it out, the page's address comes by itself"),
    N_("【】 is for the signature, which stands before each text by itself"),
    N_("{part}: a part that may fall away has at least one variable and no other part in it"),
    N_("a brace or bracket is not closed: see below how variables are written"),
    N_("the carrier's code of the approved template is missing: it looks like {example}"),
    N_("write variables of a registered template as shown below, and no parts in brackets"),
    N_("the carrier refuses two variables side by side: put words between"),
    N_("the carrier refuses links, long numbers and 【】 in a template"),
    N_("unknown variable: {unknown}; this text knows: {known}"),
    N_("none"),
    N_(
        "without {missing} the reader does not know what it is about: "
        "write it, outside of double brackets"
    ),
    # what the self-check says of the centre itself
    N_("timers: {seconds} s late"),
    N_("messages for life to be sent: {seconds} s late"),
    N_("messages to be sent: {seconds} s late"),
    N_("messages being sent: {seconds} s late"),
    N_("supervision: {seconds} s late"),
    N_("life alarms"),
    N_("other alarms"),
    N_("comfort and technical messages"),
    N_("{kinds}: messages leave {seconds} s late"),
    N_("{kinds}: the carrier refuses messages, {seconds} s late"),
    N_("{kinds}: the carrier refuses our account ({code}), {seconds} s late"),
    N_("{kinds}: the carrier refused {refused} of the last {tried} messages, {seconds} s late"),
    N_("{process}: has never reported"),
    N_("{process}: silent for {seconds} s"),
    N_("disk: {path} is full ({free} free)"),
    N_("disk: {path} is nearly full ({free} free, full in {hours} h)"),
    N_("disk: {path} is nearly full ({free} free)"),
    N_("{process}: its heartbeat is from the future: a clock was put back"),
    N_("{process}: the clock of {instance} is {seconds} s ahead of the database's"),
    N_("{process}: the clock of {instance} is {seconds} s behind the database's"),
)
ALL_TEXTS = (*REFUSAL_TEXTS, *VALIDATION_TEXTS)


def translate_refusal(text: str, say: Callable[[str], str]) -> str:
    """A refusal in the language of `say`."""
    for template in ALL_TEXTS:
        found = _pattern(template).fullmatch(text)
        if found:
            values = {
                name: translate_refusal(value, say) for name, value in found.groupdict().items()
            }
            return say(template).format(**values)
    return text


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile(
        "".join(f"(?P<{p}>.*?)" if i % 2 else re.escape(p) for i, p in enumerate(parts)), re.DOTALL
    )
