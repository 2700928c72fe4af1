"""From the sound alone to the proposal: each shared call's matter, and what is held back."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.routing.auto import OPTED_IN, OPTED_IN_THRESHOLD
from dispatch.routing.router import route, shipped_model
from knowledge.directory import packaged
from nlp.speech_whisper import WhisperEngine
from nlp.transcribe import transcribe

MANIFEST = Path(__file__).parents[3] / "shared/data/speech/hotline/manifest.tsv"
OTHER = "其他"  # none of the seven matters that the model was taught


@pytest.mark.skipif(not MANIFEST.exists(), reason=f"{MANIFEST} is not on this machine")
def test_ten_calls_find_their_matter_from_sound_alone_and_the_two_others_wait_for_a_person(
    whisper: WhisperEngine,
) -> None:
    with MANIFEST.open(encoding="utf-8") as file:
        calls = list(csv.DictReader(file, delimiter="\t"))

    wrong, sure = [], []
    for call in calls:
        proposal = route(
            transcribe(MANIFEST.parent / call["file"], whisper).text,
            directory=packaged(),
            model=shipped_model(),
            home="540100",
            at=datetime(2026, 11, 25, tzinfo=UTC),
            spoken=True,
            auto=OPTED_IN,
        )
        if call["matter"] != OTHER:
            wrong += [call["file"]] if proposal.category[0] != call["matter"] else []
        elif proposal.auto_dispatch or proposal.confidence >= OPTED_IN_THRESHOLD:
            sure.append(call["file"])

    assert len(calls) == 12
    assert (wrong, sure) == ([], [])
