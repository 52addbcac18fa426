"""SMS, by whichever carrier serves the number."""

from alerts.notify.carriers.registry import any_open, check_carriers, open_by_carrier
from alerts.notify.carriers.settings import CarrierSettings
from alerts.notify.channels.interface import ChannelRecord, Finding
from store.records import N_

SMS = "sms"
CLOSED = Finding(
    "warning",
    "carrier",
    "none: nobody gets an SMS until ANXIN_TWILIO_… or ANXIN_ALIYUN_… is set",
)

CHANNEL: ChannelRecord[CarrierSettings] = ChannelRecord(
    name=SMS,
    title=N_("SMS"),
    by=N_("by SMS"),
    is_open=lambda settings: any_open(settings, SMS),
    open=lambda settings, pool, _clock: open_by_carrier(settings, SMS, pool),
    closed=CLOSED,
    check_account=check_carriers,
    by_phone=True,
)
