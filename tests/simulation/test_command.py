"""`anxin simulate SCENARIO` as CI calls it: files, exit statuses, one line for what is wrong."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from device_sim.commands.simulate import simulate
from tests.simulation.conftest import Stage
from tests.simulation.sabotage import Carrier


def homes_file(stage: Stage, folder: Path, count: int = 1) -> tuple[str, str]:
    """The file's path, and the first home of it."""
    homes = stage.homes(count)
    file = folder / "homes.json"
    content = [
        {
            "home": spec.home,
            "password": spec.password,
            "devices": [{"device": d.device, "kind": d.kind} for d in spec.devices],
        }
        for spec in homes
    ]
    file.write_text(json.dumps(content), "utf-8")
    return str(file), homes[0].home


PATIENT = """
name: patient-press
about: One press, and no limits, because whoever tests here may have a busy machine.
lasts: 500ms
settle: 60s
steps:
  - {at: 0s, do: press}
limits: {acknowledged: null, readings: null, paged: null}
"""


def called(stage: Stage, homes: str, *more: str) -> Result:
    around = stage.around()
    scenario = Path(homes).with_name("patient.yaml")
    scenario.write_text(PATIENT, "utf-8")
    words = [str(scenario), "--homes", homes, "--broker", f"{around.host}:{around.port}"]
    words += ["--api", around.api, "--token", around.tokens[0], "--phones", around.phones]
    return CliRunner().invoke(simulate, [*words, *more])


def test_a_good_run_ends_with_0_and_writes_its_reports(stage: Stage, tmp_path: Path) -> None:
    homes, _ = homes_file(stage, tmp_path)
    junit, result = tmp_path / "junit.xml", tmp_path / "result.json"
    answer = called(stage, homes, "--junit", str(junit), "--json", str(result))
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.rstrip().endswith("GOOD"), answer.output
    assert 'failures="0"' in junit.read_text("utf-8")
    document = json.loads(result.read_text("utf-8"))
    assert document["good"] is True
    assert document["checked"]["paged"] == 1


def test_a_harmed_centre_ends_with_1_and_names_the_harm(
    stage: Stage, carrier: Carrier, tmp_path: Path
) -> None:
    """Breaks when the exit status does not follow the verdict."""
    homes, home = homes_file(stage, tmp_path)
    carrier.doubles.add(stage.contact(home))
    junit = tmp_path / "junit.xml"
    answer = called(stage, homes, "--junit", str(junit))
    assert answer.exit_code == 1, answer.output
    assert "DOUBLED messages" in answer.output
    assert 'failures="1"' in junit.read_text("utf-8")


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (["--speed", "60"], "it with ANXIN_CLOCK=60.0@"),
        (["--speed", "max"], "--speed max is for traffic alone"),
        (["--part", "3/2"], "there is no part 3 of 2"),
        (["--part", "half"], "write 2/4 for the second of four"),
        (["--speed", "fast"], "write a number, like 60, or max"),
        (["--token", "nonsense", "--token", "x"], "401"),
        (["--start", "2026-11-21T08:00:00"], "--start needs a time zone"),
    ],
)
def test_what_cannot_be_played_is_said(
    stage: Stage, tmp_path: Path, more: list[str], complaint: str
) -> None:
    file = tmp_path / "homes.json"
    spec = {"home": "H0001", "password": "x", "devices": [{"device": "button-1", "kind": "smoke"}]}
    file.write_text(json.dumps([spec]), "utf-8")
    given = [] if "--token" in more else ["--token", stage.tokens[0]]
    around = stage.around()
    words = ["press", "--homes", str(file), "--broker", f"{around.host}:{around.port}"]
    answer = CliRunner().invoke(simulate, [*words, "--api", around.api, *given, *more])
    assert answer.exit_code in (1, 2)
    assert complaint in answer.output
