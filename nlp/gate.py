"""Lets voices through to a recogniser that hears on by itself, and stops long silences.

A conversation has two sides, and each is silent for more than half of it: what is stopped here
costs a voice detector's share of a per cent of a core in place of a recogniser's.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nlp.resample import Samples
from nlp.speech import SAMPLE_RATE
from nlp.voice import WINDOW

_VOICE = 0.35
_BEFORE = 16  # windows before a voice that go with it: 0.5 s
_AFTER = 63  # windows after one: 2 s, in which a recogniser finds the end of the sentence by itself

Detect = Callable[[Samples], list[float]]


@dataclass(frozen=True)
class Span:
    """Samples that belong together; `first` is where the first of them lies in the stream.

    `last`: silence follows, which nobody is going to hear.
    """

    first: int
    samples: Samples
    last: bool = False

    @property
    def end(self) -> float:
        """The second of the stream at which it ends."""
        return (self.first + len(self.samples)) / SAMPLE_RATE


class Gate:
    """One stream's; what comes out is whole windows, in order, none of them twice."""

    def __init__(self, detect: Detect) -> None:
        self._detect = detect
        self._rest = np.zeros(0, np.int16)
        self._before: list[Samples] = []
        self._seen = 0  # windows so far
        self._quiet = _AFTER  # windows since the last voice

    @property
    def seconds(self) -> float:
        """How much of the stream was judged."""
        return self._seen * WINDOW / SAMPLE_RATE

    def feed(self, samples: Samples) -> list[Span]:
        """Takes 16 kHz samples and returns what is to be heard of them."""
        sound = np.concatenate([self._rest, samples])
        count = len(sound) // WINDOW
        windows = sound[: count * WINDOW].reshape(count, WINDOW)
        self._rest = sound[count * WINDOW :]
        spans: list[Span] = []
        for window, voiced in zip(windows, self._detect(windows), strict=True):
            spans += self._step(window, voiced)
        return _joined(spans)

    def finish(self) -> list[Span]:
        """Returns the rest of a window that the end of the stream cut off."""
        return self.feed(np.zeros(WINDOW - len(self._rest), np.int16)) if len(self._rest) else []

    def _step(self, window: Samples, voiced: float) -> list[Span]:
        place, self._seen = self._seen, self._seen + 1
        was_shut = self._quiet >= _AFTER
        self._quiet = 0 if voiced >= _VOICE else self._quiet + 1
        if was_shut and self._quiet:
            self._before = [*self._before, window][-_BEFORE:]
            return []
        before, self._before = self._before, []
        first = (place - len(before)) * WINDOW
        return [Span(first, np.concatenate([*before, window]), last=self._quiet >= _AFTER)]


def _joined(spans: list[Span]) -> list[Span]:
    """Returns the spans with what follows upon each other as one."""
    joined: list[Span] = []
    for span in spans:
        if joined and not joined[-1].last:
            before = joined.pop()
            samples = np.concatenate([before.samples, span.samples])
            span = Span(before.first, samples, span.last)
        joined.append(span)
    return joined
