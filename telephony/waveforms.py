"""波形: how loud each side of a recording is over its length; it holds no word. Pure arithmetic."""

from collections.abc import Iterable

import numpy as np

POINTS = 800  # at most, on either side: a page is no wider
_LOUDEST = 2**15


class Peaks:
    """Takes stereo PCM piece by piece and keeps its loudest samples, 100 ms by 100 ms."""

    def __init__(self, step: int = 800) -> None:
        self._step = 2 * step  # 16-bit samples of both sides
        self._rest = np.zeros(0, np.int16)
        self._found: list[np.ndarray[tuple[int], np.dtype[np.int32]]] = []

    def hear(self, stereo: bytes) -> None:
        """Take the next interleaved samples."""
        samples = np.concatenate([self._rest, np.frombuffer(stereo, np.int16)])
        whole = len(samples) // self._step * self._step
        self._rest = samples[whole:]
        self._keep(samples[:whole])

    def bytes(self) -> bytes:
        """Return left and right by turns, a byte each, 0 to 255: at most POINTS of either."""
        self._keep(self._rest)
        self._rest = self._rest[:0]
        if not self._found:
            return b""
        peaks = np.concatenate(self._found).reshape(-1, 2)
        points = [part.max(axis=0) for part in np.array_split(peaks, min(POINTS, len(peaks)))]
        return (np.array(points) * 255 // _LOUDEST).astype(np.uint8).tobytes()

    def _keep(self, samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> None:
        if len(samples):
            step = min(self._step, len(samples))
            loud = np.abs(samples.astype(np.int32)).reshape(-1, step // 2, 2)
            self._found.append(loud.max(axis=1).reshape(-1))


def of(stereo: Iterable[bytes]) -> bytes:
    """Return the waveform of interleaved 16-bit stereo PCM."""
    peaks = Peaks()
    for piece in stereo:
        peaks.hear(piece)
    return peaks.bytes()


def sides(waveform: bytes) -> tuple[list[int], list[int]]:
    """Return a waveform's points, left and right, 0 to 255."""
    return list(waveform[0::2]), list(waveform[1::2])
