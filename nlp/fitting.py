"""The linear fit behind the classifier, and the matrix it takes; needs scikit-learn."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array
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
# The part of the fits on columns weighed by evidence. The plain fits beside them are surer of what
# is sure: without them the share dispatched at 95 % precision falls from .417 to .405.
WEIGHED = 0.7
WEIGHED_SOFTNESS = 0.1  # .05 to .2 differ by less than .003 in accuracy
SMOOTHED = 0.1  # what each column is granted on both sides; .03 to .1 are alike, .3 loses .005
TRUST = 0.5  # how far a column's evidence sets its scale: .35 to .75 differ by less than .002


def matrix_of(rows: Sequence[Sequence[str]], words: Block, pieces: Block) -> csr_matrix:
    """Return the texts' vectors as the rows of a sparse matrix."""
    vectors = [vector_of(row, words, pieces) for row in rows]
    ends = np.cumsum([0, *(len(positions) for positions, _ in vectors)])
    columns = np.array([i for positions, _ in vectors for i in positions], np.int32)
    values = np.array([v for _, found in vectors for v in found], np.float64)
    return csr_matrix((values, columns, ends), (len(rows), len(words.names) + len(pieces.names)))


def fit(
    matrix: csr_matrix,
    truth: Indices,
    labels: int,
    logistic: float = LOGISTIC,
    weighed: float = WEIGHED,
) -> Linear:
    """Return a support vector fit plus `logistic` times a logistic one, a label against the rest.

    Each is the sum of a plain fit and of one, `weighed` parts of it, whose columns are scaled by
    their evidence. A label's rows weigh by the inverse root of its share: rare labels are heard,
    frequent ones still lead (macro-F1 of departments_dev .55 without, .59 with, at no loss of
    accuracy). Labels without rows claim nothing.
    """
    present, counts = np.unique(truth, return_counts=True)
    weights = (1 / np.sqrt(counts))[np.searchsorted(present, truth)]
    weights /= weights.mean()
    found = np.zeros((matrix.shape[1], labels))
    bias = np.full(labels, -1.0 - ABSENT * logistic)
    for label in present:
        own = truth == label
        bias[label] = 0.0
        for part, scales, softness in _views(matrix, own, weighed):
            seen = matrix @ diags_array(scales)
            for share, machine in _machines(softness, logistic):
                machine.fit(seen, own, weights)
                found[:, label] += part * share * scales * machine.coef_[0]
                bias[label] += part * share * machine.intercept_[0]
    # Half precision is what is kept on disk: train, save and load give the same model.
    return Linear(found.astype(np.float16).astype(np.float32), bias.astype(np.float32))


def _views(
    matrix: csr_matrix, own: NDArray[np.bool_], weighed: float
) -> list[tuple[float, NDArray[np.float64], float]]:
    """Return the part, the columns' scales and the softness of each fit for one label."""
    views = [(1 - weighed, np.ones(matrix.shape[1]), SOFTNESS)]
    if weighed:
        views.append((weighed, evidence(matrix, own), WEIGHED_SOFTNESS))
    return views


def evidence(matrix: csr_matrix, own: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return a scale per column, 1 on average: how far it tells the rows `own` from the others.

    It is the size of the logarithm of the column's ratio of shares on both sides, as naive Bayes
    weighs it; a fit whose columns are so scaled pays less for a weight on what tells much.
    """
    inside = SMOOTHED + np.asarray(matrix[own].sum(axis=0)).ravel()
    outside = SMOOTHED + np.asarray(matrix[~own].sum(axis=0)).ravel()
    told = np.abs(np.log(inside / inside.sum()) - np.log(outside / outside.sum()))
    scales: NDArray[np.float64] = 1 - TRUST + TRUST * told / told.mean()
    return scales


def _machines(softness: float, logistic: float) -> list[tuple[float, Any]]:
    vectors = (1.0, LinearSVC(C=softness, random_state=SEED))
    if not logistic:
        return [vectors]
    fast = {"solver": "liblinear", "dual": True, "tol": 0.05, "max_iter": 200}
    return [vectors, (logistic, LogisticRegression(C=25 * softness, random_state=SEED, **fast))]
