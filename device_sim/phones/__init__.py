"""Simulated phones behind a carrier that speaks Twilio's REST API."""

from device_sim.phones.behaviour import Behaviour, CallBehaviour, SmsBehaviour
from device_sim.phones.courier import Delivery
from device_sim.phones.errors import CarrierError, NotPossibleError, PhonesError
from device_sim.phones.phone import Phone
from device_sim.phones.phones import Phones
from device_sim.phones.records import Call, CarrierRequest, Message

__all__ = [
    "Behaviour",
    "Call",
    "CallBehaviour",
    "CarrierError",
    "CarrierRequest",
    "Delivery",
    "Message",
    "NotPossibleError",
    "Phone",
    "Phones",
    "PhonesError",
    "SmsBehaviour",
]
