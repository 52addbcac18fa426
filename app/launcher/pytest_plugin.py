"""The fixtures of device_sim/pytest_plugin.py, for whoever has the package installed.

Our folders come last on the path: in a test of somebody else's, their `app` is meant.
"""

import sys

from .paths import FOLDER

if str(FOLDER) not in sys.path:
    sys.path.append(str(FOLDER))

from device_sim.pytest_plugin import *  # noqa: F403
