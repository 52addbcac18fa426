"""Writes the files that `anxin simulate` and `anxin phones` read, from a district."""

import json
from collections.abc import Mapping
from pathlib import Path

from app.demo.district import DemoDistrict
from app.errors import AppError


def write_homes(path: Path, district: DemoDistrict, passwords: Mapping[str, str]) -> None:
    """Homes with their hubs' passwords and devices, for their owner's eyes only."""
    homes = [
        {
            "home": home.code,
            "password": passwords[home.code],
            "devices": [{"device": d.code, "kind": d.kind, "room": d.room} for d in home.devices],
        }
        for home in district.homes
    ]
    write_private(path, json.dumps(homes, ensure_ascii=False, indent=1))


def read_passwords(path: Path) -> dict[str, str]:
    """The passwords of a file that write_homes made; none where there is no file yet."""
    try:
        return {home["home"]: home["password"] for home in json.loads(path.read_text("utf-8"))}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise AppError(f"{path} is no file of homes ({error}): delete it") from error


def write_phones(path: Path, district: DemoDistrict) -> None:
    """Who has which simulated phone."""
    write_private(path, json.dumps(district.phones(), ensure_ascii=False, indent=1))


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else may read; whoever reads it sees the old text or the new."""
    staging = path.with_name(f".{path.name}.new")
    try:
        staging.unlink(missing_ok=True)
        staging.touch(mode=0o600)
        staging.write_text(text, encoding="utf-8")
        staging.rename(path)
    except OSError as error:
        raise AppError(f"cannot write {path}: {error.strerror}") from error
