"""How alike two requests are, by the words they share; recognition errors weigh little."""

from collections import Counter
from itertools import pairwise
from math import sqrt

from nlp.text import normalise, tokens


def similarity(one: str, other: str, *, enough: float = 1.0) -> float:
    """Return 0…1: the cosine of the two texts' syllable pairs, or of their words if that is more.

    Words tell matters apart; pairs of characters survive a misheard word's other half. Words are
    cut only while the pairs are less alike than `enough`: it costs a hundred times as much.
    """
    one, other = normalise(one), normalise(other)
    by_pairs = _cosine(_pairs(one), _pairs(other))
    return by_pairs if by_pairs >= enough else max(by_pairs, _cosine(_words(one), _words(other)))


def _words(text: str) -> Counter[str]:
    return Counter(word for word in tokens(text) if len(word) > 1)


def _pairs(text: str) -> Counter[str]:
    letters = [letter for letter in text if letter.isalnum()]
    return Counter(map("".join, pairwise(letters)))


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    shared = sum(count * other[word] for word, count in one.items())
    lengths = sum(n * n for n in one.values()) * sum(n * n for n in other.values())
    return shared / sqrt(lengths) if lengths else 0.0
