"""Speech made fit for the telephone: 8 kHz, 300-3400 Hz, one loudness, quiet edges."""

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

Audio = npt.NDArray[np.float32]

RATE = 8_000
LOW_HZ, HIGH_HZ = 300, 3_400
TAPS = 255
EDGE_S = 0.15
SPEECH_DBFS = -20.0
PEAK_DBFS = -3.5  # half a decibel under the -3 dBFS that is promised
FRAME = RATE // 50
PAUSE_BELOW_DB = 30.0  # a frame this far under the loudest one is a pause, not speech


def narrow(audio: Audio, rate: int) -> Audio:
    """Return `audio` at 8 kHz with everything outside 300-3400 Hz filtered away."""
    at_8k = soxr.resample(audio, rate, RATE)
    time = np.arange(TAPS) - TAPS // 2
    low, high = (2 * edge / RATE * np.sinc(2 * edge / RATE * time) for edge in (LOW_HZ, HIGH_HZ))
    return np.convolve(at_8k, (high - low) * np.hamming(TAPS), "same").astype(np.float32)


def speech_level(audio: Audio) -> float:
    """Return the RMS of the frames that hold speech, in dB of full scale (8 kHz samples)."""
    frames = audio[: len(audio) // FRAME * FRAME].reshape(-1, FRAME)
    power = np.mean(frames.astype(np.float64) ** 2, axis=1)
    spoken = power[power > power.max() * 10 ** (-PAUSE_BELOW_DB / 10)]
    return float(10 * np.log10(spoken.mean()))


def level(audio: Audio) -> Audio:
    """Return `audio` at -20 dBFS of speech, its few highest peaks rounded off under -3.5 dBFS."""
    loud = audio * 10 ** ((SPEECH_DBFS - speech_level(audio)) / 20)
    ceiling = 10 ** (PEAK_DBFS / 20)
    knee = ceiling / 2
    over = np.maximum(np.abs(loud) - knee, 0)
    rounded = knee + (ceiling - knee) * np.tanh(over / (ceiling - knee))
    return np.where(over > 0, np.sign(loud) * rounded, loud).astype(np.float32)


def edged(audio: Audio) -> Audio:
    """Return `audio` cut to its sound, with 150 ms of silence on either side."""
    heard = np.flatnonzero(np.abs(audio) > np.abs(audio).max() * 0.01)
    quiet = np.zeros(int(EDGE_S * RATE), np.float32)
    return np.concatenate([quiet, audio[heard[0] : heard[-1] + 1], quiet])


def beep(hertz: float, seconds: float = 0.3) -> Audio:
    """Return a sine of `hertz` at -20 dBFS with 10 ms ramps, so that it does not click."""
    time = np.arange(int(seconds * RATE)) / RATE
    ramp = np.clip(np.minimum(time, time[::-1]) / 0.01, 0, 1)
    height = np.sqrt(2) * 10 ** (SPEECH_DBFS / 20)
    return np.asarray(height * ramp * np.sin(2 * np.pi * hertz * time), np.float32)


def write_wav(path: Path, audio: Audio) -> None:
    """Write 8 kHz mono 16-bit PCM."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(np.round(audio * 32767).astype("<i2").tobytes())
