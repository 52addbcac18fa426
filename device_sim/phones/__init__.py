"""Simulated phones behind carriers that speak Twilio's and Alibaba Cloud's interfaces."""

from device_sim.carrier.alibaba.access_key import DEMO_KEY, AccessKey
from device_sim.carrier.alibaba.account import AlibabaBehaviour
from device_sim.carrier.alibaba.interface import AlibabaSettings
from device_sim.carrier.alibaba.mns.queues import MessageType
from device_sim.carrier.behaviour import Behaviour, CallBehaviour, SmsBehaviour
from device_sim.carrier.errors import NotPossibleError, PhonesError
from device_sim.carrier.records import Call, CarrierRequest, Message
from device_sim.carrier.twilio.account import AccountBehaviour
from device_sim.carrier.twilio.errors import CarrierError
from device_sim.carrier.twilio.webhook_requests import WebhookDelivery
from device_sim.phones.phone import Phone
from device_sim.phones.phones import Phones

__all__ = [
    "DEMO_KEY",
    "AccessKey",
    "AccountBehaviour",
    "AlibabaBehaviour",
    "AlibabaSettings",
    "Behaviour",
    "Call",
    "CallBehaviour",
    "CarrierError",
    "CarrierRequest",
    "Message",
    "MessageType",
    "NotPossibleError",
    "Phone",
    "Phones",
    "PhonesError",
    "SmsBehaviour",
    "WebhookDelivery",
]
