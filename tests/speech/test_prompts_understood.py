"""The packaged recogniser understands what the hotline says in each mode; nobody is left guessing.

It hears 幺 as 一 and writes numbers as digits: the texts of the modes hold neither.
"""

import pytest

from hotline.switch.announcing import SHIPPED
from nlp.evaluate_speech import character_errors
from nlp.speech_whisper import WhisperEngine
from nlp.transcribe import transcribe
from telephony.acd.modes import CHANGES
from telephony.prompts.render import lines

WORST_CER = 0.15  # of each; README of the prompts says what was measured


def of_modes() -> list[tuple[str, str]]:
    texts = {line.name: line.text for line in lines(SHIPPED)}
    return [(each.prompt, texts[each.prompt]) for each in CHANGES.values() if each.prompt]


@pytest.mark.parametrize(("name", "text"), of_modes())
def test_a_mode_is_understood(whisper: WhisperEngine, name: str, text: str) -> None:
    heard = transcribe(SHIPPED / f"{name}.wav", whisper).text
    wrong, length = character_errors(text, heard)
    print(f"{name}: {wrong} of {length} wrong: {heard}")
    assert wrong / length <= WORST_CER
