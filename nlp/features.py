"""What a classifier sees of a text: its words, and pieces of one to three signs within them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from nlp import text

LONGEST_PIECE = 3
_LETTERS = re.compile(r"[^\W\d_]+")
_TIBETAN = re.compile(r"[\u0F40-\u0FBC]+")  # syllables hold vowel signs, which are no letters

Floats = NDArray[np.float32]
Vector = tuple[list[int], list[float]]


def words_of(tokens: Iterable[str], ignored: frozenset[str] = frozenset()) -> list[str]:
    """Return those `tokens`, in small letters, that can be features: no digits, not `ignored`."""
    words = (token.lower() for token in tokens)
    return [word for word in words if _usable(word) and word not in ignored]


def pieces_of(words: Iterable[str]) -> list[str]:
    """Return all runs of one to three signs within each Chinese word.

    They never cross words, so that dropped words and other cuts change as little as possible.
    """
    return [
        word[start : start + size]
        for word in words
        if text.is_han(word)
        for size in range(1, min(LONGEST_PIECE, len(word)) + 1)
        for start in range(len(word) - size + 1)
    ]


def _usable(word: str) -> bool:
    if word.isascii() and len(word) == 1:
        return False
    return bool(_LETTERS.fullmatch(word) or _TIBETAN.fullmatch(word))


@dataclass(frozen=True)
class Block:
    """One kind of feature: its names, their inverse document frequencies, its part in the norm."""

    names: tuple[str, ...]
    idf: Floats
    share: float

    @cached_property
    def index(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.names)}

    def vector(self, found: Iterable[str]) -> Vector:
        """Return positions and TF-IDF values (logarithmic TF, Euclidean norm `share`)."""
        counts = Counter(self.index[name] for name in found if name in self.index)
        values = [(1 + log(n)) * float(self.idf[i]) for i, n in counts.items()]
        norm = sqrt(sum(v * v for v in values)) or 1.0
        return list(counts), [v * self.share / norm for v in values]


def vector_of(words: Sequence[str], word_block: Block, piece_block: Block) -> Vector:
    """Return the text's vector over both blocks, the pieces' positions after the words'."""
    positions, values = word_block.vector(words)
    more, weights = piece_block.vector(pieces_of(words))
    offset = len(word_block.names)
    return positions + [offset + i for i in more], values + weights
