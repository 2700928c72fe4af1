"""Recordings of every kind a site may hand in, made here."""

import wave
from pathlib import Path

import av
import numpy as np
import pytest

from nlp.sound_files import open_recording
from nlp.speech import UnreadableSound

TONE = (np.sin(np.arange(8000) / 8000 * 2 * np.pi * 440) * 20_000).astype("<i2")


def write_wav(path: Path, rate: int, channels: int, width: int, data: bytes) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(data)
    return path


def write_telephone_wav(path: Path, codec: str) -> Path:
    with av.open(str(path), "w", format="wav") as container:
        stream = container.add_stream(codec, rate=8000, layout="mono")
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(TONE.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return path


def read(path: Path) -> tuple[int, np.ndarray]:
    with open_recording(path) as recording:
        return recording.rate, np.frombuffer(b"".join(recording.chunks), "<i2")


def assert_tone(path: Path, rate: int) -> None:
    read_rate, samples = read(path)
    assert (read_rate, len(samples)) == (rate, len(TONE))
    assert np.abs(samples.astype(int) - TONE).max() < 700  # mu-law's and A-law's own steps


def test_16_bit_mono_is_read_as_it_is(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", 8000, 1, 2, TONE.tobytes())
    rate, samples = read(path)
    assert rate == 8000
    assert (samples == TONE).all()


def test_two_channels_are_mixed_at_the_files_own_rate(tmp_path: Path) -> None:
    assert_tone(write_wav(tmp_path / "a.wav", 44_100, 2, 2, TONE.repeat(2).tobytes()), 44_100)


def test_8_bit_sound_is_unsigned(tmp_path: Path) -> None:
    eight = ((TONE >> 8) + 128).astype("u1")
    assert_tone(write_wav(tmp_path / "a.wav", 8000, 1, 1, eight.tobytes()), 8000)


@pytest.mark.parametrize("codec", ["pcm_mulaw", "pcm_alaw"])
def test_telephone_codecs_are_read(tmp_path: Path, codec: str) -> None:
    assert_tone(write_telephone_wav(tmp_path / "a.wav", codec), 8000)


def test_a_recording_cut_short_gives_what_is_there(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", 8000, 1, 2, TONE.tobytes())
    path.write_bytes(path.read_bytes()[:5001])
    assert 2400 <= len(read(path)[1]) <= 2500


def test_a_recording_without_sound_has_no_chunks(tmp_path: Path) -> None:
    assert len(read(write_wav(tmp_path / "a.wav", 8000, 1, 2, b""))[1]) == 0
    (tmp_path / "b.wav").touch()
    assert len(read(tmp_path / "b.wav")[1]) == 0


def test_what_is_no_recording_is_named(tmp_path: Path) -> None:
    (tmp_path / "letter.wav").write_text("Dear hotline, " * 50)
    for path in (tmp_path / "letter.wav", tmp_path / "missing.wav", tmp_path):
        with pytest.raises(UnreadableSound, match=path.name):
            read(path)
