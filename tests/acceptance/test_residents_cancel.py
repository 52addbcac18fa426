"""The resident's cancel is journaled, and the alarm stays open: they are called back.

Broken on purpose by letting it close or clear the alarm (Effect.CLEAR for calls in signal_effect).
"""

from tests.centre import Centre


def test_a_cancel_within_15_seconds_is_noted_and_still_called_back(centre: Centre) -> None:
    console, hub = centre.console(), centre.hub()
    alarm = hub.press("button-1", kind="help_call").wait_acknowledged(10).alarm or 0
    hub.press("button-1", kind="help_call", active=False).wait_acknowledged(10)
    centre.wait_until(
        "SELECT bool_or(event = 'cancelled_by_resident') FROM alarm_events", "the cancel"
    )
    shown = console.detail(alarm)
    assert (shown["state"], shown["cleared_at"]) == ("RAISED", None)
    centre.contact(1).wait_for_sms("help call")
