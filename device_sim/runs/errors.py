"""What keeps a run from being played."""


class CannotPlayError(Exception):
    """The run could not begin: no broker, a log-in that is refused, another time, alarms that are
    open from before."""
