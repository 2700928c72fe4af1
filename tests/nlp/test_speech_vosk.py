"""Vosk: its answers as segments, and its failures with the real library (no model is shipped)."""

from pathlib import Path

import pytest

from nlp.speech import RecognizerError, Segment, choose_engine
from nlp.speech_vosk import folder_sha256
from nlp.vosk_results import read_result


def test_a_final_answer_takes_its_times_and_confidence_from_its_words() -> None:
    answer = """{"result": [
        {"word": "小区", "start": 1.2, "end": 1.6, "conf": 1.0},
        {"word": "停水", "start": 1.6, "end": 2.1, "conf": 0.5}], "text": "小区 停水"}"""
    expected = Segment(1.2, 2.1, "小区停水", 0.75, final=True)
    assert read_result(answer, start=0, end=3) == expected


def test_a_partial_answer_is_not_final_and_spans_the_sentence_so_far() -> None:
    expected = Segment(2.0, 3.5, "路灯", 0.5, final=False)
    assert read_result('{"partial": "路灯"}', start=2.0, end=3.5) == expected


@pytest.mark.parametrize(
    "answer", ['{"text": ""}', '{"partial": ""}', '{"result": [], "text": ""}']
)
def test_an_answer_without_words_is_no_segment(answer: str) -> None:
    assert read_result(answer, start=0, end=1) is None


def test_traditional_words_become_simplified() -> None:
    segment = read_result('{"text": "臺灣 來電"}', start=0, end=1)
    assert segment is not None
    assert segment.text == "台湾来电"


def test_vosk_without_a_folder_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="HOTLINE_VOSK_MODEL"):
        choose_engine("vosk", models_dir=tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match=r"no Vosk model folder.*elsewhere"):
        choose_engine("vosk", models_dir=tmp_path, vosk_model=tmp_path / "elsewhere")


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="is empty"):
        choose_engine("vosk", models_dir=tmp_path, vosk_model=tmp_path)


def test_a_folder_that_holds_no_model_is_refused_by_the_library(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("not a model")
    with pytest.raises(RecognizerError, match="doesn't work: Failed to create a model"):
        choose_engine("vosk", models_dir=tmp_path, vosk_model=tmp_path)


def test_the_hash_of_a_folder_follows_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "am").mkdir()
    (tmp_path / "am" / "final.mdl").write_bytes(b"weights")
    before = folder_sha256(tmp_path)
    assert folder_sha256(tmp_path) == before
    (tmp_path / "am" / "final.mdl").write_bytes(b"Weights")
    changed = folder_sha256(tmp_path)
    (tmp_path / "am" / "final.mdl").rename(tmp_path / "am" / "last.mdl")
    assert len({before, changed, folder_sha256(tmp_path)}) == 3


def test_an_unknown_engine_is_refused_and_the_known_ones_are_named(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match=r"'siri'.*vosk, whisper, websocket"):
        choose_engine("siri", models_dir=tmp_path)
