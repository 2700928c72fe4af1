"""Whether a recording may be said to callers: its format, length and loudness; no I/O."""

import io
import wave
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from hotline.core.errors import Invalid
from telephony.alaw import Samples

RATE, FRAME = 8_000, 160
SHORTEST_S, LONGEST_S = 0.3, 60.0
LONGEST_NOTICE_BO_S = 8.0  # every caller waits for it
# The shipped ones have -20 dBFS of speech; who hears both should not reach for the volume.
QUIETEST_DBFS, LOUDEST_DBFS = -30.0, -12.0
PAUSE_BELOW_DB = 30.0  # a frame this far under the loudest is a pause
CLIPPED = 32_700
MOST_CLIPPED = 0.001  # of the samples: more is distortion that one hears
MOST_BYTES = 2 * RATE * int(LONGEST_S) + 4096


class Fault(StrEnum):
    """What is wrong with a recording."""

    NOT_WAV = "not_wav"
    FORMAT = "format"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    SILENT = "silent"
    TOO_QUIET = "too_quiet"
    TOO_LOUD = "too_loud"
    CLIPPED = "clipped"


class Unfit(Invalid):
    """A recording that callers should not hear; `found` is the figure that is wrong."""

    title = "Not fit for the telephone"

    def __init__(self, fault: Fault, found: str = "") -> None:
        super().__init__(
            f"The recording is {fault} {found}".strip() + ".",
            remedy="sox in.wav -r 8000 -c 1 -b 16 out.wav sinc 300-3400 norm -4",
        )
        self.fault, self.found = fault, found


@dataclass(frozen=True)
class Checked:
    """A recording that may be said; its speech's level in dB of full scale."""

    samples: Samples
    seconds: float
    level_dbfs: float


def check(data: bytes, *, longest_s: float = LONGEST_S) -> Checked:
    """Return the recording; raise Unfit naming the first thing that is wrong with it."""
    samples = samples_of(data)
    seconds = len(samples) / RATE
    if seconds < SHORTEST_S:
        raise Unfit(Fault.TOO_SHORT, f"{seconds:.1f}")
    if seconds > longest_s:
        raise Unfit(Fault.TOO_LONG, f"{seconds:.1f}")
    level = speech_dbfs(samples)
    if level is None:
        raise Unfit(Fault.SILENT)
    if np.mean(np.abs(samples.astype(np.int32)) >= CLIPPED) > MOST_CLIPPED:
        raise Unfit(Fault.CLIPPED)
    if level < QUIETEST_DBFS:
        raise Unfit(Fault.TOO_QUIET, f"{level:.0f}")
    if level > LOUDEST_DBFS:
        raise Unfit(Fault.TOO_LOUD, f"{level:.0f}")
    return Checked(samples, seconds, level)


def samples_of(data: bytes) -> Samples:
    """Return an 8 kHz mono 16-bit WAV's samples; raise Unfit for anything else."""
    try:
        with wave.open(io.BytesIO(data), "rb") as sound:
            shape = sound.getframerate(), sound.getnchannels(), 8 * sound.getsampwidth()
            frames = sound.readframes(sound.getnframes())
    except (wave.Error, EOFError, ValueError, OverflowError) as error:
        raise Unfit(Fault.NOT_WAV) from error
    if shape != (RATE, 1, 16):
        raise Unfit(Fault.FORMAT, "{} Hz, {} ch, {} bit".format(*shape))
    return np.frombuffer(frames[: len(frames) // 2 * 2], "<i2").astype(np.int16)


def speech_dbfs(samples: Samples) -> float | None:
    """Return the level of the frames that hold speech; None where nothing is heard at all."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float64)
    power = np.mean((frames / 32768) ** 2, axis=1)
    if not len(power) or power.max() < 1e-7:  # -70 dBFS: a line's own noise
        return None
    spoken = power[power > power.max() * 10 ** (-PAUSE_BELOW_DB / 10)]
    return float(10 * np.log10(spoken.mean()))


def wav_of(samples: Samples) -> bytes:
    """Return the samples as a WAV file."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.astype("<i2").tobytes())
    return made.getvalue()
