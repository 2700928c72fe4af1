"""BM25's matrix, laid in pieces: its making takes little more room than it does.

bm25s lays the same one document by document, which takes half a minute for a hundred thousand
articles (docs/knowledge.md); a test holds the two equal.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from mmap import mmap
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.searching.terms import Numbers, Terms

PARTS = 8  # of the terms, laid one after the other
_MOST_TIMES = np.iinfo(np.uint16).max
_N = TypeVar("_N", bound=np.generic)


@dataclass(frozen=True)
class Weights:
    """Each term's documents with their scores: those of `keys[at]` lie in `starts[at]` and on."""

    keys: Numbers
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]
    data: NDArray[np.float32]
    count: int
    mean: float  # terms in a document

    def of(self, key: int) -> slice:
        """Return where the term's documents lie; nowhere for an unknown one."""
        at = int(np.searchsorted(self.keys, np.uint32(key)))
        if at == len(self.keys) or self.keys[at] != key:
            return slice(0, 0)
        return slice(int(self.starts[at]), int(self.starts[at + 1]))

    def frequency(self, key: int) -> int:
        """Return how many documents have the term."""
        found = self.of(key)
        return int(found.stop - found.start)


@dataclass(frozen=True)
class _Counted:
    """Each (term, document) once, in this order, and how often it occurs."""

    keys: Numbers
    documents: NDArray[np.int32]
    times: NDArray[np.uint16]

    def part(self, first: int, last: int) -> "_Counted":
        """Return a copy of these rows, so that the whole may go."""
        rows = slice(first, last)
        return _Counted(
            _kept(self.keys[rows]), _kept(self.documents[rows]), _kept(self.times[rows])
        )


@dataclass
class Layer:
    """Documents counted as they come, to be weighed once all are there."""

    parts: list[list[_Counted]] = field(default_factory=lambda: [[] for _ in range(PARTS)])
    lengths: list[NDArray[np.int64]] = field(default_factory=list)
    count: int = 0
    _edges: Numbers | None = None  # the terms at which a part begins, seen in the first documents

    def add(self, some: Terms) -> None:
        """Append these documents."""
        counted = _counted(some, self.count)
        if self._edges is None and len(counted.keys):
            self._edges = counted.keys[np.arange(1, PARTS) * len(counted.keys) // PARTS]
        if self._edges is not None:
            inner = np.searchsorted(counted.keys, self._edges).tolist()
            for part, (first, last) in zip(
                self.parts, pairwise([0, *inner, len(counted.keys)]), strict=True
            ):
                part.append(counted.part(first, last))
        self.lengths.append(np.bincount(some.owners, minlength=some.texts))
        self.count += some.texts

    def laid(self, *, k1: float, b: float) -> Weights:
        """Return the weights (Lucene's BM25); what was counted is let go of meanwhile."""
        sizes = np.concatenate(self.lengths) if self.lengths else np.zeros(1)
        mean = float(sizes.mean()) or 1.0
        norm = (k1 * (1 - b + b * sizes / mean)).astype(np.float32)
        whole = sum(len(each.keys) for part in self.parts for each in part)
        documents, data = _room(whole, np.int32), _room(whole, np.float32)
        keys, having, at = [np.empty(0, np.uint32)], [np.empty(0, np.int64)], 0
        for number, part in enumerate(self.parts):
            self.parts[number] = []
            found = _joined(part)
            first = np.flatnonzero(_begins(found.keys))
            keys.append(found.keys[first])
            having.append(np.diff(first, append=len(found.keys)))
            often, rarity = found.times.astype(np.float32), _rarity(self.count, having[-1])
            rows = slice(at, at := at + len(found.keys))
            documents[rows] = found.documents
            data[rows] = np.repeat(rarity, having[-1]) * often / (often + norm[found.documents])
        starts = np.concatenate([[0], np.cumsum(np.concatenate(having))]).astype(np.int64)
        return Weights(np.concatenate(keys), starts, documents, data, self.count, mean)


def _rarity(count: int, having: NDArray[np.int64]) -> NDArray[np.float32]:
    rarity: NDArray[np.float32] = np.log(1 + (count - having + 0.5) / (having + 0.5))
    return rarity.astype(np.float32)


def _counted(some: Terms, before: int) -> _Counted:
    pairs = (some.keys.astype(np.uint64) << np.uint64(32)) | some.owners
    pairs.sort()
    first = np.flatnonzero(_begins(pairs))
    times = np.minimum(np.diff(first, append=len(pairs)), _MOST_TIMES).astype(np.uint16)
    once = pairs[first]
    documents = (once & np.uint64(0xFFFFFFFF)).astype(np.int32) + np.int32(before)
    return _Counted((once >> np.uint64(32)).astype(np.uint32), documents, times)


def _joined(part: list[_Counted]) -> _Counted:
    """Return them as one, by term; a term's documents stay in their order."""
    if not part:
        return _Counted(np.empty(0, np.uint32), np.empty(0, np.int32), np.empty(0, np.uint16))
    keys = np.concatenate([each.keys for each in part])
    order = np.argsort(keys, kind="stable")
    documents = np.concatenate([each.documents for each in part])[order]
    times = np.concatenate([each.times for each in part])[order]
    return _Counted(keys[order], documents, times)


def _begins(ordered: NDArray[np.uint32] | NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return where another value begins."""
    begins = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    return begins


def _room(count: int, of: type[_N]) -> NDArray[_N]:
    """Return memory of the system's own, given back with the array: malloc would hold on to it."""
    return np.frombuffer(mmap(-1, max(1, count * np.dtype(of).itemsize)), dtype=of, count=count)


def _kept(rows: NDArray[_N]) -> NDArray[_N]:
    copy = _room(len(rows), rows.dtype.type)
    copy[:] = rows
    return copy
