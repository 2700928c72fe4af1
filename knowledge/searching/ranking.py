"""One ranking of documents by BM25, and of those that came later by the same weights.

The many are weighed ahead of any query; what is published since then is few, and is scored when it
is asked for, by the numbers of the whole.
"""

import math
from collections import Counter
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from knowledge.searching.terms import Terms
from knowledge.searching.weights import Layer

Scores = NDArray[np.float32]
K1, B = 1.5, 0.9  # chosen on `replies_dev` (docs/knowledge.md)
MOST_TERMS = 32  # of a long query the rarest: a transcript has hundreds, most of them everywhere


class Ranking:
    """BM25 over terms; documents are numbered as they come."""

    def __init__(self, counted: Layer) -> None:
        self._weights = counted.laid(k1=K1, b=B)
        self._later: list[tuple[Counter[int], int]] = []
        self._later_with: Counter[int] = Counter()

    def add(self, documents: Terms) -> None:
        """Append them."""
        begins = np.searchsorted(documents.owners, np.arange(documents.texts + 1)).tolist()
        for first, last in pairwise(begins):
            terms = Counter(documents.keys[first:last].tolist())
            self._later.append((terms, terms.total()))
            self._later_with.update(terms.keys())

    def scores(self, terms: Terms) -> Scores:
        """Return each document's score, the later ones behind the others."""
        asked, many = self._chosen(terms), self._weights.count
        later = self._later[:]  # others are put in while somebody searches
        found = np.zeros(many + len(later), dtype=np.float32)
        for term, times in asked.items():
            part = self._weights.of(term)
            found[self._weights.documents[part]] += self._weights.data[part] * times
        told = {term: times * self.rarity(term) for term, times in asked.items()}
        for at, (counted, length) in enumerate(later):
            found[many + at] = self._score(told, counted, length)
        return found

    def most(self, terms: Terms) -> float:
        """Return what a document would score that had every term without end."""
        asked = self._chosen(terms)
        return sum(times * self.rarity(term) for term, times in asked.items()) or math.inf

    def rarity(self, term: int) -> float:
        """Return how much the term tells (idf)."""
        known = self._frequency(term)
        whole = self._weights.count + len(self._later)
        return math.log(1 + (whole - known + 0.5) / (known + 0.5))

    def _chosen(self, terms: Terms) -> dict[int, int]:
        asked = Counter(terms.keys.tolist())
        if len(asked) <= MOST_TERMS:
            return dict(asked)
        known = {term: found for term in asked if (found := self._frequency(term))}
        rarest = sorted(known, key=known.__getitem__)[:MOST_TERMS]
        return {term: asked[term] for term in rarest}

    def _frequency(self, term: int) -> int:
        return self._weights.frequency(term) + self._later_with[term]

    def _score(self, told: dict[int, float], counted: Counter[int], length: int) -> float:
        norm = K1 * (1 - B + B * length / self._weights.mean)
        return sum(
            weight * counted[term] / (counted[term] + norm)
            for term, weight in told.items()
            if term in counted
        )
