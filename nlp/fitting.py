"""The linear fit behind the classifier, and the matrix it takes; needs scikit-learn."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from nlp.classifier import Linear
from nlp.features import Block, vector_of

Indices = NDArray[np.intp]
SOFTNESS = 0.4  # LinearSVC's C; .25 to 1 differ by less than .002 macro-F1
SEED = 12345
# The logistic fit's part. It errs elsewhere than the support vectors do, and a sum of linear fits
# is one linear fit: prediction pays nothing. .15 to .4 differ by less than .002 in accuracy.
LOGISTIC = 0.3
ABSENT = 6.0  # the logistic margin of a label without rows


def matrix_of(rows: Sequence[Sequence[str]], words: Block, pieces: Block) -> csr_matrix:
    """Return the texts' vectors as the rows of a sparse matrix."""
    vectors = [vector_of(row, words, pieces) for row in rows]
    ends = np.cumsum([0, *(len(positions) for positions, _ in vectors)])
    columns = np.array([i for positions, _ in vectors for i in positions], np.int32)
    values = np.array([v for _, found in vectors for v in found], np.float64)
    return csr_matrix((values, columns, ends), (len(rows), len(words.names) + len(pieces.names)))


def fit(matrix: csr_matrix, truth: Indices, labels: int, logistic: float = LOGISTIC) -> Linear:
    """Return a support vector fit plus `logistic` times a logistic one, a label against the rest.

    A label's rows weigh by the inverse root of its share: rare labels are heard, frequent ones
    still lead (macro-F1 of departments_dev .55 without, .59 with, at no loss of accuracy).
    Labels without rows claim nothing.
    """
    present, counts = np.unique(truth, return_counts=True)
    weights = (1 / np.sqrt(counts))[np.searchsorted(present, truth)]
    weights /= weights.mean()
    found = np.zeros((matrix.shape[1], labels))
    bias = np.full(labels, -1.0 - ABSENT * logistic)
    for label in present:
        for part, machine in _machines(logistic):
            machine.fit(matrix, truth == label, weights)
            found[:, label] += part * machine.coef_[0]
            bias[label] += part * machine.intercept_[0]
        bias[label] += 1.0 + ABSENT * logistic
    # Half precision is what is kept on disk: train, save and load give the same model.
    return Linear(found.astype(np.float16).astype(np.float32), bias.astype(np.float32))


def _machines(logistic: float) -> list[tuple[float, Any]]:
    vectors = (1.0, LinearSVC(C=SOFTNESS, random_state=SEED))
    if not logistic:
        return [vectors]
    fast = {"solver": "liblinear", "dual": True, "tol": 0.05, "max_iter": 200}
    return [vectors, (logistic, LogisticRegression(C=10.0, random_state=SEED, **fast))]
