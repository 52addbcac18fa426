"""Requests to addresses that people have typed: to the world, not to what is inside.

Whoever may subscribe a program could otherwise have the centre ask its own database, the cloud's
metadata service or a printer. What a name means is looked up once for each connection, and that
very address is connected to: a name that means another one the next moment (DNS rebinding) changes
nothing, and neither does a redirect, which is not followed. One's own networks may be allowed.
"""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from alerts.setting_fields import Network

NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: an IPv4 address in the last 32 bits."""


class InternalAddressError(Exception):
    """The address is inside. No OSError: urllib3 would take it for a network's and wrap it."""


def is_internal(address: str, allowed: Sequence[Network] = ()) -> bool:
    """Private, loopback, link-local, shared, reserved or for many; also as IPv6 that holds an IPv4
    address. Not if one of `allowed` has it."""
    ip = _innermost(ip_address(address.partition("%")[0]))
    if any(ip in network for network in allowed):
        return False
    return not ip.is_global or ip.is_multicast


def internal_name(host: str, port: int, allowed: Sequence[Network] = ()) -> bool:
    """Whether a name means something inside now. OSError: nobody knows it."""
    return any(is_internal(address, allowed) for address in _addresses(host, port))


def session_to_the_world(allowed: Sequence[Network]) -> requests.Session:
    """A session whose connections go nowhere inside; it heeds no proxy of the environment, which
    would look the name up itself. requests.RequestException, InternalAddressError."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", _Adapter(allowed))
    session.mount("https://", _Adapter(allowed))
    return session


def _innermost(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv4Address):
        return ip
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or ip


def _addresses(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class _Adapter(HTTPAdapter):
    """requests' own, with our connections."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = allowed
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        allowed = self._allowed

        class Plain(_Guarded, HTTPConnection):
            networks = allowed

        class Secure(_Guarded, HTTPSConnection):
            networks = allowed

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


class _Guarded:
    """A connection to one of the addresses that a name means at this moment, if all are outside.
    The name stays what the certificate and the Host header are about."""

    networks: Sequence[Network] = ()

    def _new_conn(self: Any) -> socket.socket:
        try:
            addresses = _addresses(self._dns_host, self.port)
        except OSError as error:
            raise NewConnectionError(self, f"no such name: {error}") from error
        if any(is_internal(address, self.networks) for address in addresses):
            raise InternalAddressError("the address is inside")
        name = self._dns_host
        try:
            for number, address in enumerate(addresses, 1):
                self._dns_host = address
                try:
                    made: socket.socket = super()._new_conn()  # type: ignore[misc]
                except (NewConnectionError, ConnectTimeoutError):
                    if number == len(addresses):
                        raise
                else:
                    return made
        finally:
            self._dns_host = name
        raise NewConnectionError(self, "the name means no address")
