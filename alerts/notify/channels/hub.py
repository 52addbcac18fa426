"""The hub in the home: what it is told over MQTT. Sent by ingest, which holds the connection."""

from alerts.notify.channels.interface import ChannelRecord
from store.records import N_

HUB = "hub"

CHANNEL: ChannelRecord[object] = ChannelRecord(
    name=HUB,
    title=N_("hub"),
    by=N_("through the hub"),
    is_open=lambda _settings: True,
    open=None,
    to_people=False,
)
