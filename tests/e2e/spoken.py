"""Recordings as telephones send them: G.711 A-law."""

import wave
from pathlib import Path

import numpy as np


def to_alaw(recording: Path, folder: Path) -> Path:
    """Write an 8 kHz mono WAV as raw G.711 A-law and return the file."""
    with wave.open(str(recording), "rb") as sound:
        assert (sound.getframerate(), sound.getnchannels()) == (8000, 1), recording
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
    target = folder / f"{recording.stem}.alaw"
    target.write_bytes(encode_alaw(samples))
    return target


def encode_alaw(samples: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> bytes:
    """Return G.711 A-law bytes: sign, one of eight segments, four bits within it."""
    wide = samples.astype(np.int32) >> 3
    magnitude = np.where(wide >= 0, wide, -wide - 1)
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int32) - 4, 0)
    mantissa = (magnitude >> np.maximum(segment, 1)) & 0x0F
    code = (segment << 4 | mantissa) ^ np.where(wide >= 0, 0xD5, 0x55)
    return code.astype(np.uint8).tobytes()
