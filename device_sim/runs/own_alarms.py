"""Alarms of a run: none that it could be counted to is open before, none of its own after."""

from collections.abc import Iterable, Sequence
from typing import Any

import structlog

from device_sim.centre.http_client import HttpClient, HttpError
from device_sim.oracle.check_alarms import OF_AREAS, explained
from device_sim.plan.compiler import RunPlan
from device_sim.runs.errors import CannotPlayError

log = structlog.get_logger(__name__)

LISTED = 500
OUTCOME = "test"


def before(api: HttpClient, tokens: Sequence[str], plan: RunPlan, *, close: bool) -> None:
    """A press that is counted to an alarm of an earlier day proves nothing of this one.
    CannotPlayError: such alarms are open, and `close` was not asked for."""
    kinds = possible(plan)
    there = [a for a in _open(api) if a["kind"] in kinds.get(a["home"], frozenset())]
    if there and not close:
        named = ", ".join(f"{a['id']} ({a['home']} {a['kind']})" for a in there[:5])
        raise CannotPlayError(
            f"{len(there)} alarms of these homes are open from before: {named}. What is sent would "
            "be counted to them, and nothing of it could be judged: close them, or give "
            "--close-open"
        )
    after(api.url, tokens, there)


def after(api: str, tokens: Sequence[str], alarms: Iterable[dict[str, Any]]) -> None:
    """Close what is still open of these. What cannot be closed is told in the log: the next run
    says so, too."""
    clients = [HttpClient(api, token) for token in tokens]
    try:
        for alarm in alarms:
            if not alarm["closed_at"]:
                _close(clients, alarm["id"])
    finally:
        for client in clients:
            client.close()


def of_run(plan: RunPlan, alarms: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that this run has raised: of its homes all, of an area only what it may have caused.
    Another one may be about people."""
    return [alarm for alarm in alarms if alarm["home"] or explained(plan, alarm)]


def possible(plan: RunPlan) -> dict[str | None, frozenset[str]]:
    """Kinds that the scenario may raise, by home; by None what it may raise for an area."""
    found: dict[str | None, set[str]] = {}

    def may(number: int, kinds: Iterable[str]) -> None:
        for kind in kinds:
            home = None if kind == OF_AREAS else plan.homes[number - 1].home
            found.setdefault(home, set()).add(kind)

    for trouble in plan.troubles:
        may(trouble.home, trouble.causes)
    for wanted in plan.scenario.expect:
        for number in plan.scenario.homes_of(wanted.homes):
            may(number, [wanted.alarm])
    return {home: frozenset(kinds) for home, kinds in found.items()}


def _open(api: HttpClient) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    cursor = None
    while True:
        page = api.get("/api/v1/alarms", state="open", limit=LISTED, cursor=cursor)
        found |= {alarm["id"]: alarm for alarm in page["items"]}
        cursor = page["next"]
        if cursor is None:
            return list(found.values())


def _close(clients: Sequence[HttpClient], number: int) -> None:
    """By whichever operator may: another one may have taken it."""
    refused = None
    for client in clients:
        try:
            client.post(f"/api/v1/alarms/{number}/acknowledge")
            client.post(
                f"/api/v1/alarms/{number}/close",
                outcome=OUTCOME,
                note="simulated",
                still_reported=True,
                spoken_to=True,
            )
        except HttpError as error:
            refused = error
        else:
            return
    log.warning("a simulated alarm stays open", alarm=number, error=str(refused)[:200])
