"""BM25's matrix, laid in one pass over all documents.

bm25s lays the same one document by document, which takes half a minute for a hundred thousand
articles (docs/knowledge.md); a test holds the two equal.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Weights:
    """Each term's documents with their scores: those of term `t` lie in `starts[t]:starts[t+1]`."""

    data: NDArray[np.float32]
    documents: NDArray[np.int32]
    starts: NDArray[np.int64]
    count: int
    mean: float  # terms in a document

    def of(self, term: int) -> slice:
        """Return where the term's documents lie."""
        return slice(int(self.starts[term]), int(self.starts[term + 1]))

    def frequency(self, term: int) -> int:
        """Return how many documents have the term."""
        return int(self.starts[term + 1] - self.starts[term])


def weigh(
    documents: Iterable[Iterable[str]], known: dict[str, int], *, k1: float, b: float
) -> Weights:
    """Return the weights of the documents' terms (Lucene's BM25); number new terms in `known`."""
    flat, lengths = array("i"), array("i")
    for document in documents:
        before = len(flat)
        flat.extend(known.setdefault(term, len(known)) for term in document)
        lengths.append(len(flat) - before)
    sizes = np.frombuffer(lengths, dtype=np.int32) if lengths else np.empty(0, np.int32)
    terms, owners, times = _counted(flat, sizes)
    starts = np.searchsorted(terms, np.arange(len(known) + 1))
    having = np.diff(starts).astype(np.float64)
    rarity = np.log(1 + (len(sizes) - having + 0.5) / (having + 0.5)).astype(np.float32)
    mean = float(sizes.mean()) if len(flat) else 1.0
    norm = (k1 * (1 - b + b * sizes / mean)).astype(np.float32)[owners]
    often = times.astype(np.float32)
    data = rarity[terms] * often / (often + norm)
    return Weights(data, owners.astype(np.int32), starts, len(sizes), mean)


def _counted(
    flat: "array[int]", sizes: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return each (term, document) once, in the order of the terms, and how often it occurs."""
    count = max(1, len(sizes))
    pairs = np.array(flat, dtype=np.int64)
    pairs *= count  # in place: there are tens of millions
    pairs += np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    pairs.sort()
    begins = np.ones(len(pairs), dtype=np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=begins[1:])
    first = np.flatnonzero(begins)
    times = np.diff(first, append=len(pairs))
    terms, owners = np.divmod(pairs[first], count)
    return terms, owners, times
