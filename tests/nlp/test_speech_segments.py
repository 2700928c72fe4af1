"""Utterances are cut at pauses; the detector is told what it hears, so no model is needed."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.resample import Resampler, Samples
from nlp.segments import MAX_WINDOWS, WINDOW, Segmenter, Sound, patience
from nlp.speech import SAMPLE_RATE, UnreadableSound

LOUD = 10_000


def told(windows: Samples) -> list[float]:
    """Hears a voice in every window that is not zero."""
    return [0.9 if window.any() else 0.02 for window in windows]


def sound(*spans: tuple[int, int]) -> Samples:
    return np.concatenate([np.full(count * WINDOW, level, np.int16) for level, count in spans])


def cut(samples: Samples, step: int = 1600) -> list[Sound]:
    segmenter = Segmenter(told)
    ended: list[Sound] = []
    for at in range(0, len(samples), step):
        ended += segmenter.feed(samples[at : at + step])
    return ended + segmenter.finish()


def loud_windows(utterances: list[Sound]) -> int:
    return sum(int((u.samples != 0).sum()) for u in utterances) // WINDOW


def test_silence_is_never_an_utterance() -> None:
    assert cut(sound((0, 2000))) == []
    assert cut(np.zeros(0, np.int16)) == []


def test_a_click_is_no_utterance() -> None:
    assert cut(sound((0, 40), (LOUD, 2), (0, 40))) == []


def test_two_sentences_are_two_utterances_that_say_when_they_began() -> None:
    first, second = cut(sound((0, 100), (LOUD, 60), (0, 60), (LOUD, 50), (0, 60)))
    assert first.start == pytest.approx((100 - 10) * WINDOW / SAMPLE_RATE)
    assert second.start == pytest.approx((220 - 10) * WINDOW / SAMPLE_RATE)
    assert first.end < second.start


def test_the_end_of_the_stream_ends_the_utterance() -> None:
    (only,) = cut(sound((LOUD, 30)))
    assert only.start == 0
    assert loud_windows([only]) == 30


def test_an_utterance_ends_before_the_stream_does() -> None:
    segmenter = Segmenter(told)
    assert len(segmenter.feed(sound((LOUD, 60), (0, 30)))) == 1


def test_the_longer_somebody_speaks_the_shorter_the_pause_that_ends_it() -> None:
    assert patience(1) > patience(300) > patience(600)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([0, LOUD]), st.integers(1, 1200)), min_size=1, max_size=8),
    st.sampled_from([160, 1600, 4000, 100_000]),
)
def test_no_voice_is_lost_or_doubled_and_none_is_too_long(
    spans: list[tuple[int, int]], step: int
) -> None:
    samples = sound(*spans)
    utterances = cut(samples, step)
    voiced = int((samples != 0).sum()) // WINDOW
    clicks = 3 * (len(spans) + voiced // MAX_WINDOWS + 1)
    assert voiced - clicks <= loud_windows(utterances) <= voiced
    assert all(len(u.samples) <= MAX_WINDOWS * WINDOW for u in utterances)
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(utterances))


@given(st.lists(st.integers(1, 999), min_size=1, max_size=40))
def test_resampling_in_any_chunks_gives_the_same_sound(sizes: list[int]) -> None:
    pcm = (np.sin(np.arange(4000) / 5) * 9000).astype("<i2").tobytes()
    pieces, at = [], 0
    for size in sizes:
        pieces.append(pcm[at : at + size])
        at += size
    pieces.append(pcm[at:])
    whole, chunked = Resampler(8000), Resampler(8000)
    expected = np.concatenate([whole.feed(pcm), whole.finish()])
    heard = np.concatenate([*map(chunked.feed, pieces), chunked.finish()])
    assert len(heard) == len(expected) == 8000
    assert np.abs(heard.astype(int) - expected).max() <= 1


def test_a_16_khz_stream_passes_unchanged() -> None:
    resampler = Resampler(16_000)
    assert resampler.feed(b"\x01\x00\x02").tolist() == [1]
    assert resampler.feed(b"\x00").tolist() == [2]


@pytest.mark.parametrize("rate", [0, -8000, 10_000_000])
def test_an_impossible_rate_is_refused(rate: int) -> None:
    with pytest.raises(UnreadableSound, match=str(rate)):
        Resampler(rate)
