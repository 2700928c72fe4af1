"""The matrix is the one that bm25s lays."""

import bm25s
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge.searching.ranking import K1, B
from knowledge.searching.weights import weigh

DOCUMENTS = st.lists(st.lists(st.sampled_from("甲乙丙丁戊"), max_size=9), min_size=1, max_size=9)


@given(DOCUMENTS)
def test_the_weights_are_those_of_bm25s(documents: list[list[str]]) -> None:
    known: dict[str, int] = {}
    ours = weigh(documents, known, k1=K1, b=B)
    if not known:
        assert len(ours.data) == 0
        return
    theirs = bm25s.BM25(method="lucene", k1=K1, b=B)
    ids = [[known[term] for term in document] for document in documents]
    theirs.index((ids, dict(known)), create_empty_token=False, show_progress=False)
    for term, place in known.items():
        scores = np.zeros(len(documents), dtype=np.float32)
        scores[ours.documents[ours.of(place)]] = ours.data[ours.of(place)]
        assert np.allclose(scores, theirs.get_scores([term]), atol=1e-5)


def test_nothing_is_weighed_too() -> None:
    assert weigh([], {}, k1=K1, b=B).count == 0
    assert weigh([[], []], {}, k1=K1, b=B).count == 2
