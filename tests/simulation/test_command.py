"""`anxin simulate SCENARIO` as CI calls it: files, exit statuses, one line for what is wrong."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.free_port import free_port
from device_sim.centre.http_client import HttpClient
from device_sim.commands.simulate import simulate
from device_sim.scenario import library
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


def test_the_same_again_is_as_good_since_a_run_closes_what_it_raised(
    stage: Stage, tmp_path: Path
) -> None:
    """Breaks when a run leaves its alarm open: the next press would be counted to it, and nobody
    would be seen to be told."""
    homes, home = homes_file(stage, tmp_path)
    result = tmp_path / "result.json"
    for _ in range(2):
        answer = called(stage, homes, "--json", str(result))
        assert answer.exit_code == 0, answer.output
        assert json.loads(result.read_text("utf-8"))["checked"]["paged"] == 1
    assert open_alarms(stage, home) == []


def test_an_alarm_from_before_is_no_green(stage: Stage, tmp_path: Path) -> None:
    """Breaks when a press that is counted to it is left out of the checks."""
    homes, home = homes_file(stage, tmp_path)
    junit = tmp_path / "junit.xml"
    assert called(stage, homes, "--leave-open").exit_code == 0
    (number,) = open_alarms(stage, home)
    answer = called(stage, homes, "--junit", str(junit))
    assert answer.exit_code == 3, answer.output
    assert f"{number} ({home} help_call)" in answer.output
    assert 'errors="1"' in junit.read_text("utf-8")
    answer = called(stage, homes, "--close-open")
    assert answer.exit_code == 0, answer.output
    assert open_alarms(stage, home) == []


def open_alarms(stage: Stage, home: str) -> list[int]:
    api = HttpClient(stage.around().api, stage.tokens[0])
    try:
        return [a["id"] for a in api.get("/api/v1/alarms", state="open", home=home)["items"]]
    finally:
        api.close()


def test_traffic_that_nobody_looked_at_is_not_well_unless_asked_for(
    stage: Stage, tmp_path: Path
) -> None:
    homes, _ = homes_file(stage, tmp_path)
    around = stage.around()
    scenario = tmp_path / "patient.yaml"
    scenario.write_text(PATIENT, "utf-8")
    words = [str(scenario), "--homes", homes, "--broker", f"{around.host}:{around.port}"]
    answer = CliRunner().invoke(simulate, words)
    assert (answer.exit_code, "nothing was compared" in answer.output) == (3, True), answer.output
    assert CliRunner().invoke(simulate, [*words, "--send-only"]).exit_code == 0


def test_what_the_product_is_not_to_blame_for_is_an_error_in_the_report(tmp_path: Path) -> None:
    file, junit, result = (tmp_path / name for name in ("homes.json", "junit.xml", "result.json"))
    spec = {"home": "H0001", "password": "x", "devices": [{"device": "button-1", "kind": "smoke"}]}
    file.write_text(json.dumps([spec]), "utf-8")
    words = ["press", "--homes", str(file), "--broker", "127.0.0.1:1", "--api"]
    words += [f"http://127.0.0.1:{free_port()}", "--token", "x"]
    answer = CliRunner().invoke(simulate, [*words, "--junit", str(junit), "--json", str(result)])
    assert answer.exit_code == 3, answer.output
    assert 'errors="1"' in junit.read_text("utf-8")
    assert "error" in json.loads(result.read_text("utf-8"))


def test_the_list_says_what_each_scenario_needs() -> None:
    said = CliRunner().invoke(simulate, ["--list"]).output
    assert said.count("needs ") == len(library.names())
    assert "a broker with access rules" in said
    assert "240 times as fast" in said


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
        (["--token-file", "/nowhere/token"], "--token-file /nowhere/token: No such file"),
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
    assert answer.exit_code in (2, 3)
    assert complaint in answer.output
