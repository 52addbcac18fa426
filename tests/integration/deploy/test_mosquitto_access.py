"""What the deployment's Mosquitto lets whom do, tried on the real broker."""

from collections.abc import Iterator

import pytest

from app.access.mosquitto_access import (
    AccessRefusedError,
    BadHomeCodeError,
    BrokerUnreachableError,
    MosquittoAccess,
    UnknownHubError,
)
from app.free_port import free_port
from tests.servers import CannotRunError, Mosquitto
from tests.servers.mqtt import Peer, Will


@pytest.fixture(scope="module", params=["2.0", "2.1"])
def broker(request: pytest.FixtureRequest) -> Iterator[Mosquitto]:
    try:
        made = Mosquitto(version=request.param)
    except CannotRunError as reason:
        pytest.skip(str(reason))
    with made:
        yield made


@pytest.fixture
def access(broker: Mosquitto) -> Iterator[MosquittoAccess]:
    with MosquittoAccess(broker.admin_url) as access:
        access.add_hubs({"A": "pass-a", "B": "pass-b"})
        yield access


@pytest.fixture
def centre(broker: Mosquitto) -> Iterator[Peer]:
    with Peer(broker.url) as peer:
        peer.subscribe("homes/#")
        yield peer


def hub(broker: Mosquitto, home: str, password: str = "", **more: object) -> Peer:
    secret = password or f"pass-{home.lower()}"
    return Peer(f"mqtt://{home}:{secret}@127.0.0.1:{broker.port}", **more)  # type: ignore[arg-type]


def test_a_hub_talks_with_the_centre_in_its_own_home(
    broker: Mosquitto, access: MosquittoAccess, centre: Peer
) -> None:
    with hub(broker, "A") as a:
        a.subscribe("homes/A/#")
        a.publish("homes/A/button/signal", b"press")
        assert centre.next() == ("homes/A/button/signal", b"press")
        assert a.next() == ("homes/A/button/signal", b"press")
        centre.publish("homes/A/ack", b"got it")
        assert a.next() == ("homes/A/ack", b"got it")


@pytest.mark.parametrize(
    "topic",
    ["homes/B/button/signal", "homes/B/status", "homes", "application/1/device/2/event/up", "v3/x"],
)
def test_a_hub_cannot_write_outside_its_home(
    broker: Mosquitto, access: MosquittoAccess, centre: Peer, topic: str
) -> None:
    with Peer(broker.url) as everything:
        for allowed in ("homes/#", "application/#", "v3/#"):
            everything.subscribe(allowed)
        for retain in (False, True):
            # 2.0 also cuts the line of whoever tries, so each try has its own
            with hub(broker, "A") as a:
                assert a.publish(topic, b"forged", retain=retain) == "Not authorized"
        with hub(broker, "A") as a:
            a.publish("homes/A/after/signal", b"last")
        assert everything.next() == ("homes/A/after/signal", b"last")
    with Peer(broker.url) as later:
        assert topic not in later.retained("homes/#")


def test_a_hub_receives_nothing_of_another_home_however_it_subscribes(
    broker: Mosquitto, access: MosquittoAccess, centre: Peer
) -> None:
    centre.publish("homes/B/status", b"online", retain=True)
    with hub(broker, "A") as a, hub(broker, "B") as b:
        for topic in (
            "#",
            "+/+/#",
            "homes/#",
            "homes/+/ack",
            "homes/B/#",
            "homes/B/status",
            "$SYS/#",
            "$share/g/homes/#",
            "$CONTROL/#",
            "$CONTROL/dynamic-security/v1/response",
        ):
            a.subscribe(topic, must=False)
        centre.publish("homes/B/ack", b"for B only")
        b.publish("homes/B/button/signal", b"press of B")
        access.hubs()  # makes the broker answer on $CONTROL/…/response
        centre.publish("homes/A/ack", b"for A")
        assert set(a.all_until_now(broker.url)) == {("homes/A/ack", b"for A")}


def test_the_will_of_a_hub_is_only_heard_in_its_own_home(
    broker: Mosquitto, access: MosquittoAccess, centre: Peer
) -> None:
    access.add_hub("QUIET", "pass-quiet")
    with hub(broker, "A", will=Will("homes/QUIET/status", b"offline")) as forger:
        forger.die()
    with hub(broker, "A", will=Will("homes/A/status", b"offline")) as honest:
        honest.die()
    heard: list[tuple[str, bytes]] = []
    while not heard or heard[-1] != ("homes/A/status", b"offline"):
        heard.append(centre.next())
    assert "homes/QUIET/status" not in dict(heard)
    with Peer(broker.url) as later:
        assert "homes/QUIET/status" not in later.retained("homes/#")


def test_a_hub_cannot_add_or_revoke_anybody(broker: Mosquitto, access: MosquittoAccess) -> None:
    before = access.hubs()
    with hub(broker, "A") as a:
        command = b'{"commands":[{"command":"deleteClient","username":"B"}]}'
        assert a.publish("$CONTROL/dynamic-security/v1", command, must=False) != "Success"
    with Peer(broker.url) as centre:
        assert centre.publish("$CONTROL/dynamic-security/v1", command, must=False) != "Success"
    assert access.hubs() == before


def test_a_hub_is_added_and_revoked_while_the_broker_runs(
    broker: Mosquitto, access: MosquittoAccess
) -> None:
    assert hub(broker, "NEW").refused() == "Not authorized"
    access.add_hub("NEW", "pass-new")
    assert "NEW" in access.hubs()
    with hub(broker, "NEW") as new:
        new.publish("homes/NEW/button/signal", b"press")
        access.revoke_hub("NEW")
        new.disconnected.wait_for(2)
    assert hub(broker, "NEW").refused() == "Not authorized"
    assert "NEW" not in access.hubs()


def test_a_new_password_throws_out_whoever_has_the_old_one(
    broker: Mosquitto, access: MosquittoAccess
) -> None:
    access.add_hub("C", "first")
    with hub(broker, "C", "first") as old:
        access.add_hub("C", "second")
        old.disconnected.wait_for(2)
    assert hub(broker, "C", "first").refused() == "Not authorized"
    with hub(broker, "C", "second") as new:
        assert new.publish("homes/C/x/signal", b"1") == "Success"


@pytest.mark.parametrize(
    "code",
    ["", "#", "+", "H/1", "H+1", "a#", "-x", "H 1", "家", "H1\n", "centre", "admin", "x" * 65],
)
def test_no_home_code_can_reach_another_home(access: MosquittoAccess, code: str) -> None:
    before = access.hubs()
    with pytest.raises(BadHomeCodeError):
        access.add_hub(code, "password")
    with pytest.raises(BadHomeCodeError):
        access.revoke_hub(code)
    assert access.hubs() == before


def test_hubs_survive_a_restart_of_the_broker(broker: Mosquitto) -> None:
    with MosquittoAccess(broker.admin_url) as access:
        access.add_hub("KEPT", "pass-kept")
    broker.stop()
    broker.start()
    with hub(broker, "KEPT") as kept:
        assert kept.publish("homes/KEPT/x/signal", b"1") == "Success"


def test_nobody_logs_in_without_a_name(broker: Mosquitto) -> None:
    assert Peer(f"mqtt://127.0.0.1:{broker.port}").refused() == "Not authorized"
    assert Peer(f"mqtt://centre:wrong@127.0.0.1:{broker.port}").refused() == "Not authorized"


def test_the_health_check_may_read_the_uptime_and_nothing_else(
    broker: Mosquitto, centre: Peer
) -> None:
    centre.publish("homes/A/status", b"online", retain=True)
    with Peer(broker.health_url) as health:
        health.subscribe("homes/#", must=False)
        health.subscribe("$SYS/broker/uptime")
        assert health.next()[0] == "$SYS/broker/uptime"


def test_errors_say_what_is_wrong(broker: Mosquitto, access: MosquittoAccess) -> None:
    with pytest.raises(UnknownHubError, match="no hub of home H9999"):
        access.revoke_hub("H9999")
    with (
        pytest.raises(AccessRefusedError, match="refuses user admin"),
        MosquittoAccess(f"mqtt://admin:wrong@127.0.0.1:{broker.port}"),
    ):
        pass
    with (
        pytest.raises(AccessRefusedError, match="refuses user A"),
        MosquittoAccess(f"mqtt://A:pass-a@127.0.0.1:{broker.port}") as forger,
    ):
        forger.hubs()
    with (
        pytest.raises(BrokerUnreachableError, match="cannot be reached"),
        MosquittoAccess(f"mqtt://admin:x@127.0.0.1:{free_port()}"),
    ):
        pass
