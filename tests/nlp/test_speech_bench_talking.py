"""`bench speech` says from how many conversations on words are late, and judges one of them."""

import shutil
import wave
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hotline.bench.speech_talking import (
    NOTICE_S,
    PAUSE_S,
    _outcome,
    late_figures,
    talk_of,
)
from hotline.cli import app
from hotline.core.errors import Invalid, Unavailable


def round_of(conversations: int, p95_s: float) -> dict[str, Any]:
    return {"conversations": conversations, "p95_s": p95_s}


def test_the_number_at_which_words_are_late_is_told_and_is_no_fault() -> None:
    outcome = _outcome([round_of(1, 1.3), round_of(2, 4.0), round_of(4, 4.1)])
    assert outcome.figures["conversations_within"] == 2
    assert outcome.figures["conversations_late"] == 4
    assert outcome.missed == ()


def test_one_conversation_must_be_within_the_limit() -> None:
    outcome = _outcome([round_of(1, 4.2)])
    assert outcome.missed == ("one conversation: words 4.2 s later (p95), at most 4.0 s",)
    assert outcome.figures["conversations_within"] == 0


def test_a_number_that_was_not_reached_is_not_made_up() -> None:
    assert _outcome([round_of(1, 1.3), round_of(2, 1.4)]).figures["conversations_late"] is None


def test_lateness_is_told_by_its_middle_its_tail_and_its_worst() -> None:
    found = late_figures([1.0] * 19 + [9.0])
    assert (found["utterances"], found["p50_s"], found["worst_s"]) == (20, 1.0, 9.0)
    assert 1.0 < found["p95_s"] < 9.0
    assert late_figures([2.5])["p95_s"] == 2.5


def test_no_words_at_all_is_no_good_figure() -> None:
    with pytest.raises(Unavailable, match="No words came"):
        late_figures([])


@pytest.mark.skipif(shutil.which("sox") is None, reason="sox is not installed")
def test_a_caller_hears_the_notice_and_pauses_between_recordings(tmp_path: Path) -> None:
    for nth in range(3):
        with wave.open(str(tmp_path / f"{nth}.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(b"\x10\x20" * 8000)
    talk = talk_of(tmp_path, most=2)
    assert talk.recordings == 2
    assert talk.seconds == pytest.approx(NOTICE_S + 2 * (1 + PAUSE_S), abs=0.02)
    assert len(talk.sound) % 160 == 0


def test_a_folder_without_recordings_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no recordings"):
        talk_of(tmp_path)


@pytest.mark.parametrize("given", ["1,two", "0", "-1", "1000"])
def test_numbers_of_conversations_are_checked_first(given: str, tmp_path: Path) -> None:
    asked = ["bench", "speech", str(tmp_path), f"--conversations={given}"]
    assert CliRunner().invoke(app, asked).exit_code == 2
