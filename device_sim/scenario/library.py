"""Loads the ready scenarios that come with the product by name, or a file."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from device_sim.scenario.model import Scenario
from device_sim.scenario.parser import ScenarioError, parse_scenario, read_scenario

FOLDER = "scenarios"


def names() -> list[str]:
    """Of all ready scenarios."""
    return sorted(name.removesuffix(".yaml") for name in _found())


def load(which: str) -> Scenario:
    """A file's scenario, or the ready one of that name. ScenarioError when it is neither."""
    if which.endswith((".yaml", ".yml")) or "/" in which:
        return read_scenario(Path(which))
    found = _found().get(f"{which}.yaml")
    if found is None:
        raise ScenarioError(
            f"{which!r} is neither a file that ends in .yaml nor a ready scenario: "
            f"{', '.join(names())}"
        )
    return parse_scenario(found.read_text("utf-8"), f"{which}.yaml")


def _found() -> dict[str, Traversable]:
    folder = files("device_sim") / FOLDER
    return {file.name: file for file in folder.iterdir() if file.name.endswith(".yaml")}
