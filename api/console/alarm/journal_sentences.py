"""What the lines of an alarm's journal say: a sentence for each event code that is written
anywhere, and the words for what they name. A test finds those that have none.
"""

from collections.abc import Mapping

from alerts.notify.channels.registry import CHANNELS
from api.pages import vocabulary as v
from api.pages.vocabulary import N_

SENTENCES: Mapping[str, str] = {
    "raised": N_("The alarm was raised"),
    "rule_broken": N_("A rule of the home: {broken}"),
    "rang_centre": N_("{person} telephoned the centre and talks with {actor}"),
    "rang_in_vain": N_("{person} telephoned the centre and nobody could take the call: call back"),
    "called_back": N_("{actor} has called back"),
    "wrote_for_help": N_("{person} wrote for help"),
    "opened_by_hand": N_("{actor} opened it by hand: {source}"),
    "repeated": N_("Signalled again, {count} times by now"),
    "flapping": N_(
        "It comes and goes without end: its device is probably broken. Look all the same"
    ),
    "never_heard": N_("Never heard since it was installed: look for a mistake there"),
    "cleared": N_("The condition is back to normal; the alarm stays open"),
    "acknowledged": N_("{actor} took the alarm"),
    "re_alarmed": N_("The alarm is waiting again: {reason}"),
    "transferred": N_("{actor} handed the alarm to {to}"),
    "taken_over": N_("{actor} took it over from {owner}, who has left the desk"),
    "heard": N_("{actor} knows of it"),
    "noted": N_("{actor} wrote a note"),
    "closed": N_("{actor} closed the alarm: {outcome}"),
    "shelving_asked": N_("{actor} wants the alarm hidden; another operator must agree"),
    "shelved": N_("Hidden for a time by {actor}"),
    "unshelved": N_("Shown again: {reason}"),
    "inhibited": N_("Explained by the outage of its area: nobody is told of it"),
    "released": N_("The outage of the area is over and this is not: an alarm of its own"),
    "widened": N_("The outage has become wider"),
    "linked": N_("{actor} linked it with another alarm of the home"),
    "state": N_("The alarm is now: {state}"),
    "step_fired": N_("Plan, step {step}: {target}"),
    "step_empty": N_("Plan, step {step}: {target}. {reason}"),
    "step_skipped": N_("Plan, step {step}: {target}. Passed over: {reason}"),
    "pass_refused": N_("The carrier let nothing leave: this walk through the plan does not count"),
    "plan_exhausted": N_("The whole plan was walked through and nobody has taken the alarm"),
    "plan_unusable": N_("The plan cannot be used as it stands: the built-in one runs instead"),
    "authority_called": N_("Nobody has taken it: who may decide is called by telephone"),
    "authority_missing": N_("Nobody has taken it, and nobody who may decide has a telephone"),
    "prompted": N_("The desk is to call {service} now"),
    "resident_reached": N_("{actor} has reached the resident"),
    "resident_not_reached": N_("{actor} has not reached the resident"),
    "console_called": N_("The operators were called again"),
    "queued": N_("Message to {person} queued ({purpose})"),
    "sent": N_("Message to {person} sent ({purpose})"),
    "sent_again": N_("Message to {person} sent again: it was not certain that it had left"),
    "carrier_passed_over": N_(
        "The carrier that may have the message to {person} does not answer: sent by another one, "
        "it may come twice"
    ),
    "delivered": N_("Message delivered to {person} ({purpose})"),
    "delivery_delayed": N_("Message to {person} could not be sent yet ({error}), trying again"),
    "carrier_refused": N_(
        "Not reached: the carrier refused the message to {person} ({error}: {fault}). "
        "It leaves when the carrier takes messages again"
    ),
    "delivery_failed": N_("Message to {person} failed ({error}): going on without waiting"),
    "channel_changed": N_("Trying to reach {person} another way: {to_channel}"),
    "unanswered": N_("No answer from {person} for {seconds} s: calling now"),
    "same_telephone": N_("{person} has the telephone of somebody who is called already"),
    "bundled": N_("Message to {person} joined with another one"),
    "left_in_peace": N_("{person} was not told: {reason}"),
    "told_already": N_("{person} has read the same at this number a moment ago"),
    "call_answered": N_("{person}'s telephone was picked up, by a person or a machine"),
    "call_heard": N_("At {person}'s telephone somebody pressed the key to listen"),
    "call_asked": N_("{actor} asks for a call to {part}"),
    "call_placed": N_("Calling {part}"),
    "hang_up_asked": N_("{actor} hangs up"),
    "talk_answered": N_("{part} has picked up"),
    "talk_ended": N_("The call with {part} is over ({seconds} s)"),
    "talk_failed": N_("{part} could not be called ({error})"),
    "cancelled_by_resident": N_("The resident says: pressed by mistake. Speak to them"),
    "cancelled": N_("A message that had not left was cancelled"),
    "responded": N_("Answer of the family: {answer} {eta}"),
    "asked_which": N_(
        "{actor} answered, and it was not certain that they mean this alarm: asked back"
    ),
    "named_code": N_("{actor} named the code; no message of this alarm had reached them"),
    "relative_overdue": N_("{person} should be there by now; nobody has said so"),
    "finding": N_("{actor} has written what they found"),
    "wrote": N_("{actor} wrote something that was not understood: please read it"),
    "answered": N_("{actor} wrote to {person}"),
    "message_read": N_("{actor} read what was written"),
    "made_call": N_("Made a help call"),
    "work_order_made": N_("Work order for the depot: {work}"),
    "work_order_done": N_("The depot is done: {work}"),
    "opted_out": N_("A contact asked for no more messages"),
    "opted_in": N_("A contact wants messages again"),
    "dispatch_offered": N_("{responder} was asked to go"),
    "dispatch_joined": N_("{responder} was sent to this home before and serves this alarm, too"),
    "dispatch_kept": N_("{responder} goes on: another danger of the home is open"),
    "dispatch_accepted": N_("{responder} accepted and is going {eta}"),
    "eta_said": N_("{responder} says how long they still need {eta}"),
    "dispatch_declined": N_("{responder} declined"),
    "dispatch_unanswered": N_("{responder} did not answer in time"),
    "dispatch_unreached": N_("{responder} was not reached: the carrier refused the message"),
    "dispatch_cancelled": N_("{responder} was called off"),
    "dispatch_done": N_("{responder} has finished"),
    "en_route": N_("{responder} is on the way {eta}"),
    "arrived": N_("{responder} has arrived"),
    "arrival_taken_back": N_("{responder} is not there yet after all"),
    "arrival_asked_back": N_(
        "{responder} says that they are there and never said that they go: asked whether it is so"
    ),
    "arrival_overdue": N_("{responder} should have arrived by now"),
    "nobody_left_to_send": N_("Nobody is left who could be asked to go"),
    "protocol_done": N_("{actor} ticked a line of the protocol: {line}"),
    "handed_over": N_("{actor} handed the alarm over to {service}"),
    "forced_entry_decided": N_("{actor} decided to force the door: {grounds}"),
    "forced_entry_done": N_("The door was forced: somebody is inside"),
    "forced_entry_called_off": N_("Nothing was forced: the door was opened otherwise"),
    "door_secured": N_("The forced door is secured"),
}

SENTENCES_OF_CALLS: Mapping[str, str] = {
    "queued": N_("Call to {person} planned ({purpose})"),
    "sent": N_("Calling {person} ({purpose})"),
    "delivered": N_("{person} pressed a key in the call ({purpose})"),
    "delivery_failed": N_("Call to {person}: {error}. Going on without waiting"),
}
"""What is said of a call otherwise than of a text."""

UNANSWERED_OTHERWISE = N_("No answer from {person} for {seconds} s: {to_channel} now")
"""Where they cannot be called."""
REPEATED_OFTEN = N_(
    "Signalled again {times} times from {first_at} to {last_at}, {count} times by now"
)
"""Of repeats that were counted together."""
NOT_SENT = N_("Not sent to {person} ({purpose}): {reason}")
NOT_AGAIN = N_("Not tried again for {person} ({purpose}), it may have left before: {reason}")
"""Of a cancelled message, where the journal knows why."""
ANSWERED_AGAIN = N_("Once more: {answer} {eta}")
ANSWERED_BY_CODE = N_(
    "Answer of the family, who named the code though no message had reached them: {answer} {eta}"
)

TARGETS: Mapping[str, str] = {
    "console": N_("operators called"),
    "home": N_("said by the home's loudspeaker"),
    "contact": N_("next contact told"),
    "contacts": N_("all contacts told"),
    "contacts_in_order": N_("contacts told one after the other"),
    "grid_responder": N_("responder of the grid asked"),
    "station": N_("service station asked"),
    "community": N_("community asked"),
    "neighbours": N_("responders of the grids around asked"),
    "supervisor": N_("supervisor told"),
    "person": N_("a person named in the plan told"),
    "outside": N_("operators called to hand it over to an outside service"),
}

REASONS: Mapping[str, str] = {
    **v.WARNINGS,
    "no_progress": N_("nothing happened in time"),
    "owner_gone": N_("its owner has left the desk"),
    "owner_logged_out": N_("its owner has logged out"),
    "time": N_("its time is over"),
    "by_hand": N_("somebody brought it back"),
    "new_call": N_("somebody called again"),
    "mode_ended": N_("the mode of the home has ended"),
    "quiet_hours": N_("it is their quiet time"),
    "not_their_kind": N_("they do not want to hear of this"),
    "hears_less": N_("they do not want to hear of each step"),
    "not_arrived": N_("the responder did not arrive in time"),
    "hours": N_("not at this hour"),
    "acknowledged": N_("somebody has taken the alarm"),
    "arrived": N_("somebody is there"),
    "responder_going": N_("somebody is going already"),
    "responder_asked": N_("who was asked for another danger of the home has time to answer"),
    "no_life": N_("what failed guards no life"),
    "exhausted": N_("the plan is through: the console alone"),
    "no_home": N_("it is an area's alarm"),
    "shelved": N_("the alarm is hidden"),
    "closed": N_("the alarm is closed"),
    "inhibited": N_("the outage of the area explains it"),
    "answered": N_("there is an answer already"),
    "called_off": N_("the responder does not go, or is done"),
}

VIAS: Mapping[str, str] = {
    "console": N_("at the console"),
    **{record.name: record.by for record in CHANNELS.values()},
    "page": N_("on the web page"),
    "api": N_("by a program"),
    "mqtt": N_("from the home"),
}

TONES: Mapping[str, str] = {
    "raised": "bad",
    "rule_broken": "bad",
    "re_alarmed": "bad",
    "opened_by_hand": "bad",
    "rang_in_vain": "bad",
    "wrote_for_help": "bad",
    "plan_exhausted": "bad",
    "carrier_refused": "bad",
    "pass_refused": "bad",
    "carrier_passed_over": "bad",
    "delivery_failed": "bad",
    "unanswered": "bad",
    "same_telephone": "faint",
    "step_empty": "bad",
    "nobody_left_to_send": "bad",
    "arrival_overdue": "bad",
    "dispatch_declined": "bad",
    "dispatch_unanswered": "bad",
    "dispatch_unreached": "bad",
    "wrote": "bad",
    "asked_which": "bad",
    "relative_overdue": "bad",
    "eta_said": "good",
    "acknowledged": "good",
    "taken_over": "good",
    "heard": "faint",
    "responded": "good",
    "dispatch_accepted": "good",
    "en_route": "good",
    "arrived": "good",
    "dispatch_done": "good",
    "closed": "good",
    "answered": "good",
    "work_order_done": "good",
    "message_read": "faint",
    "protocol_done": "good",
    "handed_over": "good",
    "forced_entry_decided": "bad",
    "forced_entry_called_off": "good",
    "door_secured": "good",
    "step_skipped": "faint",
    "queued": "faint",
    "sent": "faint",
    "delivered": "faint",
    "step_fired": "faint",
    "cancelled": "faint",
    "state": "faint",
    "bundled": "faint",
    "call_answered": "faint",
    "call_heard": "faint",
    "call_placed": "faint",
    "left_in_peace": "faint",
    "told_already": "faint",
    "talk_failed": "bad",
    "cancelled_by_resident": "bad",
    "prompted": "bad",
    "authority_called": "bad",
    "authority_missing": "bad",
    "resident_reached": "good",
    "resident_not_reached": "bad",
    "talk_answered": "good",
}
"""For the eye; what is not named is plain."""
