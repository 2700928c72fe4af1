"""A callback's questions on a line: keys are answers, silence repeats the question."""

from telephony.ivr import SURVEY
from telephony.keypad import Keypad
from telephony.listening import FRAME_S, loudness
from telephony.outcomes import SurveyOutcome
from telephony.script import Answer, Happening, Step
from telephony.session import Line, Prompts, Session, Tape
from telephony.voicemail import Answerer, Who


class SurveySession(Session):
    """Asks one person how their request was handled."""

    def __init__(self, line: Line, tape: Tape, prompts: Prompts) -> None:
        super().__init__(SURVEY, line, tape, prompts)
        self._keypad = Keypad()
        self._answerer = Answerer()

    @property
    def contacted(self) -> bool | None:
        return self._flag(Step.CONTACTED)

    @property
    def solved(self) -> bool | None:
        return self._flag(Step.SOLVED)

    @property
    def rating(self) -> int | None:
        return self._answer(Step.RATING)

    @property
    def outcome(self) -> str:
        ended = super().outcome
        unheard = ended == SurveyOutcome.NO_KEY and self._answerer.likely
        return SurveyOutcome.VOICEMAIL if unheard else ended

    def digit(self, digit: str, by: str) -> None:
        """The person pressed a key, sent by this way (RFC 2833 or INFO)."""
        self.keys += 1
        self._answerer.key()
        if self._keypad.press(digit, by, asked_s=self._waited_s):
            self._happen(Happening.KEY, digit)

    def _hear(self, frames: list[bytes]) -> None:
        self._keypad.pass_time(len(frames) * FRAME_S, saying=self._saying)
        for frame in frames:
            self._answerer.hear(loudness(frame), saying=self._saying)

    def _notice(self) -> None:
        if self._answerer.who is Who.MACHINE:
            self._happen(Happening.MACHINE)
        elif self._keypad.slow:
            self._happen(Happening.STAYED_SILENT)

    def _answer(self, step: Step) -> Answer | None:
        return self._state.answers.get(step)

    def _flag(self, step: Step) -> bool | None:
        answer = self._answer(step)
        return None if answer is None else bool(answer)
