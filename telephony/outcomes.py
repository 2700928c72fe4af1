"""How a callback's call or a desk phone's can go; what a SIP status says of one in vain."""

from enum import StrEnum


class SurveyOutcome(StrEnum):
    """The same words as `dispatch`'s outcomes of an attempt."""

    COMPLETED = "completed"  # every question answered
    PARTIAL = "partial"  # some were
    NO_KEY = "no_key"  # heard us out, and pressed nothing that means anything
    VOICEMAIL = "voicemail"  # an answering machine (`telephony.voicemail`)
    HUNG_UP = "hung_up"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    LOST = "lost"  # our own fault


class AgentOutcome(StrEnum):
    """Why a desk phone is no longer rung for a caller, or no longer talks to them."""

    HUNG_UP = "hung_up"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    NO_MEDIA = "no_media"  # the telephone sends no sound
    CALLER_GONE = "caller_gone"
    TOO_LATE = "too_late"  # the caller is leaving a message already
    NO_FREE_LEG = "no_free_leg"
    LOST = "lost"  # our own fault


class RelayOutcome(StrEnum):
    """How a department's call to a requester went, by the requester unless it says otherwise."""

    TALKED = "talked"
    NO_OFFICE = "no_office"  # the department's own telephone was not answered
    GIVEN_UP = "given_up"  # the department hung up before the requester answered
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"  # also: hung up before the two could hear each other
    UNREACHABLE = "unreachable"
    NOT_ALLOWED = "not_allowed"  # no destination that we may ring
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


# What pjsua answers by itself, before anybody here sees the call.
_REFUSALS = {
    400: "bad_request",  # a session description that is none
    415: "bad_request",
    480: "busy",
    486: "busy",  # every leg is taken
    488: "not_acceptable",  # no codec in common, or no audio at all
    606: "not_acceptable",
}


def refusal(status: int) -> str:
    """Return why an incoming call was refused with this status."""
    return _REFUSALS.get(status, f"sip_{status}")


def unanswered(status: int, *, rang: bool) -> SurveyOutcome:
    """Return what the final status of an outgoing call says; `rang`: a 18x came before it."""
    if rang and status in _RANG_IN_VAIN:
        return SurveyOutcome.NO_ANSWER
    return _BY_STATUS.get(status, SurveyOutcome.UNREACHABLE)
