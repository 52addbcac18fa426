"""Simulated phones behind a carrier that speaks Twilio's REST API."""

from device_sim.carrier.behaviour import Behaviour, CallBehaviour, SmsBehaviour
from device_sim.carrier.errors import NotPossibleError, PhonesError
from device_sim.carrier.records import Call, CarrierRequest, Message
from device_sim.carrier.twilio.account import AccountBehaviour
from device_sim.carrier.twilio.errors import CarrierError
from device_sim.carrier.twilio.webhook_requests import WebhookDelivery
from device_sim.phones.phone import Phone
from device_sim.phones.phones import Phones

__all__ = [
    "AccountBehaviour",
    "Behaviour",
    "Call",
    "CallBehaviour",
    "CarrierError",
    "CarrierRequest",
    "Message",
    "NotPossibleError",
    "Phone",
    "Phones",
    "PhonesError",
    "SmsBehaviour",
    "WebhookDelivery",
]
