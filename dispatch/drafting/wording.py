"""From what was said, utterance by utterance, to a text that can be read: nothing is put in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.chinese import join_words

# What people say before they say something.
_BEFORE = re.compile(
    r"^(?:(?:喂|你好|您好|嗯+|啊|哎|呃|诶|那个|就是说|就是|是这样的|我想问一下|同志|师傅)[，,、\s]*)+"
)
_ENDS = "。！？!?；;，,"


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance, masked; `at_s` is where in the recording, None for what an agent typed."""

    text: str
    at_s: float | None = None


def without_beginnings(text: str) -> str:
    """Return the utterance without the words that only open it; empty when it has no others."""
    return _BEFORE.sub("", join_words(text)).strip()


def as_text(said: Sequence[Said]) -> str:
    """Return the utterances as one text in sentences, without those that say nothing."""
    parts = [part for each in said if (part := without_beginnings(each.text))]
    closed = [part if part[-1] in _ENDS else f"{part}，" for part in parts]
    text = "".join(closed)
    return f"{text[:-1]}。" if text.endswith(("，", ",")) else text


def where_said(said: Sequence[Said], spelled: Sequence[str], terms: Sequence[str]) -> Said | None:
    """Return the utterance that has the first of the terms that any has.

    `spelled` are the utterances as they were read: homophones of known wordings put right.
    """
    for term in terms:
        for each, text in zip(said, spelled, strict=True):
            if term and (term in text or term in each.text):
                return each
    return None
