"""When a silent hub or device is offline, and when many of them are one outage. Pure.

A hub shows that it is alive by reporting at its own interval; a device likewise. Two missed reports
and a short grace are a silence: with the usual 15 minutes that is 35, below the 45 minutes that
telecare centres are held to. A last will (`offline`) shortens the wait to the grace, which keeps a
flapping connection from being an alarm. What never reported is silent since it was installed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.watch.monitored_devices import AreaHubs, DeviceWatch, HubWatch

GRACE = timedelta(minutes=5)
MISSED = 2
"""Reports that may be missed before silence counts."""
LOOK_AGAIN = timedelta(minutes=30)
"""For what nobody has installed in a room, or is not expected to report."""
HYSTERESIS = 5.0
"""Percent a battery must be above its threshold to count as changed."""


@dataclass(frozen=True, slots=True)
class OutageRule:
    """When many hubs are one outage: at least `number` and `share` of an area's hubs within
    `window`; an area explains it when `explains` of those hubs are in it; it is over when no more
    than `still` of them are down."""

    number: int = 5
    share: float = 0.30
    window: timedelta = timedelta(minutes=10)
    explains: float = 0.90
    still: float = 0.20


RULE = OutageRule()


def hub_deadline(hub: HubWatch) -> datetime:
    """From when on the hub counts as down unless it reports."""
    last_seen = hub.last_seen_at or hub.added_at
    silent = last_seen + timedelta(seconds=MISSED * hub.report_seconds) + GRACE
    changed_at = hub.changed_at
    if hub.online is False and changed_at is not None and changed_at >= last_seen:
        return min(silent, changed_at + GRACE)
    return silent


def home_is_observable(hub: HubWatch | None, now: datetime) -> bool:
    """Whether a home's silence says anything about the person in it. A rule that needs the home's
    readings must not conclude from them while this is False. None: the home has no hub of its
    own (its devices reach us by a network server)."""
    if hub is None:
        return True
    deadline = hub_deadline(hub)
    reported_offline = hub.online is False and (hub.changed_at or now) >= (hub.last_seen_at or now)
    seen = hub.last_seen_at is not None
    return seen and hub.down_since is None and now < deadline and not reported_offline


def device_deadline(device: DeviceWatch) -> datetime | None:
    """As for hubs. None: nobody has installed it, it is not expected to report, or its hub is down
    and nothing of it could arrive."""
    if device.bound_at is None or device.hub_down:
        return None
    last = device.last_seen_at or device.bound_at
    last_seen = max(last, device.hub_back_at or last)
    deadlines = []
    if device.report_seconds:
        deadlines.append(last_seen + timedelta(seconds=MISSED * device.report_seconds) + GRACE)
    if device.offline_at is not None and device.offline_at >= last:
        deadlines.append(device.offline_at + GRACE)
    return min(deadlines, default=None)


def battery_is_low(percent: float | None, threshold: float, *, was_low: bool) -> bool:
    """Low below the threshold, good again only well above it: a value that wavers is one alarm."""
    if percent is None:
        return was_low
    return percent < (threshold + HYSTERESIS if was_low else threshold)


def correlate(
    tree: "AreaTree", down: Mapping[int, int], rule: OutageRule = RULE
) -> dict[int, set[int]]:
    """The outages that explain hubs being down: area → homes. `down`: area by home, of the hubs
    that went down within the window. What no area explains is a fault of its own."""
    left = dict(down)
    found: dict[int, set[int]] = {}
    while True:
        counts = tree.counts(left)
        top = tree.widest(counts, rule)
        if top is None:
            return found
        area = tree.lowest(top, counts, rule)
        homes = {home for home, at in left.items() if area in tree.up(at)}
        found[area] = homes
        left = {home: at for home, at in left.items() if home not in homes}


def outage_is_over(children: int, still_down: int, rule: OutageRule = RULE) -> bool:
    return children > 0 and still_down <= children * rule.still


class AreaTree:
    """Areas with the hubs in and below each."""

    def __init__(self, areas: Sequence[AreaHubs]) -> None:
        self._parent = {area.id: area.parent_id for area in areas}
        self.hubs: Counter[int] = Counter()
        for area in areas:
            for above in self.up(area.id):
                self.hubs[above] += area.hubs

    def up(self, area: int) -> Iterator[int]:
        """The area itself and all above it."""
        at: int | None = area
        while at is not None:
            yield at
            at = self._parent.get(at)

    def is_within(self, area: int, outer: int) -> bool:
        """Whether `area` is `outer` or lies in it."""
        return outer in self.up(area)

    def below(self, outer: int) -> list[int]:
        """The area and all that lie in it."""
        return [area for area in self._parent if self.is_within(area, outer)]

    def counts(self, down: Mapping[int, int]) -> Counter[int]:
        counts: Counter[int] = Counter()
        for area, number in Counter(down.values()).items():
            for above in self.up(area):
                counts[above] += number
        return counts

    def widest(self, counts: Counter[int], rule: OutageRule) -> int | None:
        """The highest area with enough of its hubs down."""
        enough = [a for a in counts if self.enough(a, counts, rule)]
        return min(enough, key=lambda a: (len(list(self.up(a))), a), default=None)

    def lowest(self, top: int, counts: Counter[int], rule: OutageRule) -> int:
        """Down from `top` as long as one area explains nearly all of it."""
        area = top
        while True:
            below = [
                a
                for a in counts
                if self._parent.get(a) == area
                and self.enough(a, counts, rule)
                and counts[a] >= rule.explains * counts[top]
            ]
            if not below:
                return area
            area = max(below, key=lambda a: (counts[a], -a))

    def enough(self, area: int, counts: Counter[int], rule: OutageRule) -> bool:
        return counts[area] >= max(rule.number, rule.share * self.hubs[area])
