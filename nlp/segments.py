"""Cuts a stream of sound into utterances at the pauses people make."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nlp.resample import Samples
from nlp.speech import SAMPLE_RATE

WINDOW = 512  # samples, 32 ms
MAX_WINDOWS = 25 * SAMPLE_RATE // WINDOW  # whisper sees 30 s at once; the rest is padding

_VOICE = 0.5  # Silero's own advice; above it a voice begins
_SILENCE = 0.35  # and below this one it ends
_BEFORE = 10  # windows kept before the first voice: 0.3 s, so that no first consonant is lost
_AFTER = 6  # windows of the pause that stay with the utterance; the rest precedes the next one
_LEAST_VOICE = 3  # windows; under 0.1 s it is a click, not the shortest word
# The longer somebody speaks the shorter the pause that ends the utterance: the agent waits
# for it. (windows spoken, windows of pause)
_PATIENCE = ((0, 22), (8 * 31, 14), (16 * 31, 5))
_LOOK_BACK = 5 * 31  # windows searched for the quietest place when nobody pauses for 25 s

Detect = Callable[[Samples], list[float]]


@dataclass(frozen=True)
class Sound:
    """One utterance: 16 kHz samples and the second of the stream at which they begin."""

    start: float
    samples: Samples

    @property
    def end(self) -> float:
        return self.start + len(self.samples) / SAMPLE_RATE


def patience(spoken: int) -> int:
    """Returns the pause, in windows, that ends an utterance of `spoken` windows."""
    return next(pause for least, pause in reversed(_PATIENCE) if spoken >= least)


class Segmenter:
    """One stream's utterances; silence is dropped and never more than 25 s is held."""

    def __init__(self, detect: Detect) -> None:
        self._detect = detect
        self._rest = np.zeros(0, np.int16)
        self._held: list[Samples] = []
        self._voiced: list[float] = []
        self._seen = 0  # windows of the stream so far
        self._speaking = False

    def feed(self, samples: Samples) -> list[Sound]:
        """Takes 16 kHz samples and returns the utterances that ended in them."""
        sound = np.concatenate([self._rest, samples])
        count = len(sound) // WINDOW
        windows = sound[: count * WINDOW].reshape(count, WINDOW)
        self._rest = sound[count * WINDOW :]
        ended = map(self._step, windows, self._detect(windows))
        return [utterance for utterance in ended if utterance is not None]

    def finish(self) -> list[Sound]:
        """Returns the utterance that the end of the stream cut off, if there is one."""
        ended = self.feed(np.zeros(WINDOW - len(self._rest), np.int16)) if len(self._rest) else []
        last = self._cut(len(self._held)) if self._speaking else None
        return [*ended, last] if last is not None else ended

    def _step(self, window: Samples, voiced: float) -> Sound | None:
        self._seen += 1
        self._held.append(window)
        self._voiced.append(voiced)
        if not self._speaking:
            self._speaking = voiced >= _VOICE
            if not self._speaking:
                del self._held[:-_BEFORE], self._voiced[:-_BEFORE]
            return None
        pause = self._pause()
        if pause >= patience(len(self._held)):
            return self._cut(len(self._held) - max(0, pause - _AFTER))
        if len(self._held) >= MAX_WINDOWS:
            return self._cut(self._quietest())
        return None

    def _pause(self) -> int:
        """Counts the windows at the end in which nobody speaks."""
        for silent, voiced in enumerate(reversed(self._voiced)):
            if voiced >= _SILENCE:
                return silent
        return len(self._voiced)

    def _quietest(self) -> int:
        tail = self._voiced[-_LOOK_BACK:]
        return len(self._voiced) - len(tail) + tail.index(min(tail)) + 1

    def _cut(self, at: int) -> Sound | None:
        """Takes the first `at` windows away as an utterance; what follows goes on speaking."""
        first = self._seen - len(self._held)
        taken, voiced = self._held[:at], self._voiced[:at]
        self._held, self._voiced = self._held[at:], self._voiced[at:]
        self._speaking = any(p >= _VOICE for p in self._voiced)
        if sum(p >= _SILENCE for p in voiced) < _LEAST_VOICE:
            return None
        return Sound(first * WINDOW / SAMPLE_RATE, np.concatenate(taken))
