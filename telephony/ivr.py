"""What the machine says and waits for, as data: no device, no clock, no table.

A script is a table `(step, happening) -> (step, acts)`. `advance` is the whole interpreter, so that
every path can be tested without a telephone.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Happening(StrEnum):
    """What the line reports to a script."""

    ANSWERED = "answered"
    PLAYED = "played"  # the prompt has ended
    KEY = "key"  # a DTMF digit; `#` ends a message
    END_KEY = "end_key"
    SPEAKING = "speaking"  # the caller talks into a prompt
    FELL_SILENT = "fell_silent"  # spoke, then stopped
    STAYED_SILENT = "stayed_silent"  # has not spoken at all
    FULL = "full"  # the longest message is reached
    NOT_RECORDED = "not_recorded"  # the disk refuses


class Step(StrEnum):
    RINGING = "ringing"
    NOTICE = "notice"
    ASKING = "asking"
    LISTENING = "listening"
    ASKING_AGAIN = "asking_again"
    LISTENING_AGAIN = "listening_again"
    LEAVING = "leaving"
    DONE = "done"


@dataclass(frozen=True)
class Play:
    """Play these prompts, in this order, instead of what is playing."""

    prompts: tuple[str, ...]


@dataclass(frozen=True)
class Listen:
    """Stop what is playing and wait for the caller's words."""


@dataclass(frozen=True)
class Farewell:
    """Thank for what was said, or say honestly that nothing was heard."""


@dataclass(frozen=True)
class HangUp:
    """End the call; `reason` goes into its record."""

    reason: str


Act = Play | Listen | Farewell | HangUp
Script = dict[tuple[Step, Happening], tuple[Step, Act]]

_FULL = Play(("message_full",))
_STILL_THERE = Play(("still_there", "tone"))

MESSAGE: Script = {
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
    (Step.LEAVING, Happening.PLAYED): (Step.DONE, HangUp("")),
}
"""Nobody is signed in: notice, request, the caller's words, thanks."""

_NOT_RECORDED: tuple[Step, Act] = (Step.LEAVING, Play(("busy",)))


@dataclass(frozen=True)
class State:
    """Where a call stands in its script, and whether the caller has said anything yet."""

    script: Script = field(default_factory=lambda: MESSAGE, repr=False)
    step: Step = Step.RINGING
    heard: bool = False
    recorded: bool = True


def advance(state: State, happening: Happening) -> tuple[State, Act | None]:
    """Return the next state and what to do; a happening without a row changes nothing."""
    heard = state.heard or happening in (Happening.SPEAKING, Happening.FELL_SILENT)
    recorded = state.recorded and happening is not Happening.NOT_RECORDED
    row = state.script.get((state.step, happening))
    if state.recorded and not recorded and state.step is not Step.DONE:
        row = _NOT_RECORDED  # promising to handle words that were not kept would be a lie
    step, act = row or (state.step, None)
    after = State(state.script, step, heard, recorded)
    match act:
        case Farewell():
            return after, Play(("thank_you" if heard else "nothing_heard",))
        case HangUp():
            return after, HangUp(_outcome(after))
    return after, act


def _outcome(state: State) -> str:
    if not state.recorded:
        return "not_recorded"
    return "message_left" if state.heard else "nothing_heard"
