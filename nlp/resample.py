"""Turns PCM bytes of any rate into 16 kHz samples, statefully."""

import numpy as np
import soxr
from numpy.typing import NDArray

from nlp.speech import SAMPLE_RATE, UnreadableSound

Samples = NDArray[np.int16]

_RATES = range(6_000, 192_001)  # Hz


class Resampler:
    """One stream's way from PCM16 mono bytes at `rate` Hz to PCM16 samples at 16 kHz.

    A chunk may end in the middle of a sample.
    """

    def __init__(self, rate: int) -> None:
        if rate not in _RATES:
            raise UnreadableSound(f"A sample rate of {rate} Hz can't be recognised.")
        self._odd = b""
        self._soxr = (
            None
            if rate == SAMPLE_RATE
            else soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
        )

    def feed(self, pcm: bytes) -> Samples:
        """Returns the samples that are ready; the filter keeps some tens of milliseconds back."""
        pcm = self._odd + pcm
        whole = len(pcm) // 2 * 2
        self._odd = pcm[whole:]
        return self._convert(np.frombuffer(pcm[:whole], dtype="<i2").astype(np.int16), last=False)

    def finish(self) -> Samples:
        """Returns what the filter kept back; half a sample at the end is dropped."""
        return self._convert(np.zeros(0, dtype=np.int16), last=True)

    def _convert(self, samples: Samples, *, last: bool) -> Samples:
        if self._soxr is None:
            return samples
        # As floats, and rounded here: soxr would dither by chance, and the same sound be heard
        # as other words the next time.
        ready = self._soxr.resample_chunk(samples.astype(np.float32), last=last)
        rounded: Samples = np.rint(ready).clip(-(2**15), 2**15 - 1).astype(np.int16)
        return rounded
