"""The settings of all carriers."""

from pydantic import Field

from alerts.notify.carriers.aliyun.account import AliyunSettings
from alerts.notify.carriers.twilio.account import TwilioSettings


class CarrierSettings(TwilioSettings, AliyunSettings):
    """Both accounts, and what may go through a carrier abroad."""

    mainland_abroad_reason: str = Field(
        default="",
        description="why messages to +86 numbers may go through a carrier abroad, in words that "
        "whoever answers for personal data would sign; without it none does",
    )
