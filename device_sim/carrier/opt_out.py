"""Recognises the words by which a person opts out of a sender, and in again."""

# Twilio's default keywords, and what mainland carriers ask people to answer.
STOP_WORDS = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"}
    | {"退订", "取消订阅", "TD", "T"}
)
HELP_WORDS = frozenset({"HELP", "INFO"})
START_WORDS = frozenset({"START", "YES", "UNSTOP", "恢复", "订阅", "恢复订阅"})


def opt_out_change(text: str, opted_out: bool) -> bool | None:
    """Does this reply ask to be left alone (True), to hear again (False), or neither (None)?

    As with Twilio the whole reply must be the word, in any case; YES means anything only to a
    sender that was stopped.
    """
    word = text.strip().strip("。.!！").upper()
    if word in STOP_WORDS:
        return True
    if word in START_WORDS and opted_out:
        return False
    return None


def opt_out_type(text: str, change: bool | None) -> str | None:
    """What the carrier calls such a reply in its webhook (OptOutType); None: an ordinary one."""
    if change is not None:
        return "STOP" if change else "START"
    return "HELP" if text.strip().strip("。.!！").upper() in HELP_WORDS else None
