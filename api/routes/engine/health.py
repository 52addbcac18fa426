"""Routes /healthz, /readyz and /metrics, for load balancers and monitors."""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from math import inf
from typing import Any

import psycopg
import psycopg_pool
from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from alerts.disk_space import complaints
from alerts.engine.self_check import (
    NEEDED,
    age_of,
    clock_fault,
    late_messages,
    late_work,
    lost_probes,
    wrong_clocks,
)
from api.deps import ApiDeps, deps_of
from api.errors import ForbiddenError
from api.http.client_address import client_address, comes_from, how_forwarded
from api.http.json_answers import json_response
from store.answer_limits import answers_within
from store.clock import ComparedClock, is_wrong
from store.db import Connection
from store.engine import clock_state, heartbeats
from store.engine.clock_state import CLOCK_DETAIL
from store.engine.heartbeats import Heartbeat

router = APIRouter(tags=["health"])
FRESH = 30.0
"""Real seconds after which a silent process counts as gone; they beat every few seconds."""
READY_WITHIN = 1.5
"""Seconds until it is answered without the database: load balancers ask every few seconds and give
up after two."""
ANSWER_WITHIN = 1.2
"""Seconds for a connection and for each of its answers."""
ASKING = ThreadPoolExecutor(4, thread_name_prefix="ready")
"""Threads of its own: all others may be waiting for the database."""


@router.get("/healthz", summary="This process is alive")
async def alive(request: Request) -> Response:
    """`client`: where this request comes from, for us, and whether a proxy has said so: `taken`,
    `ignored` (ANXIN_TRUSTED_PROXIES does not name it) or `none`."""
    client = {"address": client_address(request), "forwarded": how_forwarded(request)}
    return json_response({"status": "ok", "client": client})


async def _for_monitors(request: Request) -> None:
    """What stands still and how much is going on is not for the world. ForbiddenError. Not in the
    threads of the requests, which may all be waiting."""
    if not comes_from(request, deps_of(request).monitors):
        if how_forwarded(request) == "ignored":
            raise ForbiddenError(
                "only for monitors; ANXIN_TRUSTED_PROXIES does not name your proxy"
            )
        address = client_address(request)
        raise ForbiddenError(f"only for monitors: ANXIN_MONITORS does not name {address}")


MONITORS = Depends(_for_monitors)


@router.get(
    "/readyz",
    summary="Every part, with the age of its last sign of life",
    dependencies=[MONITORS],
)
async def ready(request: Request) -> Response:
    """503 with `reasons` when the database, or every ingest or every alerts process, is away, or
    when work that is due is not done. Within two seconds, whatever the database and the other
    requests do."""
    asking = asyncio.get_running_loop().run_in_executor(ASKING, _look, request)
    try:
        parts, reasons = await asyncio.wait_for(asking, READY_WITHIN)
    except TimeoutError:
        parts = {"database": {"ok": False}}
        reasons = [f"database: no answer within {READY_WITHIN:g} s"]
    spaces = deps_of(request).disks.look()
    reasons += [space.line for space in spaces if space.full]
    parts["disks"] = {
        "ok": not any(space.full for space in spaces),
        "low": complaints(spaces),
        "disks": [asdict(space) for space in spaces],
    }
    status = {"status": "not ready" if reasons else "ready", "reasons": reasons, "parts": parts}
    return json_response(status, 503 if reasons else 200)


@router.get("/metrics", summary="For Prometheus", dependencies=[MONITORS])
def metrics(request: Request) -> Response:
    return Response(request.app.state.metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _look(request: Request) -> tuple[dict[str, Any], list[str]]:
    """Every part, and why it is not ready."""
    deps = deps_of(request)
    began = time.perf_counter()
    try:
        with answers_within(ANSWER_WITHIN), deps.pool.connection(timeout=ANSWER_WITHIN) as conn:
            own = _own_clock(conn, deps)
            beats = heartbeats.latest(conn)
            messages = late_messages(conn, deps.clock)
            late = [message.line for message in messages]
            late += late_work(conn, deps.clock, messages)
            late += lost_probes(beats, deps.clock)
            clocks = wrong_clocks(beats, deps.clock)
    except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
        full = isinstance(error, psycopg.errors.DiskFull)
        why = "its disk is full" if full else f"no answer ({type(error).__name__})"
        reasons = [f"database: {why}"]
        parts: dict[str, Any] = {"database": {"ok": False}}
    else:
        took = round((time.perf_counter() - began) * 1000, 1)
        parts = {"database": {"ok": True, "answered_in_ms": took}, **_processes(beats, deps)}
        parts["work"] = {"ok": not late, "late": late}
        parts["clocks"] = {"ok": not (own or clocks), "wrong": own + clocks}
        reasons = [f"{name}: {_silence(parts[name])}" for name in NEEDED if not parts[name]["ok"]]
        reasons += own + late
    parts["stream"] = {"ok": request.app.state.broadcaster.listening}
    return parts, reasons


def _own_clock(conn: Connection, deps: ApiDeps) -> list[str]:
    """This process is not ready while its clock is wrong; others may be."""
    if not isinstance(deps.clock, ComparedClock):
        return []
    clock_state.compare(conn, deps.clock)
    return [f"api: its clock is {clock_fault(deps.clock.ahead or 0.0)}"] * deps.clock.wrong


def _processes(beats: Sequence[Heartbeat], deps: ApiDeps) -> dict[str, Any]:
    """By process: the instances that said something, and how long ago in real seconds, null of
    what is from the future. One that lives and has the right time is needed."""
    parts: dict[str, Any] = {name: {"ok": False, "instances": []} for name in NEEDED}
    for beat in beats:
        age = age_of(beat, deps.clock)
        part = parts.setdefault(beat.process, {"ok": False, "instances": []})
        part["ok"] |= age <= FRESH and not is_wrong(beat.detail.get(CLOCK_DETAIL))
        part["instances"].append(
            {
                "instance": beat.instance,
                "age_seconds": None if age == inf else round(age, 1),
                "detail": beat.detail,
            }
        )
    return parts


def _silence(part: dict[str, Any]) -> str:
    if not part["instances"]:
        return "has never reported"
    ages = [i["age_seconds"] for i in part["instances"] if i["age_seconds"] is not None]
    if not ages:
        return "its heartbeat is from the future: a clock was put back"
    if min(ages) <= FRESH:
        return "no process has the right time"
    return f"silent for {min(ages):.0f} s"
