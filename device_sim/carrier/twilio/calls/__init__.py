"""Calls at Twilio: placed, received, joined, and the TwiML that tells them what to do."""
