"""Any recording as a telephone would carry it."""

import wave
from pathlib import Path

import numpy as np
import soxr

from nlp.sound_files import open_recording
from nlp.speech import UnreadableSound

RATE = 8000


def for_telephone(recording: Path, folder: Path) -> Path:
    """Write the recording as 8 kHz mono 16-bit WAV and return it; raise UnreadableSound."""
    with open_recording(recording) as opened:
        sound = np.frombuffer(b"".join(opened.chunks), np.int16)
        if not len(sound):
            raise UnreadableSound(f"{recording} holds no sound.", remedy="Choose another.")
        narrow = soxr.resample(sound, opened.rate, RATE)
    target = folder / "caller.wav"
    with wave.open(str(target), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(narrow.astype(np.int16).tobytes())
    return target
