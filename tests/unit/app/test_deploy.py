"""The deployment's files say what they should; nothing is started."""

import base64
import hashlib
import json
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.access.mosquitto_access import OWN_USERS
from ingest.writing.batch_writer import MAX_PAYLOAD
from tests.servers import dockerfile
from tests.servers.compose import Compose

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"
MOSQUITTO = DEPLOY / "mosquitto"
OURS = ["ingest-1", "ingest-2", "alerts-1", "alerts-2", "api"]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return found


def options(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return {name: value for name, _, value in (line.partition(" ") for line in lines)}


def test_two_of_each_that_must_not_stop(services: dict[str, Any]) -> None:
    commands = {name: services[name]["command"] for name in OURS}
    assert commands == {
        "ingest-1": ["ingest"],
        "ingest-2": ["ingest"],
        "alerts-1": ["alerts"],
        "alerts-2": ["alerts"],
        "api": ["api"],
    }


def test_every_process_has_a_name_of_its_own(services: dict[str, Any]) -> None:
    names = [services[name]["environment"]["ANXIN_INSTANCE"] for name in OURS]
    assert len(set(names)) == len(OURS)


@pytest.mark.parametrize("name", [*OURS, "db", "broker"])
def test_it_comes_back_is_watched_and_keeps_its_logs_small(
    services: dict[str, Any], name: str
) -> None:
    service = services[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"]
    assert service["stop_grace_period"]
    assert {"max-size", "max-file"} <= service["logging"]["options"].keys()


def test_images_are_pinned_to_a_release(services: dict[str, Any]) -> None:
    images = [service["image"] for service in services.values()]
    assert all(re.search(r":.*\d+\.\d+\.\d+", image) for image in images), images


def test_nothing_is_open_to_the_network_unless_asked(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert ports
    assert all(re.match(r"\$\{ANXIN_\w+_BIND:-127\.0\.0\.1:\d+\}:\d+$", port) for port in ports)


def test_no_secret_is_in_the_compose_file_or_the_example(services: dict[str, Any]) -> None:
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|KEY(?!_ID)|TOKEN|SECRET|DATABASE_URL|MQTT.*URL", name):
                assert name.endswith("_FILE"), name
                optional = "TWILIO_AUTH_TOKEN|ALIYUN_ACCESS_KEY_SECRET"
                assert re.match(rf"/run/secrets/|\$\{{ANXIN_({optional})_FILE", value), name
    assert not re.search(r"^\w*(PASSWORD|SECRET|TOKEN)=", (ROOT / ".env.example").read_text(), re.M)


def test_each_service_is_given_exactly_the_secrets_it_names(services: dict[str, Any]) -> None:
    for name, service in services.items():
        named = re.findall(
            r"/run/secrets/(\w+)",
            json.dumps([service.get("environment"), service.get("healthcheck")]),
        )
        optional = {"twilio_auth_token", "aliyun_access_key_secret"}
        assert set(named) | optional == {*service.get("secrets", []), *optional}, name


def test_an_installation_with_nothing_set_but_the_example_resolves() -> None:
    compose = Compose({})
    for name in OURS:
        environment = compose.environment(name)
        assert "$" not in json.dumps(environment)
        assert environment["ANXIN_TIMEZONE"] == "Asia/Shanghai"


def test_make_secrets_makes_them_once(tmp_path: Path) -> None:
    script = tmp_path / "make-secrets"
    script.write_text((DEPLOY / "make-secrets").read_text())
    subprocess.run(["sh", str(script)], check=True)
    declared = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["secrets"]
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert {f"deploy/secrets/{name}" for name in made} == {one["file"] for one in declared.values()}
    assert made["db_password"].strip() in made["database_owner_url"]
    assert made["db_password"].strip() not in made["database_url"], "the processes' is another role"
    assert len(made["secret_key"].strip()) >= 64
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    subprocess.run(["sh", str(script)], check=True)
    assert made == {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}


def test_the_broker_drops_nothing_silently() -> None:
    limits = options(MOSQUITTO / "conf.d" / "limits.conf")
    assert limits["max_queued_messages"] == "0"
    assert int(limits["max_queued_bytes"]) >= 2**28
    assert limits["queue_qos0_messages"] == "true"
    assert int(limits["max_inflight_messages"]) >= 1000
    assert MAX_PAYLOAD < int(limits["max_packet_size"]) <= 2 * MAX_PAYLOAD
    assert limits["set_tcp_nodelay"] == "true"
    assert limits["persistent_client_expiration"]


@pytest.mark.parametrize("name", ["mosquitto.conf", "mosquitto-2.0.conf"])
def test_nobody_is_anonymous_and_the_rest_is_the_same(name: str) -> None:
    config = options(MOSQUITTO / name)
    assert config["allow_anonymous"] == "false"
    assert config["include_dir"] == "/mosquitto/config/conf.d"
    assert config["persistence_location"] == "/mosquitto/data/"


def test_the_first_users_are_those_of_the_acl_file_and_cannot_be_homes(tmp_path: Path) -> None:
    urls = {
        f"ANXIN_MQTT{kind}_URL": f"mqtt://{user}:p%2Fw-{user}@broker:1883"
        for kind, user in (("", "centre"), ("_ADMIN", "admin"), ("_HEALTH", "health"))
    }
    target = tmp_path / "dynamic-security.json"
    run = ["python3", str(MOSQUITTO / "first_users.py"), str(target)]
    subprocess.run(run, env={"PATH": "/usr/bin:/bin", **urls}, check=True)
    written = json.loads(target.read_text())
    users = {client["username"]: client for client in written["clients"]}
    assert users.keys() == OWN_USERS
    salt = base64.b64decode(users["centre"]["salt"])
    digest = hashlib.pbkdf2_hmac("sha512", b"p/w-centre", salt, users["centre"]["iterations"])
    assert base64.b64decode(users["centre"]["password"]) == digest
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert not any(written["defaultACLAccess"][kind] for kind in ("publishClientSend", "subscribe"))
    before = target.read_bytes()
    subprocess.run(run, env={"PATH": "/usr/bin:/bin"}, check=True)
    assert target.read_bytes() == before


def test_first_users_says_which_address_is_wrong(tmp_path: Path) -> None:
    run = ["python3", str(MOSQUITTO / "first_users.py"), str(tmp_path / "x.json")]
    env = {"PATH": "/usr/bin:/bin", "ANXIN_MQTT_URL": "mqtt://boss:x@broker"}
    done = subprocess.run(run, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "ANXIN_MQTT_URL is wrong: write mqtt://centre:PASSWORD@HOST:PORT\n"


def test_the_image_is_built_from_hashes_and_does_not_run_as_root() -> None:
    lines = (DEPLOY / "Dockerfile").read_text()
    assert "--require-hashes" in lines
    assert [line for line in lines.splitlines() if line.startswith("USER")] == ["USER 10001"]
    assert re.search(r"^FROM python:3\.\d+-slim$", lines, re.M)


def test_the_image_fetches_the_browser_code_where_the_makefile_does() -> None:
    lines = (DEPLOY / "Dockerfile").read_text()
    assert "COPY api/pages/package*.json api/pages/vendor.mjs" in lines
    assert "npm run --silent vendor" in lines
    found = lines.index("COPY --from=browser /build/static/vendor api/pages/static/vendor")
    assert lines.index("COPY . .") < found < lines.index("--no-build-isolation .")
    assert "api/pages/package.json" in (ROOT / "Makefile").read_text()


def test_what_the_image_is_built_from_is_there_and_no_secret_goes_in() -> None:
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.M)
    files = [name for names in copied for name in names.split() if "*" not in name]
    assert all((ROOT / name).exists() for name in files), files
    assert {"deploy/secrets", ".env", ".git"} <= set((ROOT / ".dockerignore").read_text().split())


def test_the_image_has_three_stages_and_starts_anxin() -> None:
    first, second, last = dockerfile.stages((DEPLOY / "Dockerfile").read_text())
    assert (first.name, second.name, last.name) == ("browser", "packages", "2")
    (entrypoint,) = [step for step in last.steps if step.name == "ENTRYPOINT"]
    assert entrypoint.words() == ["anxin"]


def test_an_instruction_that_nobody_follows_is_refused() -> None:
    with pytest.raises(ValueError, match="HEALTHCHECK"):
        dockerfile.stages("FROM a\nHEALTHCHECK CMD true\n")
