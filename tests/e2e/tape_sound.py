"""What a worker's tape sounds like, opened as its site opens it."""

from pathlib import Path

import numpy as np

from hotline.core.keyring import keyring_of
from hotline.core.settings import Settings
from telephony import tapes

Samples = np.ndarray[tuple[int], np.dtype[np.float64]]


def sides(tape: Path) -> tuple[Samples, Samples]:
    """Return the caller's samples and the others' of a tape where its site keeps it."""
    own = Settings(data_dir=tape.parents[4])  # below it: recordings/2026/11/25
    sound = b"".join(tapes.blocks(tape, keyring_of(own)))
    samples = np.frombuffer(sound, np.int16).reshape(-1, 2).astype(np.float64)
    return samples[:, 0], samples[:, 1]


def both(tape: Path) -> Samples:
    """Return the samples of everybody on a tape."""
    caller, others = sides(tape)
    heard: Samples = caller + others
    return heard
