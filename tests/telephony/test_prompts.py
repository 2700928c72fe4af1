"""The shipped prompts and demo callers are what their texts and manifests say, and fit a phone."""

import hashlib
import json
import re
import tomllib
import wave
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from telephony.prompts.render import lines

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "telephony/prompts", ROOT / "hotline/demo/audio")
WAVS = sorted(wav for folder in FOLDERS for wav in folder.glob("*.wav"))
SPOKEN = [(folder, line) for folder in FOLDERS for line in lines(folder)]

folders = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
wavs = pytest.mark.parametrize("wav", WAVS, ids=lambda wav: wav.stem)


def manifest(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))


def samples(wav: Path) -> npt.NDArray[np.float64]:
    with wave.open(str(wav), "rb") as read:
        return np.frombuffer(read.readframes(read.getnframes()), "<i2") / 32768.0


def decibels(power: float) -> float:
    return float(10 * np.log10(power))


@folders
def test_every_text_has_its_wav_and_every_wav_its_text(folder: Path) -> None:
    sheet = tomllib.loads((folder / "texts.toml").read_text(encoding="utf-8"))
    written = {*sheet["texts"], *sheet.get("tones", {})}
    assert written == {wav.stem for wav in folder.glob("*.wav")}


@folders
def test_manifest_hashes_are_those_of_the_wavs(folder: Path) -> None:
    noted = {name: made["sha256"] for name, made in manifest(folder)["files"].items()}
    found = {wav.name: hashlib.sha256(wav.read_bytes()).hexdigest() for wav in folder.glob("*.wav")}
    assert noted == found


@folders
def test_wavs_were_rendered_from_the_texts_as_they_stand(folder: Path) -> None:
    made = manifest(folder)["files"]
    for line in lines(folder):
        entry = made[f"{line.name}.wav"]
        assert (entry["text"], entry["voice"]) == (line.text, line.voice), line.name


@wavs
def test_wav_is_8_khz_mono_16_bit_and_small(wav: Path) -> None:
    with wave.open(str(wav), "rb") as read:
        form = (read.getframerate(), read.getnchannels(), read.getsampwidth(), read.getcomptype())
    assert form == (8000, 1, 2, "NONE")
    assert wav.stat().st_size < 300_000


@wavs
def test_speech_is_near_minus_20_dbfs_and_peaks_stay_under_minus_3(wav: Path) -> None:
    audio = samples(wav)
    power = np.mean(audio[: len(audio) // 160 * 160].reshape(-1, 160) ** 2, axis=1)
    speech = decibels(power[power > power.max() / 1000].mean())
    assert -21.5 < speech < -19
    assert decibels(float(np.max(audio**2))) < -3


@wavs
def test_150_ms_of_silence_lie_on_either_side(wav: Path) -> None:
    audio = samples(wav)
    assert not audio[:1200].any()
    assert not audio[-1200:].any()
    assert np.abs(audio[1200:1600]).max() > 0.001


@wavs
def test_next_to_nothing_lies_outside_the_phone_band(wav: Path) -> None:
    audio = samples(wav)
    energy = np.abs(np.fft.rfft(audio)) ** 2
    hertz = np.fft.rfftfreq(len(audio), 1 / 8000)
    outside = energy[(hertz < 250) | (hertz > 3500)].sum() / energy.sum()
    assert outside < 0.01


def test_tone_is_a_short_beep_at_its_hertz() -> None:
    audio = samples(FOLDERS[0] / "tone.wav")[1200:-1200]
    peak = np.argmax(np.abs(np.fft.rfft(audio))) * 8000 / len(audio)
    assert abs(peak - 440) < 5
    assert abs(len(audio) / 8000 - 0.3) < 0.01


@pytest.mark.parametrize(("folder", "line"), SPOKEN, ids=[line.name for _, line in SPOKEN])
def test_a_text_is_spoken_at_a_pace_an_elder_can_follow(folder: Path, line: Any) -> None:
    sounds = len(re.findall(r"[\u4e00-\u9fff\d]", line.spoken))
    seconds = len(samples(folder / f"{line.name}.wav")) / 8000 - 0.3
    assert 2.5 < sounds / seconds < 6
    assert seconds < 16


@pytest.mark.parametrize("line", [line for _, line in SPOKEN], ids=lambda line: line.name)
def test_no_number_is_left_to_be_read_as_a_quantity(line: Any) -> None:
    assert not re.search(r"\d{2,}", line.spoken)
