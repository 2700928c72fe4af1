"""One ranking of documents by BM25, and of those that came later by the same weights.

The many are weighed ahead of any query; what is published since then is few, and is scored when it
is asked for, by the numbers of the whole.
"""

import math
from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from knowledge.searching.weights import weigh

Scores = NDArray[np.float32]
K1, B = 1.5, 0.9  # chosen on `replies_dev` (docs/knowledge.md)
MOST_TERMS = 32  # of a long query the rarest: a transcript has hundreds, most of them everywhere


class Ranking:
    """BM25 over lists of terms; documents are numbered as they come."""

    def __init__(self, documents: Iterable[Iterable[str]]) -> None:
        self._ids: dict[str, int] = {}
        self._weights = weigh(documents, self._ids, k1=K1, b=B)
        self._later: list[tuple[Counter[str], int]] = []
        self._later_with: Counter[str] = Counter()

    def add(self, document: Iterable[str]) -> None:
        """Append one document."""
        terms = Counter(document)
        self._later.append((terms, terms.total()))
        self._later_with.update(terms.keys())

    def scores(self, terms: Iterable[str]) -> Scores:
        """Return each document's score, the later ones behind the others."""
        asked, many = self._chosen(Counter(terms)), self._weights.count
        later = self._later[:]  # others are put in while somebody searches
        found = np.zeros(many + len(later), dtype=np.float32)
        for term, times in asked.items():
            place = self._ids.get(term)
            if place is not None:
                part = self._weights.of(place)
                found[self._weights.documents[part]] += self._weights.data[part] * times
        told = {term: times * self.rarity(term) for term, times in asked.items()}
        for at, (counted, length) in enumerate(later):
            found[many + at] = self._score(told, counted, length)
        return found

    def most(self, terms: Iterable[str]) -> float:
        """Return what a document would score that had every term without end."""
        asked = self._chosen(Counter(terms))
        return sum(times * self.rarity(term) for term, times in asked.items()) or math.inf

    def rarity(self, term: str) -> float:
        """Return how much the term tells (idf)."""
        known = self._frequency(term)
        whole = self._weights.count + len(self._later)
        return math.log(1 + (whole - known + 0.5) / (known + 0.5))

    def _chosen(self, terms: Counter[str]) -> dict[str, int]:
        if len(terms) <= MOST_TERMS:
            return dict(terms)
        known = [term for term in terms if self._frequency(term)]
        rarest = sorted(known, key=self._frequency)[:MOST_TERMS]
        return {term: terms[term] for term in rarest}

    def _frequency(self, term: str) -> int:
        place, later = self._ids.get(term), self._later_with[term]
        return later if place is None else self._weights.frequency(place) + later

    def _score(self, told: dict[str, float], counted: Counter[str], length: int) -> float:
        norm = K1 * (1 - B + B * length / self._weights.mean)
        return sum(
            weight * counted[term] / (counted[term] + norm)
            for term, weight in told.items()
            if term in counted
        )
