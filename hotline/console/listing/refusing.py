"""Why one of many tickets was left as it is, in the reader's words: a refusal is English."""

from hotline.console.words import say, words_of
from hotline.core.errors import HotlineError

_KINDS = ("Stale", "NotFound", "NotAllowed", "Conflict", "Invalid", "Unavailable")


def reason_of(error: HotlineError) -> str:
    """Return the sentence for a refusal, and what can be said of its kind where there is none."""
    known = words_of("together_why")
    for part, sentence in known.items():
        if part in error.detail:
            return sentence
    kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _KINDS]
    return say(f"fault.{kinds[0] if kinds else 'other'}")
