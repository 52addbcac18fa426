"""JSON routes: programs that get every alarm change by signed webhook (CloudEvents 1.0)."""

import secrets
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, StringConstraints

from alerts.notify.channels.outside_addresses import internal_name
from alerts.setting_fields import Network
from api.access.auth import require
from api.deps import deps_of
from api.errors import InvalidError, MissingError
from api.http.fields import Body, Code, Id
from api.http.json_answers import json_response
from store.model import Kind, Role
from store.notify import subscriptions

router = APIRouter(prefix="/api/v1/subscriptions", tags=["subscriptions"])
ADMIN = [Depends(require(Role.ADMIN))]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+[^\s]*$", max_length=2000)]
Secret = Annotated[str, StringConstraints(min_length=32, max_length=256)]


class NewSubscription(Body):
    """`secret` signs; left out: made here and shown this once. `kinds`, `areas` null: all."""

    url: Url
    secret: Secret | None = None
    kinds: list[Kind] | None = None
    areas: Annotated[list[Code], Field(max_length=1000)] | None = None


@router.get("", summary="Who hears of every change", dependencies=ADMIN)
def listed(request: Request) -> Response:
    with deps_of(request).connection() as conn:
        return json_response({"items": subscriptions.everyone(conn)})


@router.post("", status_code=201, summary="Subscribe a program", dependencies=ADMIN)
def add(request: Request, new: NewSubscription) -> Response:
    deps, secret = deps_of(request), new.secret or secrets.token_urlsafe(32)
    _check_outside(new.url, deps.internal_webhooks)
    with deps.connection() as conn:
        try:
            made = subscriptions.add(
                conn,
                url=new.url,
                secret=secret,
                kinds=new.kinds,
                areas=new.areas,
                now=deps.clock.now(),
            )
        except LookupError as error:
            raise InvalidError(f"there is no area {error}") from None
    return json_response({"id": made.id, "url": made.url, "secret": secret}, 201)


def _check_outside(url: str, allowed: Sequence[Network]) -> None:
    """Said at once; what counts is looked at with each sending. InvalidError."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
        inside = host is None or internal_name(host, port, allowed)
    except ValueError:
        raise InvalidError("the address cannot be read") from None
    except OSError:
        return  # a name that nobody knows yet
    if inside:
        raise InvalidError(
            "the address is inside this network: ANXIN_INTERNAL_WEBHOOKS says where programs may be"
        )


@router.delete(
    "/{subscription_id}", status_code=204, summary="End a subscription", dependencies=ADMIN
)
def end(request: Request, subscription_id: Id) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        if not subscriptions.disable(conn, subscription_id, deps.clock.now()):
            raise MissingError("There is no such subscription in force")
    return Response(status_code=204)
