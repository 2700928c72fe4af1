"""A callback's questions on a line: keys are answers, silence repeats the question."""

from telephony.ivr import SURVEY
from telephony.listening import FRAME_S
from telephony.script import Answer, Happening, Step
from telephony.session import Line, Prompts, Session, Tape

# How long one may think before pressing a key, once the question has been heard.
KEY_S = 8.0
# A key this soon after a prompt began is still the press before it: nobody has heard what is asked.
BOUNCE_S = 0.4
# Some telephones send each press twice, by RFC 2833 at once and by INFO when the key is let go.
HELD_S = 0.8


class SurveySession(Session):
    """Asks one person how their request was handled."""

    def __init__(self, line: Line, tape: Tape, prompts: Prompts) -> None:
        super().__init__(SURVEY, line, tape, prompts)
        self._last = ("", "")  # digit and the way it came by
        self._since_last_s = 0.0
        self._quiet_s = 0.0  # since the last prompt ended

    @property
    def contacted(self) -> bool | None:
        return self._flag(Step.CONTACTED)

    @property
    def solved(self) -> bool | None:
        return self._flag(Step.SOLVED)

    @property
    def rating(self) -> int | None:
        return self._answer(Step.RATING)

    def digit(self, digit: str, by: str) -> None:
        """The person pressed a key, sent by this way (RFC 2833 or INFO)."""
        self.keys += 1
        last_digit, last_by = self._last
        same_press = digit == last_digit and by != last_by and self._since_last_s < HELD_S
        self._last, self._since_last_s = ("", "") if same_press else (digit, by), 0.0
        if not same_press and self._waited_s >= BOUNCE_S:
            self._happen(Happening.KEY, digit)

    def _hear(self, frames: list[bytes]) -> None:
        seconds = len(frames) * FRAME_S
        self._since_last_s += seconds
        self._quiet_s = 0.0 if self._saying else self._quiet_s + seconds

    def _notice(self) -> None:
        if self._quiet_s >= KEY_S:
            self._happen(Happening.STAYED_SILENT)

    def _answer(self, step: Step) -> Answer | None:
        return self._state.answers.get(step)

    def _flag(self, step: Step) -> bool | None:
        answer = self._answer(step)
        return None if answer is None else bool(answer)
