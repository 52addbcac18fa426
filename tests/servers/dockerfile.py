"""A Dockerfile as data: its stages and their steps. Pure; knows what ours needs and no more."""

import json
import re
import shlex
from dataclasses import dataclass, field

DONE_BY_RUN = frozenset({"RUN", "COPY", "ENV", "WORKDIR", "USER", "ENTRYPOINT", "CMD"})


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction, as it is written behind its name."""

    name: str
    text: str

    def words(self) -> list[str]:
        """The parts of an exec form (a JSON list), or what a shell would see."""
        return json.loads(self.text) if self.text.startswith("[") else shlex.split(self.text)


@dataclass(frozen=True, slots=True)
class Stage:
    """What is built on one base; `name` is how a later stage calls it, or its number."""

    base: str
    name: str
    steps: list[Step] = field(default_factory=list)


def stages(text: str) -> list[Stage]:
    """All stages in order. ValueError: an instruction nobody has taught us, with its name."""
    found: list[Stage] = []
    for line in _logical_lines(text):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            base, _, called = rest.partition(" AS ")
            found.append(Stage(base.strip(), called.strip() or str(len(found))))
        elif name in DONE_BY_RUN and found:
            found[-1].steps.append(Step(name, rest.strip()))
        else:
            raise ValueError(f"{name}: unknown here; teach it to whoever follows the Dockerfile")
    return found


def _logical_lines(text: str) -> list[str]:
    """Without comments and empty lines; a backslash joins a line to the next."""
    kept = [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    return re.sub(r"\\\n\s*", " ", "\n".join(kept)).splitlines()
