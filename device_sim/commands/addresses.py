"""The type HOST:PORT of options on the command line."""

import click


class HostPort(click.ParamType[tuple[str, int]]):
    """HOST:PORT."""

    name = "HOST:PORT"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """`127.0.0.1:1883` → ("127.0.0.1", 1883)."""
        host, _, port = str(value).rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:
            self.fail(f"{value!r} must be HOST:PORT, for example 127.0.0.1:1883", param, ctx)
        return host.strip("[]"), int(port)
