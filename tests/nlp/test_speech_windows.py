"""What is encoded of an utterance: its sound, and half a window at least."""

import numpy as np
import pytest

from nlp.speech_whisper import without_padding

WHOLE, HALF = 3000, 1500


@pytest.mark.parametrize(
    ("sound", "encoded"), [(0, HALF), (1, HALF), (1499, HALF), (1501, 1502), (2500, 2500)]
)
def test_silence_beside_a_short_utterance_is_not_encoded(sound: int, encoded: int) -> None:
    features = np.zeros((1, 80, WHOLE), np.float32)
    features[..., :sound] = -0.5
    short = without_padding(features)
    assert short.shape == (1, 80, encoded)
    assert (short == features[..., :encoded]).all()


def test_a_whole_window_stays_whole() -> None:
    features = np.ones((80, WHOLE), np.float32)
    assert without_padding(features).shape == (80, WHOLE)
