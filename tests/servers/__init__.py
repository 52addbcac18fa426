"""Real servers for tests: Mosquitto with the deployment's configuration, and TimescaleDB."""

from tests.servers.mosquitto import Mosquitto
from tests.servers.process import CannotRunError
from tests.servers.timescale import TimescaleChroot

__all__ = ["CannotRunError", "Mosquitto", "TimescaleChroot"]
