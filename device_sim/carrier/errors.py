"""What the simulator itself refuses, and a carrier that does not answer."""


class PhonesError(Exception):
    """The simulated phones refuse this."""


class SilentCarrierError(PhonesError):
    """The carrier does not answer: the connection is cut (`drop`) or stays silent."""

    def __init__(self, *, drop: bool) -> None:
        self.drop = drop
        super().__init__("the carrier does not answer")


class NotPossibleError(PhonesError):
    """A person cannot do this with the phone now; the sentence says what to do first."""


class NotANumberError(NotPossibleError):
    """Not an E.164 number: write it like +8613800000001."""
