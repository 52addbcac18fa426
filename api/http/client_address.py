"""Where a request comes from, as an address; behind a proxy as the proxy says it.

X-Forwarded-For is read by uvicorn, and only from those that ANXIN_TRUSTED_PROXIES names
(api/server.py): anybody else could write any address there.
"""

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address

from starlette.requests import HTTPConnection

from alerts.setting_fields import Network

FORWARDED = "x-forwarded-for"


def client_address(request: HTTPConnection) -> str:
    """In one spelling; IPv4 inside IPv6 as IPv4. "": it is not known."""
    given = request.client.host if request.client else ""
    try:
        ip = ip_address(given.partition("%")[0])
    except ValueError:
        return given
    return str((isinstance(ip, IPv6Address) and ip.ipv4_mapped) or ip)


def comes_from(request: HTTPConnection, networks: Iterable[Network]) -> bool:
    """Whether a request comes from one of these. Who is behind a proxy that we do not trust comes
    from nowhere: it speaks for the whole world."""
    if how_forwarded(request) == "ignored":
        return False
    try:
        ip = ip_address(client_address(request))
    except ValueError:
        return False
    return any(ip in network for network in networks)


def how_forwarded(request: HTTPConnection) -> str:
    """`taken`: a proxy that we trust has said where the request comes from; `ignored`: one that we
    do not trust has; `none`: nobody has."""
    said = request.headers.getlist(FORWARDED)
    if not said:
        return "none"
    host = request.client.host if request.client else ""
    names = [name.strip() for line in said for name in line.split(",")]
    named = any(name == host or name.startswith((f"{host}:", f"[{host}]")) for name in names)
    return "taken" if host and named else "ignored"
