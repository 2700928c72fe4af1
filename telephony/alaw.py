"""G.711 A-law: sound as the telephone network carries it, for a page to play."""

from functools import cache

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]


def through_telephone(samples: Samples) -> Samples:
    """Return 8 kHz samples as they are heard at the other end of a line."""
    levels = _levels()
    middles = (levels[:-1].astype(np.int32) + levels[1:]) / 2
    found: Samples = levels[np.searchsorted(middles, samples)]
    return found


@cache
def _levels() -> Samples:
    """Return the 256 values that a line knows (ITU-T G.711, table 1a), ascending."""
    return np.array(sorted(_value(code) for code in range(256)), np.int16)


def _value(code: int) -> int:
    code ^= 0x55  # every second bit is turned over on the line
    chord, step = code >> 4 & 7, code & 15
    size = (step << 4) + 8 if chord == 0 else ((step << 4) + 0x108) << (chord - 1)
    return size if code & 0x80 else -size
