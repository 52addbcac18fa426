"""How commands get a password: a prompt, standard input or a file, never the command line.

Everybody on a machine sees the words of a running command, and the shell keeps them.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from app.errors import UsageError

_F = TypeVar("_F", bound=Callable[..., Any])


def _refuse(_context: click.Context, _parameter: click.Parameter, given: str | None) -> None:
    if given is not None:
        raise UsageError(
            "a password on the command line is seen by everybody on this machine: leave it out and "
            "be asked, or give --password-file FILE, or - for standard input"
        )


def password_file_option(command: _F) -> _F:
    """`--password-file`, handed on as `password_file`; `--password` is refused with what to do."""
    asked = click.option(
        "--password-file", type=click.File(), help="Where it stands; - for standard input."
    )
    old = click.option("--password", hidden=True, expose_value=False, callback=_refuse)
    return asked(old(command))


def password_from(file: Any) -> str | None:
    """The first line of the file; None: there is no file. UsageError: it is empty."""
    if file is None:
        return None
    line = str(file.readline()).rstrip("\r\n")
    if not line:
        raise UsageError("the file of the password is empty")
    return line


def asked_password(file: Any) -> str:
    """From the file, else from a prompt, twice."""
    given = password_from(file)
    if given is not None:
        return given
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
