"""Tells voice from silence: Silero VAD, from the file that faster-whisper carries."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from nlp.resample import Samples
from nlp.speech import RecognizerError

WINDOW = 512  # samples at 16 kHz, 32 ms: the model's own step
_CONTEXT = 64  # samples of the window before, which the model wants to see again
_MEMORY = 62  # windows of quiet, 2 s, after which the model starts anew
_SURELY_QUIET = 0.1
_ASSET = Path("assets") / "silero_vad_v6.onnx"


def _model_path() -> Path:
    """Finds the file without importing the package, which would load a whole recogniser."""
    spec = find_spec("faster_whisper")
    if spec is not None and spec.origin is not None:
        path = Path(spec.origin).parent / _ASSET
        if path.is_file():
            return path
    raise RecognizerError(
        f"The voice detector {_ASSET.name} is missing.",
        remedy="Install faster-whisper 1.2.1, which carries it.",
    )


@cache
def _session() -> Any:
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        str(_model_path()), sess_options=options, providers=["CPUExecutionProvider"]
    )


_loading = Lock()


class VoiceDetector:
    """One stream's ear: remembers the sound before, so streams never share a detector."""

    def __init__(self) -> None:
        with _loading:
            self._run = _session().run
        self._state = _blank()
        self._context: NDArray[np.float32] = np.zeros(_CONTEXT, np.float32)
        self._quiet = 0

    def probabilities(self, windows: Samples) -> list[float]:
        """Returns how likely each 32 ms window of `windows`, shaped (n, 512), holds a voice."""
        if not len(windows):
            return []
        sound = windows.astype(np.float32) / np.float32(32768)
        # An idle G.711 line is a constant of 8, not of 0, and deafens the model within 20 s.
        sound -= sound.mean(axis=1, keepdims=True)
        found: list[float] = []
        for at in range(0, len(sound), _MEMORY):
            found += self._listen(sound[at : at + _MEMORY])
        return found

    def _listen(self, sound: NDArray[np.float32]) -> list[float]:
        tails = np.vstack([self._context, sound[:-1, -_CONTEXT:]])
        self._context = sound[-1, -_CONTEXT:]
        hidden, cell = self._state
        voiced, hidden, cell = self._run(
            None, {"input": np.hstack([tails, sound]), "h": hidden, "c": cell}
        )
        self._state = (hidden, cell)
        probabilities = [float(p) for p in voiced]
        self._quiet = 0 if max(probabilities) > _SURELY_QUIET else self._quiet + len(probabilities)
        if self._quiet >= _MEMORY:
            # What the model remembers of a long silence dulls its ear.
            self._state, self._quiet = _blank(), 0
        return probabilities


def _blank() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32)
