"""What people answer while the console is away is fetched from the carrier and counts once.

Broken on purpose by an engine that does not ask (`reconcile_every` of an hour and no first round):
nobody ever hears of the three answers.
"""

from collections.abc import Callable

import httpx
from twilio.request_validator import RequestValidator

from tests.centre import TOKEN, Centre

ANSWERS = ("1", "2", "3")


def test_three_answers_given_while_the_api_was_away_count_once(
    open_up: Callable[..., Centre],
) -> None:
    centre = open_up(homes=3)
    centre.start_ingest()
    centre.start_engine(reconcile_every=0.3)
    people = [centre.contact(1, home) for home in (1, 2, 3)]
    for home in (1, 2, 3):
        centre.hub(f"H000{home}").press("button-1", kind="help_call").wait_acknowledged(10)
    for person, answer in zip(people, ANSWERS, strict=True):
        person.wait_for_sms("help call")
        person.reply(answer)
    centre.wait_until(
        "SELECT count(*) = 3 FROM responses", "the three answers, without any callback"
    )
    with centre.pool.connection() as conn:  # as if they had left a minute ago
        conn.execute("UPDATE notifications SET sent_at = sent_at - interval '1 minute'")
    centre.wait_until(
        "SELECT count(*) = 3 FROM notifications WHERE purpose = 'alarm' AND channel = 'sms' "
        "AND state = 'DELIVERED'",
        "what became of the messages",
    )

    centre.start_api()
    missed = [d for d in centre.phones.deliveries if d.params.get("SmsStatus") == "received"]
    assert {d.status for d in missed} == {0}
    for late in {d.params["MessageSid"]: d for d in missed}.values():
        signature = RequestValidator(TOKEN).compute_signature(late.url, late.params)
        told = httpx.post(late.url, data=late.params, headers={"X-Twilio-Signature": signature})
        assert told.status_code == 200
    with centre.pool.connection() as conn:
        counted = conn.execute(
            "SELECT r.answer FROM responses r JOIN alarms a ON a.id = r.alarm_id ORDER BY a.home_id"
        ).fetchall()
        journaled = conn.execute(
            "SELECT count(*) FROM alarm_events WHERE event = 'responded'"
        ).fetchone()
        inbound = conn.execute("SELECT count(*) FROM inbound_messages").fetchone()
    assert counted == [("going",), ("cannot",), ("seen",)]
    assert (journaled, inbound) == ((3,), (3,))


def test_what_was_answered_while_everything_was_away_counts_from_the_start(
    open_up: Callable[..., Centre],
) -> None:
    """A host that was restarted: the engine asks at once, not after its first two minutes."""
    centre = open_up()
    centre.start_ingest()
    stop = centre.start_engine()
    centre.hub().press("button-1", kind="help_call").wait_acknowledged(10)
    centre.contact(1).wait_for_sms("help call")
    stop()
    centre.contact(1).reply("1")
    centre.start_engine("alerts-2")
    centre.wait_until("SELECT count(*) = 1 FROM responses WHERE answer = 'going'", "her answer")
