"""When each hub and device was last heard; written once a second in its own transaction.

Never in the transaction that raises an alarm: it would wait for row locks of the bulk lane.
"""

import threading
from datetime import datetime, timedelta

from store.db import Connection
from store.home import registry
from store.watch import monitored_devices

BATTERY_MAX_AGE = timedelta(minutes=10)
"""How old a battery's time may be that has not changed: a device that reports every minute says it
every minute."""


class LastSeen:
    """Gathers from all lanes; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._devices: dict[int, datetime] = {}
        self._hubs: dict[str, datetime] = {}
        self._batteries: dict[int, tuple[float, datetime]] = {}
        self._known: dict[int, tuple[float, datetime]] = {}
        """Of batteries, as written."""

    def note_hub(self, home: str, at: datetime) -> None:
        with self._lock:
            self._hubs[home] = at

    def note_battery(self, device: int, percent: float, at: datetime) -> None:
        """Percent, and when it was measured; the newest of a second counts."""
        written = self._known.get(device)
        if written is not None and written[0] == percent and at - written[1] < BATTERY_MAX_AGE:
            return
        with self._lock:
            known = self._batteries.get(device)
            if known is None or known[1] <= at:
                self._batteries[device] = (percent, at)

    def note_device(self, home: str, device: int, at: datetime) -> None:
        with self._lock:
            self._devices[device] = at
            self._hubs[home] = at

    def flush(self, conn: Connection) -> None:
        """Write what was gathered; what another transaction holds stays for the next time.

        When the database is away the next message notes it again.
        """
        with self._lock:
            devices, self._devices = self._devices, {}
            hubs, self._hubs = self._hubs, {}
            batteries, self._batteries = self._batteries, {}
        written = registry.touch_devices(conn, devices)
        reached = registry.touch_hubs(conn, hubs)
        with self._lock:
            for device in devices.keys() - written:
                self._devices.setdefault(device, devices[device])
            for home in hubs.keys() - reached:
                self._hubs.setdefault(home, hubs[home])
        monitored_devices.note_batteries(conn, batteries)
        self._known.update(batteries)
