"""Checks the broker's access rules: a temporary hub tries what it must not be able to do.

Its topics end in `ack`, which ingest passes over, so nothing is stored even where no rule holds.
"""

import secrets
from collections.abc import Iterator
from dataclasses import replace

import psycopg

from app.access.mosquitto_access import MosquittoAccess
from app.config.addresses import MqttAddress
from app.config.settings import Settings
from app.doctor.mqtt_client import BrokerAwayError, ExperimentClient, LoginRefusedError
from app.doctor.report import CheckResult, ok, warning, wrong
from app.errors import AppError
from store.answer_limits import connect
from store.home import registry


def check_access(settings: Settings) -> Iterator[CheckResult]:
    """Log in without a name always; as a hub where there is an administrator's address."""
    if settings.mqtt_url is None:
        return
    try:
        yield _anonymous(settings.mqtt_url)
        if settings.mqtt_admin_url is None:
            yield warning(
                "hubs' rights", "not checked: that needs a hub, so set ANXIN_MQTT_ADMIN_URL"
            )
            return
        with MosquittoAccess(settings.mqtt_admin_url) as access:
            yield _known_hubs(settings, access.hubs())
            yield from _temporary_hub(settings.mqtt_url, access)
    except AppError as error:
        yield wrong("administrator", f"{error}: see ANXIN_MQTT_ADMIN_URL")
    except (BrokerAwayError, LoginRefusedError) as error:
        yield wrong("hubs' rights", f"could not be checked: {error}")


def _anonymous(address: MqttAddress) -> CheckResult:
    try:
        with ExperimentClient(replace(address, user=None, password=None), _name()):
            return wrong("anonymous", "anybody may log in: set allow_anonymous false")
    except LoginRefusedError:
        return ok("anonymous", "nobody logs in without a name")


def _known_hubs(settings: Settings, at_broker: list[str]) -> CheckResult:
    """Compare the broker's list with the database's."""
    known = {home for home in at_broker if not home.startswith("doctor-")}
    if not settings.database_url:
        return ok("hubs", f"{len(known)} may log in")
    try:
        with connect(settings.database_url, "anxin-doctor") as conn:
            recorded = set(registry.hubs(conn))
    except psycopg.Error as error:
        return warning("hubs", f"{len(known)} may log in; the database does not say which: {error}")
    if lost := sorted(recorded - known):
        return wrong(
            "hubs", f"{len(lost)} of {len(recorded)} cannot log in: `anxin hub add {lost[0]}` …"
        )
    if strange := sorted(known - recorded):
        return warning(
            "hubs", f"{len(strange)} are not recorded: `anxin hub add {strange[0]}` or `revoke`"
        )
    return ok("hubs", f"{len(known)} may log in, all of them recorded")


def _temporary_hub(address: MqttAddress, access: MosquittoAccess) -> Iterator[CheckResult]:
    code = f"doctor-{secrets.token_hex(4)}"
    password = secrets.token_hex(16)
    hub = replace(address, user=code, password=password)
    access.add_hub(code, password)
    try:
        yield from _tries(address, hub, code)
    finally:
        access.revoke_hub(code)
    try:
        with ExperimentClient(hub, _name()):
            yield wrong("revoking", "a revoked hub can still log in")
    except (LoginRefusedError, BrokerAwayError):
        yield ok("revoking", "a revoked hub cannot log in")


def _tries(centre: MqttAddress, hub: MqttAddress, code: str) -> Iterator[CheckResult]:
    own, foreign = f"homes/{code}/ack", f"homes/doctor-{secrets.token_hex(4)}/ack"
    with ExperimentClient(centre, _name()) as observer:
        observer.subscribe(own)
        observer.subscribe(foreign)
        with ExperimentClient(hub, _name()) as forger:
            # Mosquitto 2.0 cuts the line of who tries, so this one has its own
            forger.publish(foreign, b"forged")
        with ExperimentClient(hub, _name()) as honest:
            for topic in (own, "homes/#"):
                honest.subscribe(topic)
            answer = honest.publish(own, b"own")
            observer.publish(foreign, b"secret")
            observer.publish(own, b"yours")
            received = {message.topic for message in honest.collect(6)}
        arrived = {(message.topic, bytes(message.payload)) for message in observer.collect(5)}
    if (own, b"own") not in arrived or own not in received:
        yield wrong("hubs' rights", f"a hub cannot use its own home's topics ({answer})")
    elif (foreign, b"forged") in arrived or foreign in received:
        yield wrong("hubs' rights", "a hub reaches other homes: see deploy/mosquitto/acl.conf")
    else:
        yield ok("hubs' rights", "a hub uses its own home's topics and no others")


def _name() -> str:
    return f"anxin-doctor-{secrets.token_hex(6)}"
