"""Every setting is in the code, in compose, in the example and in the documents, and nowhere else.

Broken by adding one in fewer than four places: a retention that never reached the containers was
documented for months.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.config.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
NAME = re.compile(r"ANXIN_([A-Z0-9_]*[A-Z0-9])")
FIELDS = frozenset(name.upper() for name in Settings.model_fields)
SECRETS = frozenset(name.upper() for name, field in Settings.model_fields.items() if not field.repr)
BY_COMPOSE = frozenset(
    {
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "MQTT_URL",
        "MQTT_ADMIN_URL",
        "SECRET_KEY",
        "INSTANCE",
        "HTTP",
        "METRICS",
    }
)
"""What compose sets itself: nobody writes it into an .env beside it."""
NOT_SETTINGS = re.compile(
    r"VERSION|\w+_BIND|DEMO_PASSWORD|MQTT_HEALTH_URL|SCENARIO|SIM\w*|TEST_\w+|KEEP|ALIYUN|TWILIO"
    r"|ALIYUN_ACCESS_KEY|PYTHON|NODE|\w+_TOKEN_FILE"
)
"""What only compose, its files or the tests read, and beginnings of names in a text."""


def names(text: str) -> set[str]:
    """Without the _FILE of what is given as one."""
    found = set(NAME.findall(text))
    return {name.removesuffix("_FILE") for name in found}


def composed() -> set[str]:
    services: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return {
        name.removeprefix("ANXIN_").removesuffix("_FILE")
        for service in ("migrate", "ingest-1", "alerts-1", "api")
        for name in services[service]["environment"]
    }


def documented() -> set[str]:
    """In README's table without the prefix, elsewhere with it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[A-Z].*?) \|", readme, re.MULTILINE)
    found = {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)}
    for page in (ROOT / "docs").glob("*.md"):
        found |= names(page.read_text(encoding="utf-8"))
    return found


def test_compose_passes_every_setting_on() -> None:
    assert FIELDS - composed() == set()


def test_the_example_has_every_setting() -> None:
    assert FIELDS - BY_COMPOSE - names((ROOT / ".env.example").read_text(encoding="utf-8")) == set()


def test_the_documents_tell_of_every_setting() -> None:
    assert FIELDS - documented() == set()


@pytest.mark.parametrize("file", ["docker-compose.yml", ".env.example", "README.md"])
def test_nothing_is_set_that_nobody_reads(file: str) -> None:
    told = names((ROOT / file).read_text(encoding="utf-8"))
    assert {name for name in told - FIELDS if not NOT_SETTINGS.fullmatch(name)} == set()


def test_the_documents_tell_of_no_setting_that_is_not_there() -> None:
    told = {
        name
        for page in (ROOT / "docs").glob("*.md")
        for name in names(page.read_text(encoding="utf-8"))
    }
    assert {name for name in told - FIELDS if not NOT_SETTINGS.fullmatch(name)} == set()


def test_compose_gives_a_setting_the_value_of_the_environment() -> None:
    """Not a fixed one, apart from what it sets itself and the files of its secrets."""
    environment: dict[str, str] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())[
        "x-settings"
    ]
    for name, value in environment.items():
        bare = name.removeprefix("ANXIN_").removesuffix("_FILE")
        if bare not in BY_COMPOSE | SECRETS:
            assert re.fullmatch(rf"\$\{{{name}:?-.*\}}", value), name
