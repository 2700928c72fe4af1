"""Speech is found after any silence that a line can carry."""

import wave
from pathlib import Path

import numpy as np
import pytest
import soxr

from nlp.segments import Segmenter
from nlp.voice import VoiceDetector

SPEECH = Path(__file__).parents[2] / "hotline" / "demo" / "audio" / "street_lamp.wav"
RATE = 8000


def idle(kind: str, seconds: int) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
    """Return a line on which nobody speaks."""
    count = RATE * seconds
    noise = np.random.default_rng(seed=1).normal(0, 100, count)
    hum = 60 * np.sin(np.arange(count) * 2 * np.pi * 50 / RATE)
    kinds = {
        "nothing": np.zeros(count),
        "idle A-law": np.full(count, 8.0),
        "offset": np.full(count, 200.0),
        "hiss": noise,
        "mains hum": hum,
    }
    return kinds[kind].astype(np.int16)


@pytest.mark.parametrize("seconds", [5, 22, 60])
@pytest.mark.parametrize("kind", ["nothing", "idle A-law", "offset", "hiss", "mains hum"])
def test_a_voice_is_heard_after_a_long_silence(kind: str, seconds: int) -> None:
    with wave.open(str(SPEECH), "rb") as sound:
        speech = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
    line = np.concatenate([idle(kind, seconds), speech, np.zeros(RATE, np.int16)])
    heard = soxr.resample(line, RATE, 16_000)
    segmenter = Segmenter(VoiceDetector().probabilities)
    found = [*segmenter.feed(heard), *segmenter.finish()]
    voiced_s = sum(utterance.end - utterance.start for utterance in found)
    assert abs(found[0].start - seconds) < 0.5
    assert voiced_s > 0.9 * len(speech) / RATE
