"""Why a department's action was refused, in its people's words: the domain's own are for logs."""

from hotline.console.faults import Misfilled
from hotline.console.words import reading, say, words_of
from hotline.core.errors import HotlineError

_BY_STATUS = {403: "NotAllowed", 409: "Conflict", 412: "Stale", 422: "Invalid", 503: "Unavailable"}


def sentence(error: HotlineError) -> str:
    """Return the sentence that says what to do next; a general one where none is known."""
    if isinstance(error, Misfilled):
        return error.detail
    if error.status == 412:
        return say("portal.stale")
    if reading().code == "en":
        return str(error)  # the domain speaks English
    known = words_of("portal_refused")
    for part, told in known.items():
        if part in error.detail:
            return told
    return say(f"fault.{_BY_STATUS.get(error.status, 'other')}")
