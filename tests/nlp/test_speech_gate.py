"""Voices pass the gate with a little silence on either side; long silences do not."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.gate import Gate, Span
from nlp.resample import Samples
from nlp.voice import WINDOW

LOUD = 9_000
SECOND = 31  # windows


def told(windows: Samples) -> list[float]:
    """Hears a voice in every window that is not zero."""
    return [0.9 if window.any() else 0.02 for window in windows]


def sound(*spans: tuple[int, int]) -> Samples:
    return np.concatenate([np.full(count * WINDOW, level, np.int16) for level, count in spans])


def passed(samples: Samples, step: int = 1600) -> list[Span]:
    gate = Gate(told)
    spans: list[Span] = []
    for at in range(0, len(samples), step):
        spans += gate.feed(samples[at : at + step])
    return spans + gate.finish()


def test_silence_costs_nothing() -> None:
    assert passed(sound((0, 100 * SECOND))) == []


def test_a_voice_brings_the_half_second_before_it_and_two_after() -> None:
    spans = passed(sound((0, 10 * SECOND), (LOUD, SECOND), (0, 10 * SECOND)))
    assert spans[0].first == (10 * SECOND - 16) * WINDOW
    assert sum(len(span.samples) for span in spans) == (16 + SECOND + 63) * WINDOW
    assert [span.last for span in spans] == [False] * (len(spans) - 1) + [True]


def test_a_pause_in_a_sentence_passes() -> None:
    samples = sound((LOUD, SECOND), (0, SECOND), (LOUD, SECOND))
    assert sum(len(span.samples) for span in passed(samples)) == len(samples)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([0, LOUD]), st.integers(1, 300)), min_size=1, max_size=8),
    st.sampled_from([160, 1600, 50_000]),
)
def test_every_voice_passes_once_at_its_own_place(parts: list[tuple[int, int]], step: int) -> None:
    samples = sound(*parts)
    again = np.zeros_like(samples)
    end = 0
    for span in passed(samples, step):
        assert span.first >= end
        end = span.first + len(span.samples)
        again[span.first : end] = span.samples
    assert (again == samples).all()
