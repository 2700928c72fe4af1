"""The packaged recogniser itself: what it hears on a telephone line, and in no voice at all."""

import csv
from pathlib import Path

import numpy as np
import pytest

from nlp.evaluate_speech import character_errors
from nlp.resample import Samples
from nlp.segments import Sound
from nlp.sound_files import open_recording
from nlp.speech import SAMPLE_RATE, Segment, decoded
from nlp.speech_model import MODEL_SHA256
from nlp.speech_remote import health, transcribe_file
from nlp.speech_whisper import WhisperEngine, settle
from nlp.transcribe import join_text, transcribe
from tests.speech.conftest import Serving

SHARED = Path(__file__).parents[3] / "shared" / "data" / "speech" / "hotline"
CALLS = ("call_02.wav", "call_05.wav", "call_08.wav", "call_12.wav")
WORST_CER = 0.25


@pytest.fixture(scope="module")
def calls() -> dict[Path, str]:
    manifest = SHARED / "manifest.tsv"
    if not manifest.exists():
        pytest.skip(f"the recorded calls are not at {SHARED}")
    with manifest.open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {SHARED / row["file"]: row["text"] for row in rows if row["file"] in CALLS}


def test_calls_over_the_socket_are_understood(
    whisper: WhisperEngine, serving: Serving, calls: dict[Path, str]
) -> None:
    errors = characters = 0
    with serving(whisper) as path:
        assert health(path).sha256 == MODEL_SHA256
        assert not health(path).partials
        for recording, text in calls.items():
            wrong, length = character_errors(text, join_text(transcribe_file(path, recording)))
            errors += wrong
            characters += length
    assert characters > 100
    assert errors / characters <= WORST_CER


def test_a_file_is_the_same_text_with_its_times(
    whisper: WhisperEngine, calls: dict[Path, str]
) -> None:
    recording, text = next(iter(calls.items()))
    transcript = transcribe(recording, whisper)
    wrong, length = character_errors(text, transcript.text)
    assert wrong / length <= WORST_CER
    assert (transcript.file, transcript.engine) == (str(recording), "whisper")
    assert transcript.rtf > 0
    (segment,) = transcript.segments
    assert 0 <= segment.start < segment.end < 9
    assert 0.3 < segment.confidence <= 1


def music_and_noise(seconds: int) -> Samples:
    """Hold music: a random melody of sines with two harmonics each, in white noise."""
    chance = np.random.default_rng(12345)
    t = np.arange(seconds * SAMPLE_RATE) / SAMPLE_RATE
    notes = 440 * 2 ** (chance.integers(-12, 13, 2 * seconds) / 12)
    phase = 2 * np.pi * np.cumsum(np.repeat(notes, SAMPLE_RATE // 2)) / SAMPLE_RATE
    melody = sum(np.sin(h * phase) / h for h in (1, 2, 3))
    mixed = 0.25 * melody + 0.05 * chance.normal(size=len(t))
    return (np.clip(mixed, -1, 1) * 32767).astype(np.int16)


def hears_nothing_sure(segments: list[Segment]) -> bool:
    return sum(len(s.text) for s in segments) <= 10 and all(s.confidence < 0.1 for s in segments)


def test_music_and_noise_give_no_confident_words(whisper: WhisperEngine) -> None:
    sound = music_and_noise(20)
    stream = whisper.open_stream(SAMPLE_RATE)
    assert hears_nothing_sure(decoded(stream.feed(sound.tobytes()) + stream.finish()))
    forced = whisper.decode(Sound(0.0, sound))  # even past the voice detector
    assert forced is None or hears_nothing_sure([forced])


def test_silence_is_an_empty_text_and_no_error(whisper: WhisperEngine, tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    transcript = transcribe(tmp_path / "empty.wav", whisper)
    assert (transcript.text, transcript.segments, transcript.rtf) == ("", [], 0.0)
    stream = whisper.open_stream(8000)
    assert stream.feed(bytes(16_000 * 30)) + stream.finish() == []


def test_a_looping_decode_is_short_doubtful_and_bounded(
    whisper: WhisperEngine, calls: dict[Path, str]
) -> None:
    with open_recording(SHARED / "call_02.wav") as recording:
        pcm = np.frombuffer(b"".join(recording.chunks), np.int16)
    assert calls
    stutter = np.tile(np.repeat(pcm[8000:10_000], 2), 96)  # a quarter second, again and again
    heard = whisper.decode(Sound(0.0, stutter))
    assert heard is None or (len(heard.text) < 60 and heard.confidence <= 0.3)


def segment(text: str, confidence: float) -> Segment:
    return Segment(0.0, 9.0, text, confidence)


LOOPED = segment("我家停水三天了" + "好的" * 60, 0.9)


@pytest.mark.parametrize(
    ("second", "looped", "text", "confidence"),
    [
        (segment("我家停水三天了谢谢", 0.7), False, "我家停水三天了谢谢", 0.7),
        (segment("我家停水三天了" + "你好" * 60, 0.9), True, "我家停水三天了好的好的", 0.2),
        (segment("你", 0.02), False, "我家停水三天了好的好的", 0.2),
        (None, False, "我家停水三天了好的好的", 0.2),
    ],
)
def test_words_before_a_loop_are_never_thrown_away(
    second: Segment | None, looped: bool, text: str, confidence: float
) -> None:
    assert settle(LOOPED, second, looped) == segment(text, confidence)
