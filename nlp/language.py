"""Language: whether a text is Chinese, Tibetan, both or neither, and Tibetan's syllables."""

import re
import unicodedata
from collections import Counter
from enum import StrEnum

_TIBETAN_SYLLABLE = re.compile(r"[\u0F40-\u0FBC]+")
_FEW = 2  # letters of another script that are a slip of the keys, a name or a sign
_MIXED_FROM = 0.15
_FOREIGN_TIMES = 3  # so many Latin letters a Chinese character: the characters are the guests
_FOREIGN_FROM = 12


class Language(StrEnum):
    """NONE has no letter at all; OTHER neither Chinese nor Tibetan (English, Nepali, …)."""

    ZH = "zh"
    BO = "bo"
    MIXED = "mixed"
    OTHER = "other"
    NONE = "none"


class Script(StrEnum):
    HAN = "han"
    TIBETAN = "tibetan"
    LATIN = "latin"
    ELSE = "else"


def language_of(text: str) -> Language:
    """Return the language by its letters; a Latin brand or plate in Chinese is still Chinese."""
    count = scripts(text)
    letters = sum(count.values())
    if not letters:
        return Language.NONE
    han, tibetan, other = count[Script.HAN], count[Script.TIBETAN], count[Script.ELSE]
    guests = count[Script.LATIN] + other
    if han <= _FEW and tibetan > guests:
        return Language.BO
    crowded = guests >= _FOREIGN_FROM and guests > _FOREIGN_TIMES * (han + tibetan)
    if not han or (crowded and han <= _FEW):
        return Language.OTHER
    if tibetan and han <= _MIXED_FROM * tibetan:
        return Language.BO
    return Language.MIXED if crowded or max(tibetan, other) > _few(letters) else Language.ZH


def _few(letters: int) -> float:
    return max(_FEW, _MIXED_FROM * letters)


def scripts(text: str) -> Counter[Script]:
    """Return how many letters of each script the text has; of Tibetan, syllables."""
    count: Counter[Script] = Counter()
    for letter, times in Counter(_TIBETAN_SYLLABLE.sub("", text)).items():
        if letter.isalpha():
            count[_script(letter)] += times
    count[Script.TIBETAN] = len(syllables(text))
    return count


def syllables(text: str) -> list[str]:
    """Return the Tibetan syllables (between tsheg, shad and whatever is not Tibetan)."""
    return _TIBETAN_SYLLABLE.findall(text)


def _script(letter: str) -> Script:
    if "\u3400" <= letter <= "\u9fff" or "\uf900" <= letter <= "\ufaff" or letter >= "\U00020000":
        return Script.HAN
    return Script.LATIN if unicodedata.name(letter, "").startswith("LATIN") else Script.ELSE
