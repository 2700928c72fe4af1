"""How a callback's call can go, and what a SIP status says of one that nobody answered."""

from enum import StrEnum


class SurveyOutcome(StrEnum):
    """The same words as `dispatch`'s outcomes of an attempt."""

    COMPLETED = "completed"  # every question answered
    PARTIAL = "partial"  # some were
    NO_KEY = "no_key"  # heard us out, or a machine did, and pressed nothing that means anything
    HUNG_UP = "hung_up"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    LOST = "lost"  # our own fault


_BY_STATUS = {
    486: SurveyOutcome.BUSY,
    600: SurveyOutcome.BUSY,
    603: SurveyOutcome.REJECTED,
    607: SurveyOutcome.REJECTED,
    608: SurveyOutcome.REJECTED,
}
# Exchanges end a call that rang in vain with these; unrung, they say that nobody is there (pjsua
# itself says 487 of a 302, which it does not follow).
_RANG_IN_VAIN = {408, 480, 487}


def unanswered(status: int, *, rang: bool) -> SurveyOutcome:
    """Return what the final status of an outgoing call says; `rang`: a 18x came before it."""
    if rang and status in _RANG_IN_VAIN:
        return SurveyOutcome.NO_ANSWER
    return _BY_STATUS.get(status, SurveyOutcome.UNREACHABLE)
