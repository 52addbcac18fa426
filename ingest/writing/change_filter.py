"""Leaves out values that did not change since they were last stored. Pure.

Zigbee2MQTT sends all it knows with every report, a temperature of noon with each battery level of
the afternoon. A value that has not changed is stored as a keep-alive only.
"""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta

KEEP_ALIVE = timedelta(hours=1)
ACTIVE_KEEP_ALIVE = timedelta(minutes=5)
"""For activity: somebody who moves all the time must not look still."""
ACTIVITY_METRICS = frozenset({"motion", "presence"})
MAX_DEVICES = 200_000


class ChangeFilter:
    """The last stored value of each metric by device. After a failed transaction: `forget`, and
    some values are stored once more."""

    def __init__(self) -> None:
        self._stored: OrderedDict[int, dict[str, tuple[float, datetime]]] = OrderedDict()

    def forget(self) -> None:
        self._stored.clear()

    def changed(self, device: int, metrics: Mapping[str, float], at: datetime) -> dict[str, float]:
        """Those values that are to be stored; they count as stored from now on."""
        stored = self._stored.setdefault(device, {})
        self._stored.move_to_end(device)
        kept = {m: value for m, value in metrics.items() if _is_new(m, value, at, stored.get(m))}
        for metric, value in kept.items():
            if metric not in stored or stored[metric][1] <= at:
                stored[metric] = (value, at)
        while len(self._stored) > MAX_DEVICES:
            self._stored.popitem(last=False)
        return kept


def _is_new(metric: str, value: float, at: datetime, last: tuple[float, datetime] | None) -> bool:
    """What is older than the last stored value came late: it is kept as it is."""
    if last is None or value != last[0] or at < last[1]:
        return True
    return at - last[1] >= (
        ACTIVE_KEEP_ALIVE if value and metric in ACTIVITY_METRICS else KEEP_ALIVE
    )
