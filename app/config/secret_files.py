"""Reads secrets from files: `ANXIN_SECRET_KEY_FILE=…` stands for the file's content."""

import os
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from app.errors import SettingsError

PREFIX = "ANXIN_"


class FileSource(PydanticBaseSettingsSource):
    """The settings that were given as the path of a file.

    SettingsError when a file cannot be read, or when the value is given as well: two sources for
    one secret is how an old one stays in use.
    """

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        """Look at the environment and the .env file once."""
        super().__init__(settings_cls)
        self._given = {**dotenv_values(".env"), **os.environ}

    def get_field_value(
        self,
        field: FieldInfo,
        field_name: str,
    ) -> tuple[Any, str, bool]:
        """Return the content of the file named for this field, without its last line end."""
        name = f"{PREFIX}{field_name.upper()}"
        path = self._given.get(f"{name}_FILE")
        if field.repr or not path:
            return None, field_name, False
        if self._given.get(name):
            raise SettingsError(f"{name} and {name}_FILE are both set: remove one of them")
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise SettingsError(f"{name}_FILE is wrong: cannot read {path}: {reason}") from None
        return text.rstrip("\r\n"), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return what the files say, by field."""
        fields = self.settings_cls.model_fields
        values = {name: self.get_field_value(info, name)[0] for name, info in fields.items()}
        return {name: value for name, value in values.items() if value is not None}
