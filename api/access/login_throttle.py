"""How often a password may be tried, and what is a guess from afar; called by login.

Counts are kept by `limits` in the database, so that any number of API processes count together and
a restart forgets nothing. Who tries is counted by name and address together: nobody is kept out
because of what is tried elsewhere. The wider limits, by address and by name alone, do not count for
a browser in which that user has logged in before (known_devices.py): it has a count of its own.

A try is counted before its password is looked at, and one that is refused counts no further: who
goes on from one address cannot fill the name's own limit. Windows are fixed and begin with the
first try, so that a guesser who goes on does not make them longer.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

import structlog
from limits import RateLimitItem, parse_many
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from store.access import login_throttle
from store.db import Connection

log = structlog.get_logger()

PAIR = parse_many("5/minute; 10/15 minutes; 20/hour")
"""One name from one address, or in one known browser: the delays grow. NIST SP 800-63B (5.2.2)
allows 100 failures in a row; at 20 an hour a million guesses take more than 5 years."""
ADDRESS = parse_many("50/15 minutes; 150/hour")
"""All names from one address: a whole centre may share one."""
NAME = parse_many("100/hour")
"""One name from all addresses: guesses that are spread over many."""
ATTACKS_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try. `user_id` None: nobody has that name; `device`: which known browser of that user it
    comes from; `address`: see client_address."""

    name: str
    address: str
    user_id: int | None
    device: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """`wait`: seconds until the next try is looked at; 0: look at this one. `as_known`: it counted
    for the known browser alone, not for the address and the name."""

    wait: int = 0
    as_known: bool = False


def count_attempt(conn: Connection, tried: Attempt, now: datetime) -> Counted:
    """Count a try before it is looked at."""
    counted = _Counter(conn, now)
    name, network = digest(tried.name), digest(network_of(tried.address))
    if tried.device and counted.refused(PAIR, "device", name, tried.device) is None:
        return Counted(as_known=True)
    for limits, key in (
        (PAIR, ("pair", name, network)),
        (ADDRESS, ("address", network)),
        (NAME, ("name", name)),
    ):
        refusing = counted.refused(limits, *key)
        if refusing is not None:
            if refusing is not PAIR[0]:  # a slip of the finger or two is no attack
                _note_attack(conn, tried, key[0], now)
            return Counted(counted.seconds_left(limits, *key))
    return Counted()


def forgive_own(conn: Connection, tried: Attempt, counted_as: Counted, now: datetime) -> None:
    """A try was right: what was tried with this name from there is forgotten, and it does not count
    for the name and the address. What others tried at the name stays."""
    counted = _Counter(conn, now)
    name, network = digest(tried.name), digest(network_of(tried.address))
    if tried.device:
        counted.clear(PAIR, "device", name, tried.device)
    counted.clear(PAIR, "pair", name, network)
    if not counted_as.as_known:
        counted.take_back(ADDRESS, "address", network)
        counted.take_back(NAME, "name", name)
    login_throttle.forget(conn, now)
    login_throttle.forget_attacks(conn, now - ATTACKS_KEPT)


def forgive_name(conn: Connection, name: str) -> None:
    """Whoever runs the installation lets a name in again: all its counts begin anew."""
    login_throttle.forgive(conn, digest(name))


def network_of(address: str) -> str:
    """What is counted as one address: with IPv6 a /64, which one household has to itself."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if ip.version == 4:
        return str(ip)
    return str(ip_network((ip, 64), strict=False))


def digest(text: str) -> str:
    """What stands for a name or address in a key: a password typed as a name is not kept."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _note_attack(conn: Connection, tried: Attempt, key: str, now: datetime) -> None:
    user_id = None if key == "address" else tried.user_id
    address = None if key == "name" else network_of(tried.address)
    if user_id is None and address is None:
        return  # nobody has that name: there is nobody to tell of
    if login_throttle.note_attack(conn, user_id, address, now):
        log.warning("log-ins refused", limit=key, user=user_id, address=address)


class _Counter:
    """The limits over one connection at one moment."""

    def __init__(self, conn: Connection, now: datetime) -> None:
        self._storage = _Rows(conn, now)
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._now = now

    def refused(self, limits: list[RateLimitItem], *key: str) -> RateLimitItem | None:
        """Count in each, the shortest first; the one that is exhausted, None: none is."""
        return next((limit for limit in limits if not self._limiter.hit(limit, *key)), None)

    def seconds_left(self, limits: list[RateLimitItem], *key: str) -> int:
        """Until none of them is exhausted."""
        windows = [self._limiter.get_window_stats(limit, *key) for limit in limits]
        resets = [window.reset_time for window in windows if not window.remaining]
        return int(max(resets, default=0) - self._now.timestamp()) + 1

    def clear(self, limits: list[RateLimitItem], *key: str) -> None:
        for limit in limits:
            self._limiter.clear(limit, *key)

    def take_back(self, limits: list[RateLimitItem], *key: str) -> None:
        for limit in limits:
            self._limiter.hit(limit, *key, cost=-1)


class _Rows(Storage):
    """The storage of `limits` in our database: by our clock, in the transaction of the request."""

    STORAGE_SCHEME = None

    def __init__(self, conn: Connection, now: datetime) -> None:
        super().__init__()
        self._conn, self._now = conn, now

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        return ()  # psycopg's own leave as they are: the API answers 503

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        ends = self._now + timedelta(seconds=expiry)
        return login_throttle.add_hits(self._conn, key, amount, ends, self._now)

    def get(self, key: str) -> int:
        found = login_throttle.window(self._conn, key, self._now)
        return found[0] if found else 0

    def get_expiry(self, key: str) -> float:
        found = login_throttle.window(self._conn, key, self._now)
        return (found[1] if found else self._now).timestamp()

    def check(self) -> bool:
        return not self._conn.broken

    def reset(self) -> int:
        return login_throttle.clear_all(self._conn)

    def clear(self, key: str) -> None:
        login_throttle.clear(self._conn, key)
