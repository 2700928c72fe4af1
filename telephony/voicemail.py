"""Whether a machine has answered a call that we placed: by the rhythm of its sound alone; pure.

A person says a word or two and listens; an answering machine talks for long right after it has
answered, perhaps beeps, and is silent while we speak. Whoever presses a key is a person. Only the
beep proves it: an elder too may talk for long and then listen, and is asked to the end.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from telephony.listening import FLOOR_WINDOW_S, FRAME_S, threshold

# Who begins to speak later than this has listened first.
FIRST_WORD_S = 3.0
# No person talks so long without a pause to a voice that talks to them; no greeting is longer.
GREETING_S, LONGEST_GREETING_S = 6.0, 40.0
# Sentences of one greeting lie this close together.
PAUSE_S = 1.2
# Silence while we speak, after the greeting's beep. On a line that echoes our own voice there is
# none, so that whoever thinks before they press a key is not taken for a machine.
AFTER_BEEP_S = 1.5
BEEP_MIN_S, BEEP_MAX_S = 0.2, 2.0
BEEP_STEADY = 0.25  # a beep is as loud at its end as at its beginning; a voice is not
_EDGE = 2  # frames at either end of a tone may hold a part of it only
_ENDING = 15  # frames in which a beep that follows without a pause is looked for


class Who(StrEnum):
    """Who is at the other end, as far as is known."""

    UNKNOWN = "unknown"
    PERSON = "person"
    MACHINE = "machine"


@dataclass
class Answerer:
    """Follows one call from its answer on; what was decided is not taken back."""

    who: Who = Who.UNKNOWN
    _recent: deque[int] = field(
        default_factory=lambda: deque(maxlen=int(FLOOR_WINDOW_S / FRAME_S)), repr=False
    )
    _sound: list[int] = field(default_factory=list, repr=False)  # its loud frames
    _passed_s: float = 0.0
    _began_s: float = 0.0  # the present sound
    _quiet_s: float = 0.0  # since its last loud frame
    _over_s: float = 0.0  # of that, how long we spoke
    _greeted: bool = False
    _beeped: bool = False

    @property
    def likely(self) -> bool:
        """Whether it was a machine, if nobody has answered anything by the end of the call."""
        return self.who is Who.MACHINE or (self._greeted and self.who is Who.UNKNOWN)

    def key(self) -> None:
        """They pressed a key: machines have no fingers."""
        self._decide(Who.PERSON)

    def hear(self, level: int, *, saying: bool) -> None:
        """Take the loudness of the next 20 ms; `saying`: we speak meanwhile."""
        if self.who is not Who.UNKNOWN:
            return
        self._recent.append(level)
        self._passed_s += FRAME_S
        if level > threshold(self._recent):
            self._loud(level)
            return
        self._quiet_s += FRAME_S
        self._over_s += FRAME_S * saying
        if self._sound and self._quiet_s >= PAUSE_S:
            self._end_sound()
        if self._beeped and self._over_s >= AFTER_BEEP_S:
            self._decide(Who.MACHINE)

    def _loud(self, level: int) -> None:
        if not self._sound:
            self._began_s = self._passed_s - FRAME_S
        self._sound.append(level)
        self._quiet_s = self._over_s = 0.0
        if self._passed_s - self._began_s > LONGEST_GREETING_S:
            self._decide(Who.PERSON)

    def _end_sound(self) -> None:
        sound, self._sound = self._sound, []
        if len(sound) * FRAME_S < BEEP_MIN_S:
            return  # a click
        if self._greeted and is_beep(sound):
            self._beeped = True
        elif self._greeted or not self._is_greeting():
            self._decide(Who.PERSON)
        else:
            self._greeted, self._beeped = True, is_beep(sound[-_ENDING:])

    def _is_greeting(self) -> bool:
        lasted_s = self._passed_s - self._quiet_s - self._began_s
        return self._began_s <= FIRST_WORD_S and lasted_s >= GREETING_S

    def _decide(self, who: Who) -> None:
        if self.who is Who.UNKNOWN:
            self.who = who


def is_beep(levels: Sequence[int]) -> bool:
    """Return whether these loudnesses of 20 ms each are one steady tone of a beep's length."""
    inner = levels[_EDGE:-_EDGE]
    if not inner or not BEEP_MIN_S <= len(levels) * FRAME_S <= BEEP_MAX_S:
        return False
    middle = sorted(inner)[len(inner) // 2]
    return all(abs(each - middle) <= middle * BEEP_STEADY for each in inner)
