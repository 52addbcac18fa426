"""The `anxin` command line.

A command is a click command in `app/commands/`, and one line in COMMANDS. Its module is imported
only when it is called, so that `anxin hub add` does not pay for the web framework.
"""

import importlib
import os
import sys
import traceback
from collections.abc import Sequence

import click

from app.errors import AppError, UsageError

# name → (module:attribute, what `anxin --help` says)
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("app.commands.demo:demo", "Run everything here, with simulated homes and phones."),
    "migrate": ("app.commands.migrate:migrate", "Bring the database's tables up to date."),
    "ingest": ("app.commands.ingest:ingest", "Take in what the homes send."),
    "alerts": ("app.commands.alerts:alerts", "Escalate and send."),
    "api": ("app.commands.api:api", "Serve the console and the HTTP API."),
    "hub": ("app.commands.hub:hub", "Let a home's hub log in to the broker, or not."),
    "dead-letters": ("app.commands.dead_letters:group", "What could not be read, and once more."),
    "why": ("app.commands.why:why", "Tell what happened to one alarm, in order of time."),
    "user": ("app.commands.user:user", "Let people log in, or not."),
    "token": ("app.commands.user:token", "Make a bearer token for a program."),
    "doctor": ("app.commands.doctor:doctor", "Check an installation by experiment."),
    "templates": ("app.commands.templates:templates", "What to register at Alibaba Cloud."),
    "bench": ("app.commands.bench:bench", "Measure how fast it is here."),
    "phones": ("device_sim.commands.phones:phones", "Simulated phones with a carrier's interface."),
    "simulate": ("device_sim.commands.simulate:simulate", "Simulated homes against any broker."),
    "seed": ("app.commands.seed:seed_command", "Write a made-up district into the database."),
}

RENAMED = {"settle": "seed"}
"""Old names of commands: who uses one is told the new one."""

INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group that knows its commands by name and help line, and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of COMMANDS, which is the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of one command. UsageError: an old name; it says the new one."""
        if cmd_name in RENAMED:
            raise UsageError(f"`anxin {cmd_name}` is called `anxin {RENAMED[cmd_name]}` now")
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, no_args_is_help=True)
@click.version_option(package_name="anxin", message="%(prog)s %(version)s")
def cli() -> None:
    """Anxin 安心: from an emergency button to somebody at the door.

    Settings come from the environment (ANXIN_…) or a .env file.
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; return 0 (done), 1 (failed) or 2 (bad usage or setting).

    An error is one line on stderr. ANXIN_DEBUG=1 shows its traceback as well.
    """
    try:
        result = cli.main(
            args=None if arguments is None else list(arguments),
            prog_name="anxin",
            standalone_mode=False,
        )
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        return _fail(error, error.format_message(), error.exit_code)
    except AppError as error:
        return _fail(error, str(error), error.exit_status)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # `anxin … | head`: the reader has seen enough. Python would complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last line of defence is here
        return _fail(error, f"{type(error).__name__}: {error}", 1)
    return result if isinstance(result, int) else 0


def main() -> None:
    """Run the command line of this process."""
    sys.exit(run())


def _fail(error: BaseException, message: str, status: int) -> int:
    if os.environ.get("ANXIN_DEBUG") == "1":
        traceback.print_exception(error)
    click.echo(f"anxin: {' '.join(message.split())}", err=True)
    return status


if __name__ == "__main__":
    main()
