"""Texts for the codes of the field: states, outcomes, channels, roles; used by pages.

Kinds of alarm, outcomes and states of a dispatch are named where they are defined:
store/alarm/kinds.py, store/alarm/outcomes.py, store/dispatch_states.py; channels in
alerts/notify/channels.
"""

from collections.abc import Mapping
from typing import TypeVar

from alerts.alarm.by_hand import Source
from alerts.notify.channels.registry import CHANNELS as CHANNEL_RECORDS
from alerts.work.entry_grounds import Grounds
from store.alarm.outcomes import OUTCOMES as OUTCOME_RECORDS
from store.alarm.outcomes import OutcomeGroup
from store.attendance import NAMES as ATTENDANCE_NAMES
from store.attendance import Attendance
from store.dispatch_states import DISPATCH_STATES as DISPATCH_STATE_RECORDS
from store.model import (
    AlarmState,
    Answer,
    DispatchState,
    Hears,
    NotificationState,
    Outcome,
    Priority,
    Role,
)
from store.records import N_ as N_

_Code = TypeVar("_Code")


class Words(dict[_Code, str]):
    """Texts by code. A code that only a newer process knows is its own text: a page shows it and
    stays whole."""

    def __missing__(self, code: _Code) -> str:
        return str(code)


PRIORITIES: Mapping[Priority, str] = Words(
    {
        Priority.LIFE: N_("Life"),
        Priority.PERSON_AT_RISK: N_("Person at risk"),
        Priority.COMFORT: N_("Early warning"),
        Priority.TECHNICAL: N_("Technical"),
    }
)

STATES: Mapping[AlarmState, str] = Words(
    {
        AlarmState.RAISED: N_("Waiting"),
        AlarmState.ACKNOWLEDGED: N_("Taken"),
        AlarmState.DISPATCHED: N_("Responder sent"),
        AlarmState.ON_SCENE: N_("On scene"),
        AlarmState.CLOSED: N_("Closed"),
    }
)

SOURCES: Mapping[Source, str] = Words(
    {
        Source.TELEPHONE: N_("somebody telephoned"),
        Source.MESSAGE: N_("somebody wrote"),
        Source.NEIGHBOUR: N_("a neighbour told"),
        Source.POLICE: N_("the police told"),
        Source.STAFF: N_("staff told"),
        Source.OTHER: N_("somebody else told"),
    }
)

ANSWERS: Mapping[Answer, str] = Words(
    {
        Answer.GOING: N_("{name} is going"),
        Answer.CANNOT: N_("{name} cannot go"),
        Answer.SEEN: N_("{name} has seen it"),
    }
)

ATTENDANCE: Mapping[Attendance, str] = Words(ATTENDANCE_NAMES)

DISPATCH_STATES: Mapping[DispatchState, str] = Words(
    {state: record.name for state, record in DISPATCH_STATE_RECORDS.items()}
)

NOTIFICATION_STATES: Mapping[NotificationState, str] = Words(
    {
        NotificationState.QUEUED: N_("queued"),
        NotificationState.SENDING: N_("being sent"),
        NotificationState.SENT: N_("sent"),
        NotificationState.DELIVERED: N_("delivered"),
        NotificationState.FAILED: N_("failed"),
        NotificationState.CANCELLED: N_("not sent any more"),
    }
)

PURPOSES: Mapping[str, str] = Words(
    {
        "alarm": N_("alarm"),
        "offer": N_("request to go"),
        "access": N_("address and keys"),
        "also": N_("another danger of the home"),
        "told": N_("how it goes on"),
        "over": N_("it is over"),
        "answer": N_("answer"),
        "reply": N_("written by the desk"),
        "overdue": N_("work overdue"),
        "progress": N_("said aloud at home"),
        "conference": N_("conversation"),
    }
)

WORKS: Mapping[str, str] = Words(
    {
        "battery": N_("change the battery"),
        "replace": N_("replace the device"),
        "repair": N_("repair the device"),
        "connect": N_("bring the connection back"),
    }
)

CHANNELS: Mapping[str, str] = Words(
    {record.name: record.title for record in CHANNEL_RECORDS.values()}
)

ROLES: Mapping[Role, str] = Words(
    {
        Role.OPERATOR: N_("operator"),
        Role.SUPERVISOR: N_("supervisor"),
        Role.ADMIN: N_("administrator"),
        Role.FAMILY: N_("family"),
        Role.RESPONDER: N_("responder"),
        Role.INSTALLER: N_("installer"),
    }
)

RESPONDER_KINDS: Mapping[str, str] = Words(
    {
        "grid_worker": N_("grid worker"),
        "station": N_("service station"),
        "property": N_("property management"),
        "volunteer": N_("volunteer"),
    }
)

LEVELS: Mapping[str, str] = Words(
    {
        "district": N_("district"),
        "community": N_("community"),
        "grid": N_("grid"),
    }
)

HEARS: Mapping[str, str] = Words(
    {
        Hears.ALL: N_("every step"),
        Hears.IMPORTANT: N_("who is there, who does not go after all, the end"),
        Hears.END: N_("only the end"),
    }
)

RELATIONS: Mapping[str, str] = Words(
    {
        "daughter": N_("daughter"),
        "son": N_("son"),
        "spouse": N_("spouse"),
        "wife": N_("wife"),
        "husband": N_("husband"),
        "grandchild": N_("grandchild"),
        "daughter_in_law": N_("daughter-in-law"),
        "son_in_law": N_("son-in-law"),
        "sibling": N_("sibling"),
        "niece": N_("niece"),
        "nephew": N_("nephew"),
        "carer": N_("carer"),
        "neighbour": N_("neighbour"),
        "friend": N_("friend"),
    }
)

ROOMS: Mapping[str, str] = Words(
    {
        "bathroom": N_("bathroom"),
        "kitchen": N_("kitchen"),
        "bedroom": N_("bedroom"),
        "living room": N_("living room"),
        "living_room": N_("living room"),
        "hall": N_("hall"),
        "balcony": N_("balcony"),
    }
)

WARNINGS: Mapping[str, str] = Words(
    {
        "no_contact": N_("No contact could be reached"),
        "no_responder": N_("No responder on duty could be reached"),
        "no_person": N_("Whom the plan names could not be reached"),
        "no_neighbours": N_("Nobody is free in the grids around"),
        "no_community": N_("Nobody of the community is on duty"),
        "no_station": N_("No service station is on duty"),
        "no_authority": N_(
            "No supervisor and no admin has a telephone: nobody could be called who may decide"
        ),
        "contact_going": N_("The family is on its way: later contacts are left in peace"),
    }
)

FAULTS: Mapping[str, str] = Words(
    {"carrier": N_("the carrier itself"), "account": N_("our account there")}
)
"""Whose fault it is that a message waits for its carrier."""

ERRORS: Mapping[str, str] = Words(
    {
        "no-answer": N_("nobody picked up"),
        "busy": N_("engaged"),
        "engaged": N_("another of our calls is on that telephone"),
        "no_key": N_("picked up, no key pressed"),
        "heard_only": N_("listened, gave no answer"),
        "voice_mail": N_("voice mail"),
    }
)
"""Why a message or a call is no answer, where the code would say nothing to who reads it."""

OUTCOMES: Mapping[str, Mapping[Outcome, str]] = {
    group: {o: record.name for o, record in OUTCOME_RECORDS.items() if record.group == group}
    for group in OutcomeGroup
}
"""By the headings under which they are chosen."""

OUTCOME_NAMES: Mapping[Outcome, str] = Words(
    {outcome: record.name for outcome, record in OUTCOME_RECORDS.items()}
)

ENTRY_GROUNDS: Mapping[str, str] = Words(
    {
        Grounds.DANGER: N_("a life is in danger"),
        Grounds.POLICE_AND_CONSENT: N_("the police are there, a consent is signed"),
        Grounds.POLICE: N_("the police are there"),
        Grounds.CONSENT: N_("a consent is signed"),
    }
)

SERVICES: Mapping[str, str] = Words(
    {
        "120": N_("ambulance"),
        "119": N_("fire brigade"),
        "110": N_("police"),
        "12345": N_("city hotline"),
    }
)

PROMPTS: Mapping[str, Mapping[str, str]] = {
    "no_contact": Words(
        {
            "120": N_("Call 120 now: nobody has heard the resident."),
            "110": N_("Call 110 for the entry, if nobody with a key is there."),
        }
    ),
    "danger": Words({"119": N_("Call 119 now.")}),
}
"""What a prompt asks of the desk, by why and by service."""

MODES: Mapping[str, str] = Words(
    {
        "away": N_("away"),
        "test": N_("test"),
        "maintenance": N_("maintenance"),
        "out_of_service": N_("out of service"),
    }
)

TOO_MUCH: Mapping[str, str] = Words(
    {
        "messages": N_("too many messages: readings are left out"),
        "devices": N_("too many new devices: they are not registered"),
        "letters": N_("too much that cannot be read: it is not kept any more"),
        "configs": N_("too many descriptions of devices: they are not learned"),
        "time": N_("too much work: it is done behind the others"),
        "templates": N_("templates too slow: their parts are silent"),
    }
)
"""What a home has too much of; the codes of ingest/quotas/overruns.py."""

LEGS: Mapping[str, str] = Words(
    {
        "WAITING": N_("will be called"),
        "CALLING": N_("it rings"),
        "TALKING": N_("in the talk"),
        "ENDED": N_("hung up"),
        "FAILED": N_("not reached"),
    }
)

WORK_STATES: Mapping[str, str] = Words(
    {
        "OPEN": N_("nobody has it"),
        "ASSIGNED": N_("somebody has it"),
        "DONE": N_("done"),
        "CANCELLED": N_("not needed any more"),
    }
)

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))

PLAN_TARGETS: Mapping[str, str] = Words(
    {
        "console": N_("call the operators"),
        "home": N_("the home itself, by its loudspeaker"),
        "contact": N_("one contact of the home"),
        "contacts": N_("all contacts at once"),
        "contacts_in_order": N_("contacts one after the other"),
        "grid_responder": N_("responder on duty"),
        "station": N_("service station"),
        "community": N_("community"),
        "neighbours": N_("responders of the grids around"),
        "supervisor": N_("supervisor of the district"),
        "person": N_("a person by name"),
        "outside": N_("outside service, by the operators"),
    }
)

CHANNEL_ORDERS: Mapping[str, str] = Words(
    {
        "sms,voice": N_("a text, then a call"),
        "voice,sms": N_("a call, then a text"),
        "voice": N_("a call"),
        "sms": N_("a text"),
    }
)
"""What a step says of channels, by their names with commas."""

PLAN_WHEN: Mapping[str, str] = Words(
    {
        "unacknowledged": N_("while nobody has taken the alarm"),
        "not_arrived": N_("while nobody is there"),
    }
)

EXCEPTIONS: Mapping[str, str] = Words(
    {
        "absent": N_("absent"),
        "extra": N_("on duty beside the rota"),
    }
)
