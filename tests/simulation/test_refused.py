"""A hub whose messages are not understood is told so, and does not repeat them for ever."""

from device_sim.hubs.hub import Hub
from tests.simulation.conftest import QUICK, Stage


def test_a_hub_hears_why_its_signal_was_not_understood(stage: Stage) -> None:
    """Breaks when a refusal is taken for an acknowledgement."""
    (home,), around = stage.homes(1), stage.around()
    hub = Hub(home.home, home.password, around.host, around.port, backoff=QUICK).start()
    try:
        wrong = hub.press("button-1", "nonsense").wait_refused(30)
        assert not wrong.acknowledged
        assert "kind: expected one of" in wrong.error
        assert hub.unacknowledged == []
        assert hub.press("button-1").wait_acknowledged(30).alarm
    finally:
        hub.stop()
