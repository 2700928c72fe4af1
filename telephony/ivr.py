"""What the machine says and waits for, as data.

A message is taken, a caller is put through to an agent and asked how that was, a callback is made.
"""

from telephony.outcomes import SurveyOutcome
from telephony.script import (
    Farewell,
    GoOn,
    HangUp,
    Happening,
    Join,
    Listen,
    Play,
    Question,
    Rows,
    Script,
    State,
    Step,
)

BAD = 2  # a rating up to this is 差评 (domain.md 2.7)

_FULL = Play(("message_full",))
_STILL_THERE = Play(("still_there", "tone"))

_TAKING: Rows = {
    (Step.RINGING, Happening.ANSWERED): (Step.NOTICE, Play(("notice",))),
    (Step.NOTICE, Happening.PLAYED): (Step.ASKING, Play(("leave_request", "tone"))),
    (Step.ASKING, Happening.PLAYED): (Step.LISTENING, Listen()),
    # Who talks into the request, or presses `#`, has understood it: be quiet and listen.
    (Step.ASKING, Happening.SPEAKING): (Step.LISTENING, Listen()),
    (Step.ASKING, Happening.END_KEY): (Step.LISTENING, Listen()),
    (Step.LISTENING, Happening.END_KEY): (Step.LEAVING, Farewell()),
    (Step.LISTENING, Happening.FELL_SILENT): (Step.LEAVING, Farewell()),
    (Step.LISTENING, Happening.STAYED_SILENT): (Step.ASKING_AGAIN, _STILL_THERE),
    (Step.LISTENING, Happening.FULL): (Step.LEAVING, _FULL),
    (Step.ASKING_AGAIN, Happening.PLAYED): (Step.LISTENING_AGAIN, Listen()),
    (Step.ASKING_AGAIN, Happening.SPEAKING): (Step.LISTENING_AGAIN, Listen()),
    (Step.ASKING_AGAIN, Happening.END_KEY): (Step.LEAVING, Farewell()),
    (Step.LISTENING_AGAIN, Happening.END_KEY): (Step.LEAVING, Farewell()),
    (Step.LISTENING_AGAIN, Happening.FELL_SILENT): (Step.LEAVING, Farewell()),
    (Step.LISTENING_AGAIN, Happening.STAYED_SILENT): (Step.LEAVING, Farewell()),
    (Step.LISTENING_AGAIN, Happening.FULL): (Step.LEAVING, _FULL),
    (Step.LEAVING, Happening.PLAYED): (Step.DONE, HangUp()),
}

# Asked in this order (domain.md 2.7).
_QUESTIONS = {
    Step.CONTACTED: Question("callback_contacted", {"1": True, "2": False}),
    Step.SOLVED: Question("callback_solved", {"1": True, "2": False}),
    Step.RATING: Question("callback_rating", {str(rating): rating for rating in range(1, 6)}),
}
_OF_THE_CALL = {
    Step.RATING: Question("rate_call", {str(rating): rating for rating in range(1, 6)}),
}


def _question(step: Step) -> Play:
    return Play((_QUESTIONS[step].prompt,))


def _again(step: Step, question: Question, *, leaving: Step = Step.LEAVING) -> Rows:
    """Return the rows that ask this question once more, and at last no more."""
    prompt = question.prompt
    return {
        (step, Happening.WRONG_KEY): (step, Play(("invalid_key", prompt))),
        (step, Happening.STAYED_SILENT): (step, Play(("no_key", prompt))),
        (step, Happening.GIVEN_UP): (leaving, Play(("goodbye",))),
    }


_PLEASE_WAIT = Play(("please_wait",))

_ATTENDING: Rows = {
    (Step.NOTICE, Happening.OFFERED): (Step.GREETING, GoOn()),
    (Step.NOTICE, Happening.UNATTENDED): (Step.EXCUSING, GoOn()),
    (Step.GREETING, Happening.UNATTENDED): (Step.EXCUSING, GoOn()),
    (Step.EXCUSING, Happening.PLAYED): (Step.ASKING, Play(("leave_request", "tone"))),
    # The notice is heard to its end before anybody listens in.
    (Step.NOTICE, Happening.PLAYED): (Step.WAITING, _PLEASE_WAIT),
    (Step.GREETING, Happening.PLAYED): (Step.WAITING, _PLEASE_WAIT),
    (Step.WAITING, Happening.STAYED_SILENT): (Step.WAITING, Play(("tone",))),
    (Step.WAITING, Happening.UNATTENDED): (Step.ASKING, Play(("leave_request", "tone"))),
    (Step.WAITING, Happening.JOINED): (Step.TALKING, Join()),
    (Step.TALKING, Happening.HANDED_ON): (Step.WAITING, _PLEASE_WAIT),
    (Step.TALKING, Happening.PARTED): (Step.RATING, Play(("rate_call",))),
    (Step.RATING, Happening.CHOSEN): (Step.PARTING, Play(("callback_thanks",))),
    (Step.PARTING, Happening.PLAYED): (Step.PARTING, HangUp()),
    **_again(Step.RATING, _OF_THE_CALL[Step.RATING], leaving=Step.PARTING),
}
_WITH_AGENT = frozenset({Step.TALKING, Step.RATING, Step.PARTING})


_ASKING: Rows = {
    (Step.RINGING, Happening.ANSWERED): (Step.INTRO, Play(("callback_intro",))),
    (Step.INTRO, Happening.PLAYED): (Step.CONTACTED, _question(Step.CONTACTED)),
    # Nothing has been asked yet: a key only says that the greeting is known.
    (Step.INTRO, Happening.KEY): (Step.CONTACTED, _question(Step.CONTACTED)),
    # Who has pressed a key is no machine: later steps need not know of them.
    (Step.INTRO, Happening.MACHINE): (Step.VOICEMAIL, HangUp()),
    (Step.CONTACTED, Happening.MACHINE): (Step.VOICEMAIL, HangUp()),
    (Step.CONTACTED, Happening.CHOSEN): (Step.SOLVED, _question(Step.SOLVED)),
    (Step.SOLVED, Happening.CHOSEN): (Step.RATING, _question(Step.RATING)),
    (Step.RATING, Happening.CHOSEN): (Step.LEAVING, Farewell()),
    (Step.LEAVING, Happening.PLAYED): (Step.DONE, HangUp()),
    **_again(Step.CONTACTED, _QUESTIONS[Step.CONTACTED]),
    **_again(Step.SOLVED, _QUESTIONS[Step.SOLVED]),
    **_again(Step.RATING, _QUESTIONS[Step.RATING]),
}


def _thanks(state: State) -> str:
    return "thank_you" if state.heard else "nothing_heard"


def _call_outcome(state: State) -> str:
    if state.step in _WITH_AGENT:
        return "caller_hung_up" if state.step is Step.TALKING else "agent_hung_up"
    return _message_outcome(state)


def _message_outcome(state: State) -> str:
    if not state.recorded:
        return "not_recorded"
    if state.step is not Step.DONE:
        return "caller_hung_up"
    return "message_left" if state.heard else "nothing_heard"


def _verdict(state: State) -> str:
    """Return the goodbye; the sorry one promises a second handling (重办), so only to 差评."""
    return "callback_sorry" if state.answers[Step.RATING] <= BAD else "callback_thanks"


def _survey_outcome(state: State) -> str:
    if state.step is Step.VOICEMAIL:
        return SurveyOutcome.VOICEMAIL
    if len(state.answers) == len(_QUESTIONS):
        return SurveyOutcome.COMPLETED
    if state.answers:
        return SurveyOutcome.PARTIAL
    heard_out = state.step in (Step.LEAVING, Step.DONE)
    return SurveyOutcome.NO_KEY if heard_out else SurveyOutcome.HUNG_UP


MESSAGE = Script(
    _TAKING,
    farewell=_thanks,
    outcome=_message_outcome,
    # Promising to handle words that were not kept would be a lie.
    unrecorded=(Step.LEAVING, Play(("busy",))),
)
"""Nobody is signed in: notice, request, the caller's words, thanks."""

CALL = Script(
    {**_TAKING, **_ATTENDING},
    farewell=_thanks,
    outcome=_call_outcome,
    questions=_OF_THE_CALL,
    unrecorded=(Step.LEAVING, Play(("busy",))),
    off_tape=_WITH_AGENT,  # two people who talk are not cut off for a full disk
)
"""An agent takes the call and the caller rates it; a message is left when none does."""

SURVEY = Script(_ASKING, farewell=_verdict, outcome=_survey_outcome, questions=_QUESTIONS)
"""回访: contacted? solved? how satisfied?"""
