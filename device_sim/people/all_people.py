"""All people of a run (operators, families, responders): found by the API, started."""

from collections.abc import Sequence

from device_sim.centre.http_client import HttpClient, path_segment
from device_sim.clock import SimulatedTime
from device_sim.home.homes_file import HomeSpec
from device_sim.people.operators import OperatorTeam
from device_sim.people.phone_owners import PhoneOwners
from device_sim.scenario.model import Scenario


class AllPeople:
    """Operators, families and responders of a scenario, as far as it has them."""

    def __init__(
        self,
        scenario: Scenario,
        homes: Sequence[HomeSpec],
        api: str,
        tokens: Sequence[str],
        phones: str,
        clock: SimulatedTime,
    ) -> None:
        self._operators: OperatorTeam | None = None
        self._phones: PhoneOwners | None = None
        people = scenario.people
        codes = [spec.home for spec in homes]
        if people.operators is not None:
            self._operators = OperatorTeam(
                people.operators,
                people.responders if phones else None,
                api,
                tokens,
                scenario.seed,
                frozenset(codes),
                clock.speed,
            )
        if phones and (people.contacts is not None or people.responders is not None):
            web = HttpClient(api, tokens[0])
            numbers = _numbers(web, codes)
            web.close()
            self._phones = PhoneOwners(
                people.contacts, people.responders, phones, numbers, scenario.seed, clock.speed
            )

    def start(self) -> None:
        """They begin to pay attention."""
        if self._phones is not None:
            self._phones.start()
        if self._operators is not None:
            self._operators.start()

    def stop(self) -> None:
        """They go home."""
        if self._operators is not None:
            self._operators.stop()
        if self._phones is not None:
            self._phones.stop()


def _numbers(api: HttpClient, homes: Sequence[str]) -> dict[str, bool]:
    """Phone number → whether it is a responder's."""
    numbers: dict[str, bool] = {}
    for home in homes:
        for contact in api.get(f"/api/v1/homes/{path_segment(home)}/contacts")["items"]:
            if contact["phone"]:
                numbers[contact["phone"]] = False
    for responder in api.get("/api/v1/responders", limit=5000)["items"]:
        if responder["phone"]:
            numbers[responder["phone"]] = True
    return numbers
