"""Write Mosquitto's first dynamic-security.json, once, before the broker starts.

    python deploy/mosquitto/first_users.py /mosquitto/data/dynamic-security.json

Its users are those of three addresses, each given as NAME or as NAME_FILE: ANXIN_MQTT_URL (user
centre), ANXIN_MQTT_ADMIN_URL (admin) and ANXIN_MQTT_HEALTH_URL (health). A file that is there
already belongs to the broker, with the hubs in it, and is left alone. Standard library only.
"""

import base64
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

CONTROL = "$CONTROL/dynamic-security/#"
ADMIN = {
    "rolename": "admin",
    "acls": [
        {"acltype": kind, "topic": CONTROL, "priority": 0, "allow": True}
        for kind in ("publishClientSend", "publishClientReceive", "subscribePattern")
    ],
}
# variable → the only user name acl.conf knows for it, and its roles
USERS: dict[str, tuple[str, list[str]]] = {
    "ANXIN_MQTT_URL": ("centre", []),
    "ANXIN_MQTT_ADMIN_URL": ("admin", ["admin"]),
    "ANXIN_MQTT_HEALTH_URL": ("health", []),
}
# What Mosquitto 2.0 uses. It costs a hub's log-in 0.1 ms; our passwords are 192 random bits.
ITERATIONS = 101


def first_users(passwords: dict[str, str]) -> dict[str, Any]:
    """Return the file's content for these users' passwords, in the form 2.0 and 2.1 read."""
    roles = dict(USERS.values())
    return {
        # What acl.conf does not allow is refused: nothing is open by default.
        "defaultACLAccess": {
            "publishClientSend": False,
            "publishClientReceive": False,
            "subscribe": False,
            "unsubscribe": True,
        },
        "clients": [_client(name, password, roles[name]) for name, password in passwords.items()],
        "groups": [],
        "roles": [ADMIN],
    }


def _client(name: str, password: str, roles: list[str]) -> dict[str, Any]:
    salt = os.urandom(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return {
        "username": name,
        "password": base64.b64encode(digest).decode(),
        "salt": base64.b64encode(salt).decode(),
        "iterations": ITERATIONS,
        "roles": [{"rolename": role} for role in roles],
    }


def _passwords() -> dict[str, str]:
    found: dict[str, str] = {}
    for variable, (expected, _) in USERS.items():
        path = os.environ.get(f"{variable}_FILE")
        url = urlsplit(Path(path).read_text().strip() if path else os.environ.get(variable, ""))
        if unquote(url.username or "") != expected or not url.password:
            sys.exit(f"{variable} is wrong: write mqtt://{expected}:PASSWORD@HOST:PORT")
        found[expected] = unquote(url.password)
    return found


def main() -> None:
    """Write the file given as the argument, unless it is there."""
    if len(sys.argv) != 2:
        sys.exit("usage: first_users.py FILE")
    target = Path(sys.argv[1])
    if target.exists():
        print(f"{target} is there already and stays as it is")
        return
    draft = target.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(first_users(_passwords()), indent=1))
    draft.rename(target)
    print(f"{target}: users centre, admin and health")


if __name__ == "__main__":
    main()
