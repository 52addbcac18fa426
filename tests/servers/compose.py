"""docker-compose.yml as Docker would understand it, to run its services without Docker."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).resolve().parents[2] / "docker-compose.yml"
_VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?:(:?-)([^}]*))?\})")


class Compose:
    """The file with `${NAME:-default}` and `$$` resolved from `variables`."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        """Read it. KeyError for a variable that has neither value nor default."""
        self._variables = variables
        loaded = yaml.safe_load(FILE.read_text())
        self.services: dict[str, Any] = self._resolve(loaded["services"])
        self.secrets: dict[str, Any] = loaded["secrets"]

    def environment(self, service: str) -> dict[str, str]:
        """Return a service's own variables; the empty ones as the empty text."""
        given = self.services[service].get("environment", {})
        return {name: "" if value is None else str(value) for name, value in given.items()}

    def command(self, service: str) -> list[str]:
        """Return what a service runs: entry point (the image's: anxin) and command."""
        found = self.services[service]
        return [*found.get("entrypoint", ["anxin"]), *found["command"]]

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._resolve(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self._resolve(part) for part in value]
        return _VARIABLE.sub(self._value, value) if isinstance(value, str) else value

    def _value(self, found: "re.Match[str]") -> str:
        name, how, default = found.groups()
        if name is None:
            return "$"
        value = self._variables.get(name)
        if value is None and how is None:
            raise KeyError(f"{FILE.name} wants {name}, and it has no default")
        unset = value is None or (how == ":-" and not value)
        return str(default if unset else value)
