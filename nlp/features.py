"""What a classifier sees of a text: its words, and runs of one to three of their signs."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
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


def pieces_of(words: Iterable[str], across: bool = True) -> list[str]:
    """Return all runs of one to three signs of the Chinese `words`, across adjoining ones too.

    Where jieba cuts one phrase in two ways, the runs across its cuts stay the same.
    """
    return [piece for run in _runs(words, across) for piece in runs_of("".join(run))]


def runs_of(signs: str) -> list[str]:
    """Return all runs of one to three signs within `signs`."""
    return [
        signs[start : start + size]
        for size in range(1, min(LONGEST_PIECE, len(signs)) + 1)
        for start in range(len(signs) - size + 1)
    ]


def owned_pieces(
    words: Iterable[str], known: Container[str], across: bool = True
) -> list[tuple[str, str, float]]:
    """Return each `known` piece of `words` with every word it touches and that word's share of it.

    A piece's shares add up to one, however often it is there.
    """
    touched: Counter[tuple[str, str]] = Counter()
    signs: Counter[str] = Counter()
    for run in _runs(words, across):
        owners = [word for word in run for _ in word]
        whole = "".join(run)
        for size in range(1, min(LONGEST_PIECE, len(whole)) + 1):
            for start in range(len(whole) - size + 1):
                piece = whole[start : start + size]
                if piece in known:
                    touched.update((piece, owner) for owner in owners[start : start + size])
                    signs[piece] += size
    return [(piece, word, count / signs[piece]) for (piece, word), count in touched.items()]


def _runs(words: Iterable[str], across: bool) -> list[list[str]]:
    """Return the stretches of adjoining Chinese words; each by itself, if not `across`."""
    if not across:
        return [[word] for word in words if text.is_han(word)]
    return [list(run) for chinese, run in groupby(words, text.is_han) if chinese]


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
    across: bool = True  # pieces cross the cuts between words; in format 1 they did not

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
    more, weights = piece_block.vector(pieces_of(words, piece_block.across))
    offset = len(word_block.names)
    return positions + [offset + i for i in more], values + weights
