"""An account at the simulated Alibaba Cloud with all our templates approved, and its settings."""

from typing import Any

from alerts.notify.carriers.aliyun.account import CALLS, KEYS, REPLIES, REPORTS, AliyunAccount
from alerts.notify.carriers.aliyun.catalogue import CATALOGUE
from alerts.policy import Policy
from device_sim.carrier.alibaba.access_key import DEMO_KEY
from device_sim.carrier.alibaba.interface import AlibabaSettings
from device_sim.carrier.alibaba.mns.queues import MessageType

SIGN_NAME = "安心照护"
SHOWN = "02160000000"
CODES = {
    name: f"{'TTS' if template.spoken else 'SMS'}_{number}"
    for number, (name, template) in enumerate(CATALOGUE.items(), start=1001)
}
QUEUES = {kind: MessageType(kind).queue_name for kind in (REPORTS, REPLIES, CALLS, KEYS)}
BOTH = frozenset({"sms", "voice"})


def simulated(**behaviour: Any) -> AlibabaSettings:
    """What Phones are given as `alibaba`."""
    from device_sim.carrier.alibaba.account import AlibabaBehaviour

    written = {n: t.text for n, t in CATALOGUE.items() if not t.spoken}
    spoken = {n: t.text for n, t in CATALOGUE.items() if t.spoken}
    return AlibabaSettings(
        behaviour=AlibabaBehaviour(**behaviour),
        catalogue={
            "signatures": {SIGN_NAME: {"extend_code": "88"}},
            "templates": {CODES[n]: {"content": text} for n, text in written.items()},
            "voice_templates": {CODES[n]: {"content": text} for n, text in spoken.items()},
            "numbers": [SHOWN],
        },
    )


def account(url: str, *, key_presses: bool = True) -> AliyunAccount:
    return AliyunAccount(
        access_key_id=DEMO_KEY.id,
        access_key_secret=DEMO_KEY.secret,
        sign_name=SIGN_NAME,
        templates=CODES,
        queues=QUEUES,
        voice_number=SHOWN,
        key_presses=key_presses,
        endpoint=url,
    )


def mainland(policy: Policy, *, twilio: bool = True, barred: bool = True) -> dict[str, Any]:
    """What of a policy says that Alibaba Cloud is there, beside Twilio or alone."""
    carriers = {"aliyun": BOTH} | ({"twilio": BOTH} if twilio else {})
    return {
        "carriers": carriers,
        "templates": {"aliyun": frozenset(CATALOGUE)},
        "barred_from_mainland": frozenset({"twilio"} if barred else ()),
        "channels": policy.channels | BOTH,
    }
