"""What a scenario needs of its surroundings, in words. Pure."""

from device_sim.scenario.model import Scenario
from device_sim.scenario.steps import ForeignTopic


def needs_of(scenario: Scenario) -> list[str]:
    """Homes, a centre in simulated time, phones, a broker with access rules."""
    found = [f"{scenario.homes} home{'s' if scenario.homes > 1 else ''}"]
    if scenario.speed != 1:
        found.append(f"a centre that lives {scenario.speed:g} times as fast (ANXIN_CLOCK, --clock)")
    people = scenario.people
    if people.operators:
        found.append(f"tokens of operators (--token, up to {people.operators.count})")
    if people.contacts or people.responders:
        found.append("simulated phones (--phones)")
    if any(isinstance(step, ForeignTopic) for step in scenario.steps):
        found.append("a broker with access rules")
    if scenario.dialect in ("chirpstack", "ttn"):
        found.append("log-ins that may write outside homes/")
    return found
