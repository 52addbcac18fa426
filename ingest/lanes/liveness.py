"""Records that ingest receives what homes send; the inactivity rules depend on it.

The bulk lane's probe comes back only when everything before it has been taken in. While it does
not, whatever the homes say is still on its way, and nobody may conclude anything from silence.
"""

from store.clock import Clock
from store.db import Connection
from store.watch import liveness

PROBE_MAX_AGE = 30.0
"""Real seconds: three probes."""
RESTART_SILENCE_AFTER = 60.0
"""Real seconds without a probe after which silence counts anew."""


def record_liveness(
    conn: Connection, clock: Clock, probe: tuple[float | None, float] | None
) -> None:
    """`probe`: what the last one of the bulk lane took, None before the first is back, and how
    long ago it came back, in real seconds; None: another process holds the lane."""
    if probe is None or probe[0] is None or probe[1] > PROBE_MAX_AGE:
        return
    known, now = liveness.state(conn), clock.now()
    anew = known is None or clock.seconds_until(known.heard_at) < -RESTART_SILENCE_AFTER
    liveness.note(conn, now, anew=anew)
