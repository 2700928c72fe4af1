"""The matrix is the one that bm25s lays, however its documents come."""

import bm25s
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge.searching.ranking import K1, B
from knowledge.searching.terms import Terms
from knowledge.searching.weights import Layer, Weights

DOCUMENTS = st.lists(st.lists(st.integers(0, 5), max_size=9), min_size=1, max_size=9)
TERMS = [0, 7, 2**16, 2**31, 2**32 - 2, 2**32 - 1]


def weighed(documents: list[list[int]], at_once: int) -> Weights:
    layer = Layer()
    for first in range(0, len(documents), at_once):
        some = documents[first : first + at_once]
        keys = np.array([TERMS[term] for each in some for term in each], dtype=np.uint32)
        owners = np.repeat(np.arange(len(some), dtype=np.uint32), [len(each) for each in some])
        layer.add(Terms(keys, owners, len(some)))
    return layer.laid(k1=K1, b=B)


@given(DOCUMENTS, st.integers(1, 9))
def test_the_weights_are_those_of_bm25s(documents: list[list[int]], at_once: int) -> None:
    ours = weighed(documents, at_once)
    known = {term: term for document in documents for term in document}
    assert set(ours.keys) == {TERMS[term] for term in known}
    if not known:
        return
    ids = {term: number for number, term in enumerate(known)}
    theirs = bm25s.BM25(method="lucene", k1=K1, b=B)
    numbered = [[ids[term] for term in document] for document in documents]
    vocabulary = {str(term): number for term, number in ids.items()}
    theirs.index((numbered, vocabulary), create_empty_token=False, show_progress=False)
    for term in known:
        scores, part = np.zeros(len(documents), dtype=np.float32), ours.of(TERMS[term])
        scores[ours.documents[part]] = ours.data[part]
        assert np.allclose(scores, theirs.get_scores([str(term)]), atol=1e-5)


def test_nothing_is_weighed_too_and_what_is_unknown_is_nowhere() -> None:
    assert weighed([], 1).count == 0
    assert weighed([[], []], 1).count == 2
    assert weighed([[1], [3]], 1).frequency(8) == 0
