"""Whether the caller is speaking, from the loudness of 20 ms frames; pure arithmetic.

The floor follows the line's own noise, so that a humming exchange is not taken for a voice.
"""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field

FRAME_S = 0.02
# Mean absolute sample of 16-bit audio. A quiet voice is about 250 (-40 dBFS); line noise 5 to 60.
QUIETEST_VOICE = 120
ABOVE_FLOOR = 3.0
FLOOR_WINDOW_S = 3.0
# Shorter sounds are clicks, DTMF echoes and coughs.
SHORTEST_SPEECH_S = 0.3


def loudness(pcm: bytes) -> int:
    """Return the mean absolute sample of 16-bit mono PCM; 0 for an empty frame."""
    samples = memoryview(pcm).cast("h")
    return sum(map(abs, samples)) // len(samples) if len(samples) else 0


def threshold(recent: Collection[int]) -> float:
    """Return above which loudness a frame is a voice, by those of the last seconds."""
    # A voice never fills three seconds without a gap; if it seems to, believe the ceiling.
    return max(QUIETEST_VOICE, min(min(recent) * ABOVE_FLOOR, max(recent) * 0.5))


@dataclass
class Ear:
    """Follows one caller: how long they have spoken, and been silent, since `start`."""

    spoken_s: float = 0.0
    silent_s: float = 0.0
    speaking_s: float = 0.0
    ever_spoke: bool = False
    _recent: deque[int] = field(
        default_factory=lambda: deque(maxlen=int(FLOOR_WINDOW_S / FRAME_S)), repr=False
    )

    def start(self) -> None:
        """Begin to count anew; the line's floor is kept."""
        self.spoken_s = self.silent_s = self.speaking_s = 0.0

    def hear(self, level: int) -> None:
        """Take the loudness of the next 20 ms."""
        self._recent.append(level)
        if level > threshold(self._recent):
            self.speaking_s += FRAME_S
            if self.speaking_s >= SHORTEST_SPEECH_S:
                self.spoken_s += FRAME_S
                self.silent_s = 0.0
                self.ever_spoke = True
        else:
            self.silent_s += FRAME_S
            # Syllables have gaps: only a real pause ends a run of speech.
            if self.silent_s > SHORTEST_SPEECH_S:
                self.speaking_s = 0.0
