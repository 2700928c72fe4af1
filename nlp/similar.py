"""How alike two requests are, by the words they share; recognition errors weigh little.

A text is heard first: its characters become toneless syllables in which what speech confuses is
one (`nlp.sounds`), so that 路灯 and 陆登 are the same. Pairs of them that meet are compared.
"""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import sqrt
from unicodedata import normalize

from pypinyin import Style, lazy_pinyin

from nlp.sounds import fold
from nlp.text import normalise, tokens


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as it sounds: its pairs of syllables, and the length of that vector."""

    pairs: Counter[str]
    length: float


def hear(text: str) -> Heard:
    """Return the text as it sounds; an empty one sounds like nothing."""
    return _heard(normalize("NFKC", text))  # signs that are no letters are left out anyway


def likeness(one: Heard, other: Heard) -> float:
    """Return 0…1: the cosine of two heard texts; 0 when either is empty."""
    few, many = sorted((one.pairs, other.pairs), key=len)
    shared = sum(count * many[pair] for pair, count in few.items() if pair in many)
    lengths = one.length * other.length
    return min(1.0, shared / lengths) if lengths else 0.0


def similarity(one: str, other: str, *, enough: float = 1.0) -> float:
    """Return 0…1: the cosine of the two texts' syllable pairs, or of their words if that is more.

    Words tell matters apart; pairs of syllables survive a misheard word. Words are cut only while
    the pairs are less alike than `enough`: it costs a hundred times as much.
    """
    one, other = normalise(one), normalise(other)
    by_pairs = likeness(_heard(one), _heard(other))
    return by_pairs if by_pairs >= enough else max(by_pairs, _cosine(_words(one), _words(other)))


def _heard(text: str) -> Heard:
    letters = [_syllable(letter) for letter in text if letter.isalnum()]
    pairs = Counter(map(" ".join, pairwise(letters)))
    return Heard(pairs, sqrt(sum(count * count for count in pairs.values())))


@lru_cache(maxsize=16384)
def _syllable(character: str) -> str:
    """Return the character's commonest reading, folded; anything else than Chinese as it is."""
    if not "\u3400" <= character <= "\u9fff":
        return character
    return fold(lazy_pinyin(character, style=Style.NORMAL)[0])


def _words(text: str) -> Counter[str]:
    return Counter(word for word in tokens(text) if len(word) > 1)


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    shared = sum(count * other[word] for word, count in one.items())
    lengths = sum(n * n for n in one.values()) * sum(n * n for n in other.values())
    return shared / sqrt(lengths) if lengths else 0.0
