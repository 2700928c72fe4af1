"""抖动缓冲: frames that come in by fits and starts, handed out one every 20 ms; pure.

Over TCP no frame is lost or overtaken, but many may come late and then all at once. Who waits
longer hears no gaps, and talks over the other: so the wait grows with each gap and shrinks in calm
times, where nobody notices: in a silence. The browser's half (`console/static/seat-worklet.js`)
does the same, step for step; a test compares the two.
"""

from collections import deque
from dataclasses import dataclass, field

from telephony.listening import QUIETEST_VOICE, loudness

MOST = 10  # frames that wait: nothing is ever later than 200 ms
FIRST = 2  # frames that wait before the first one is played
LEAST_SPARE, MOST_SPARE = 1, 6
WINDOW = 50  # frames: the lowest depth of each second says what the wait is good for
CALM_WINDOWS = 10  # without a gap: then a little less is kept in reserve
PATIENCE = 5  # windows without a silence to change the wait in: then a loud place must do
HUSH = 1.5  # times the quietest frame of the last window: a noisy room has silences too …
LOUDEST_HUSH = 1000  # … but no room is so loud
_LOUDEST = 1 << 15


@dataclass
class Jitter:
    """One direction of one voice."""

    gaps: int = 0  # times that a voice broke off for want of a frame
    dropped: int = 0  # frames that were never played
    repeated: int = 0
    spare: int = LEAST_SPARE  # frames that shall be left in the worst moment of a window
    _frames: deque[bytes] = field(default_factory=deque)
    _playing: bool = False
    _missing: int = 0  # frames in a row that were due and not there
    _taken: int = 0  # of this window
    _lowest: int = MOST
    _quietest: int = _LOUDEST
    _hush: int = QUIETEST_VOICE
    _calm: int = 0  # windows
    _change: int = 0  # frames to leave out (above 0) or to repeat (below)
    _waited: int = 0  # windows, for a silence to do so in

    @property
    def depth(self) -> int:
        """How many frames wait."""
        return len(self._frames)

    def put(self, frame: bytes) -> None:
        """Take the next frame; of too many the oldest is let go."""
        if self._missing:
            self._resume()
        self._frames.append(frame)
        if len(self._frames) > MOST:
            self._frames.popleft()
            self.dropped += 1

    def take(self) -> bytes | None:
        """Return the frame that is due; None when there is nothing to hear."""
        if not self._playing:
            self._playing = len(self._frames) >= FIRST
            if not self._playing:
                return None
        if not self._frames:
            self._missing += 1
            return None
        frame = self._frames[0]
        level = loudness(frame)
        self._quietest = min(self._quietest, level)
        self._move_on(level <= self._hush or self._waited >= PATIENCE)
        self._lowest = min(self._lowest, len(self._frames))
        self._taken += 1
        if self._taken == WINDOW:
            self._judge()
        return frame

    def rest(self) -> None:
        """Begin anew: whoever spoke has gone."""
        self._frames.clear()
        self._playing = False
        self._missing = self._waited = 0
        self._begin_window()

    def _move_on(self, unnoticed: bool) -> None:
        """Go to the next frame; where a change is due and goes unnoticed, stay or skip one."""
        if unnoticed and self._change < 0:
            self.repeated += 1
            self._change = self._waited = 0
            return
        self._frames.popleft()
        if unnoticed and self._change > 0 and self._frames:
            self._frames.popleft()
            self.dropped += 1
            self._change -= 1
            self._waited = 0

    def _resume(self) -> None:
        """After a gap keep more in reserve; after a long one, begin anew."""
        self.gaps += 1
        if self._missing < MOST:
            self.spare = min(self.spare + 1, MOST_SPARE)
        else:
            self._playing = False
        self._missing = self._calm = self._waited = 0
        self._begin_window()

    def _judge(self) -> None:
        """Look back on a window: was more kept in reserve than wanted, or less?"""
        self._calm += 1
        if self._calm == CALM_WINDOWS:
            self._calm = 0
            self.spare = max(self.spare - 1, LEAST_SPARE)
        ahead = max(self._lowest - self.spare, -1)
        self._waited = self._waited + 1 if ahead else 0
        self._hush = max(QUIETEST_VOICE, min(int(self._quietest * HUSH), LOUDEST_HUSH))
        self._begin_window()
        self._change = ahead

    def _begin_window(self) -> None:
        self._taken = self._change = 0
        self._lowest, self._quietest = MOST, _LOUDEST
