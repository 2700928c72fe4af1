"""How a script drives a call: no device, no clock, no table.

A script is a table `(step, happening) -> (step, act)`. `advance` is the whole interpreter, so that
every path can be tested without a telephone; the tables themselves are in `ivr.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

# How often one question is asked before the call is ended politely.
MOST_ASKINGS = 3

Answer = bool | int


class Happening(StrEnum):
    """What the line reports to a script, what a key or a miss comes to, and what agents do."""

    ANSWERED = "answered"
    PLAYED = "played"  # the prompt has ended
    KEY = "key"  # a DTMF digit
    END_KEY = "end_key"  # `#`, which ends a message
    SPEAKING = "speaking"  # the caller talks into a prompt
    FELL_SILENT = "fell_silent"  # spoke, then stopped
    STAYED_SILENT = "stayed_silent"  # has not spoken, or pressed a key, at all
    FULL = "full"  # the longest message is reached
    NOT_RECORDED = "not_recorded"  # the disk refuses
    MACHINE = "machine"  # an answering machine has taken our call
    CHOSEN = "chosen"  # the key is an answer to the question
    WRONG_KEY = "wrong_key"
    GIVEN_UP = "given_up"  # the question was asked often enough
    OFFERED = "offered"  # an agent is being rung, or will be
    UNATTENDED = "unattended"  # no agent comes
    JOINED = "joined"  # an agent is on the line
    PARTED = "parted"  # whoever talked to the caller has left it
    HANDED_ON = "handed_on"  # the same, and somebody else is to come


class Step(StrEnum):
    """Where a call stands; the steps of all scripts."""

    RINGING = "ringing"
    NOTICE = "notice"
    ASKING = "asking"
    LISTENING = "listening"
    ASKING_AGAIN = "asking_again"
    LISTENING_AGAIN = "listening_again"
    INTRO = "intro"
    CONTACTED = "contacted"
    SOLVED = "solved"
    RATING = "rating"
    VOICEMAIL = "voicemail"  # nobody is asked anything
    GREETING = "greeting"  # the notice is played, and somebody is on their way
    EXCUSING = "excusing"  # the notice is played, and nobody will come
    WAITING = "waiting"  # for an agent
    TALKING = "talking"
    PARTING = "parting"
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
    """Say the goodbye that the script chooses for what was said."""


@dataclass(frozen=True)
class GoOn:
    """Let what is playing play on."""


@dataclass(frozen=True)
class Join:
    """Stop what is playing; let caller and agent hear each other."""


@dataclass(frozen=True)
class HangUp:
    """End the call."""


Act = Play | Listen | Farewell | GoOn | Join | HangUp
Rows = Mapping[tuple[Step, Happening], tuple[Step, Act]]


@dataclass(frozen=True)
class Question:
    """What is asked at a step, and what each key says; its answer goes by the step's name."""

    prompt: str
    keys: Mapping[str, Answer]


@dataclass(frozen=True)
class Script:
    """A table, the questions in it, and how what was said decides the goodbye and the outcome."""

    rows: Rows
    farewell: Callable[["State"], str]
    outcome: Callable[["State"], str]
    questions: Mapping[Step, Question] = field(default_factory=dict)
    unrecorded: tuple[Step, Act] | None = None  # None: what is said need not be on the tape
    off_tape: frozenset[Step] = frozenset()  # where it need not be, whatever else is


@dataclass(frozen=True)
class State:
    """Where a call stands in its script, and what has been said: nothing that nobody expressed."""

    script: Script = field(repr=False)
    step: Step = Step.RINGING
    heard: bool = False
    recorded: bool = True
    answers: Mapping[Step, Answer] = field(default_factory=dict)
    misses: int = 0  # how often the present question got no answer

    @property
    def outcome(self) -> str:
        """How the call ends if it ends now."""
        return self.script.outcome(self)


def advance(state: State, happening: Happening, key: str = "") -> tuple[State, Act | None]:
    """Return the next state and what to do; a happening without a row changes nothing."""
    if happening is Happening.NOT_RECORDED:
        unhurt = state.step is Step.DONE or state.step in state.script.off_tape
        row = state.script.unrecorded if state.recorded and not unhurt else None
        state = replace(state, recorded=False)
    else:
        state, happening = _answer(_hear(state, happening), happening, key)
        row = state.script.rows.get((state.step, happening))
    step, act = row or (state.step, None)
    after = replace(state, step=step, misses=state.misses if step is state.step else 0)
    if isinstance(act, Farewell):
        return after, Play((state.script.farewell(after),))
    return after, act


def _hear(state: State, happening: Happening) -> State:
    spoke = happening in (Happening.SPEAKING, Happening.FELL_SILENT)
    return replace(state, heard=state.heard or spoke)


def _answer(state: State, happening: Happening, key: str) -> tuple[State, Happening]:
    """Take a key or a silence at a question for what it says there."""
    question = state.script.questions.get(state.step)
    missed = happening is Happening.STAYED_SILENT
    if question is None or not (missed or happening is Happening.KEY):
        return state, happening
    if key in question.keys:
        answers = {**state.answers, state.step: question.keys[key]}
        return replace(state, answers=answers), Happening.CHOSEN
    if state.misses + 1 >= MOST_ASKINGS:
        return state, Happening.GIVEN_UP
    asked_again = replace(state, misses=state.misses + 1)
    return asked_again, happening if missed else Happening.WRONG_KEY
