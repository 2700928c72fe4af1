"""Fit what turns margins into probabilities, on rows the fit hasn't seen; needs SciPy."""

import random
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from hotline.core.errors import Invalid
from nlp import text
from nlp.classifier import Calibration, Doubles, Model, Signs
from nlp.evaluate import Report, judge
from nlp.fitting import SEED, Indices, fit, matrix_of
from nlp.sureness import fit_sureness

FOLDS = 5
# Cosine of near-duplicates. At .6, what a request that is new gets right was overrated.
ALIKE = 0.45
# Near-duplicates share rare features: in a hundredth of the rows at most, and in so many that the
# pairs of a large site's rows fit in memory.
RARE_SHARE, RARE_ROWS = 0.01, 60
LEFT_OUT = 7  # label groups left out in turn
TALK = 1000  # texts drawn from the dictionary's word counts
SHORT = (3, 25)  # words in a stretch of speech
# A label's own slope and offset are held to the common ones as if by ten rows of evidence;
# 3 to 30 differ by less than .003 in log loss.
HELD_BY = 10.0
HELD_BACK = 0.08  # of the stretches labelled rightly, out of fold, at most so many aren't known
STEEPNESS = 4.0  # whole requests keep their calibration, foreign talk loses its probability

Rows = Sequence[Sequence[str]]
# Texts' signs, whether a label fits them, and how much the group weighs when that is learned.
Group = tuple[list[Signs], bool, float]


def calibrate(
    model: Model, rows: Rows, matrix: csr_matrix, truth: Indices
) -> tuple[Calibration, dict[str, float]]:
    """Return the calibration of `model` and what it measures, both on out-of-fold margins.

    Raises Invalid if no stretch of any row is told apart, as nothing was learned then.
    """
    draw = random.Random(SEED)  # noqa: S311  (a sample, not a secret)
    stretches = [_stretch(row, draw) for row in rows]
    short = matrix_of(stretches, model.words, model.pieces)
    alike = near_duplicates(matrix)
    folds = folds_of(alike, truth, draw)
    margins, short_margins = _out_of_fold(matrix, short, truth, len(model.labels), folds)
    slope, offset = fit_slopes(margins, truth)
    whole = _signs(model, rows, margins)
    heard = _right(_signs(model, stretches, short_margins), short_margins, truth)
    if not heard:
        raise Invalid("The texts don't tell their labels apart.", remedy="Check both columns.")
    groups = [(_right(whole, margins, truth), True, 1.0), (heard, True, 1.0)]
    groups += [(_talk(model, draw), False, 1.0)]
    if len(model.labels) > 2:
        far, short_far = _left_out(matrix, short, truth, len(model.labels), draw)
        groups += [(_signs(model, rows, far), False, 0.5)]
        groups += [(_signs(model, stretches, short_far), False, 1.0)]
    trust, sure = fit_sureness(slope, offset, margins, truth, each_once(alike, len(truth)))
    calibration = Calibration(slope, offset, fit_scope(groups, heard), trust, sure)
    return calibration, _measured(model.labels, calibration, margins, whole, truth)


def fit_slopes(margins: Doubles, truth: Indices) -> tuple[Doubles, Doubles]:
    """Return slope and offset per label that maximise the likelihood of `margins`.

    Row i's probability of label k is sigmoid(slope·margin + offset) over the sum of all labels'.
    """
    count = margins.shape[1]
    start = np.concatenate([[1.5, 0.0], np.zeros(2 * count)])
    found = minimize(_loss, start, (margins, truth), jac=True, method="L-BFGS-B").x
    own = found[2:].reshape(2, count)
    return np.exp(found[0] + own[0]), found[1] + own[1]


def _loss(parameters: Doubles, margins: Doubles, truth: Indices) -> tuple[float, Doubles]:
    own = parameters[2:].reshape(2, margins.shape[1])
    slope, offset = np.exp(parameters[0] + own[0]), parameters[1] + own[1]
    claims = expit(margins * slope + offset)
    shares = claims / claims.sum(axis=1, keepdims=True)
    at = np.arange(len(truth))
    gradient = shares.copy()
    gradient[at, truth] -= 1
    gradient *= 1 - claims
    by_slope, by_offset = (gradient * margins).sum(axis=0) * slope, gradient.sum(axis=0)
    loss = -np.log(shares[at, truth] + 1e-12).sum() + HELD_BY / 2 * (own**2).sum()
    common = [by_slope.sum(), by_offset.sum()]
    return float(loss), np.concatenate(
        [common, by_slope + HELD_BY * own[0], by_offset + HELD_BY * own[1]]
    )


def fit_scope(groups: Sequence[Group], heard: list[Signs]) -> tuple[float, ...]:
    """Return weights of the signs, then the constant, that tell requests from other talk.

    `heard` are the signs of texts that should pass: all but `HELD_BACK` of them do.
    """
    signs = np.array([sign for group, _, _ in groups for sign in group])
    inside = np.array([fits for group, fits, _ in groups for _ in group])
    weights = np.array([weight / len(group) for group, _, weight in groups for _ in group])
    machine = LogisticRegression(C=100.0).fit(signs, inside, weights * len(weights))
    bar = np.quantile(np.array(heard) @ machine.coef_[0], HELD_BACK)
    return (*(float(STEEPNESS * w) for w in machine.coef_[0]), float(-STEEPNESS * bar))


def _right(signs: list[Signs], margins: Doubles, truth: Indices) -> list[Signs]:
    return [signs[i] for i in np.flatnonzero(margins.argmax(axis=1) == truth)]


def _out_of_fold(
    matrix: csr_matrix, short: csr_matrix, truth: Indices, labels: int, folds: Indices
) -> tuple[Doubles, Doubles]:
    margins, short_margins = np.zeros((len(truth), labels)), np.zeros((len(truth), labels))
    for fold in range(FOLDS):
        held = folds == fold
        linear = fit(matrix[~held], truth[~held], labels)
        margins[held] = matrix[held] @ linear.weights + linear.bias
        short_margins[held] = short[held] @ linear.weights + linear.bias
    return margins, short_margins


def folds_of(alike: Sequence[Indices], truth: Indices, draw: random.Random) -> Indices:
    """Return each row's fold; those `alike` share one, and labels are spread evenly.

    A near-duplicate in the rows of the fit would make the model surer than new texts bear out.
    """
    order = [draw.random() for _ in truth]
    folds = np.zeros(len(truth), np.intp)
    filled = np.zeros((truth.max() + 1, FOLDS))
    for group in sorted(alike, key=lambda group: (-len(group), order[group[0]])):
        counts = np.bincount(truth[group], minlength=len(filled))
        fold = int(np.argmin(counts @ filled + filled.sum(axis=0) / len(truth)))
        folds[group] = fold
        filled[:, fold] += counts
    return folds


def each_once(alike: Sequence[Indices], rows: int) -> Doubles:
    """Return each row's weight: those `alike` count together as one request.

    What is asked a hundred times is answered well; how sure a new request may be, it can't tell.
    """
    weights = np.ones(rows)
    for group in alike:
        weights[group] = 1 / len(group)
    return weights


def near_duplicates(matrix: csr_matrix) -> list[Indices]:
    """Return the rows in groups linked by a cosine above `ALIKE`, over features that are rare.

    Where a chain of links takes in more than a fold's rows, each of them stands by itself.
    """
    count = matrix.shape[0]
    seen = np.bincount(matrix.indices, minlength=matrix.shape[1])
    most = min(max(10, count * RARE_SHARE), RARE_ROWS)
    rare = normalize(matrix[:, np.flatnonzero(seen <= most)])
    links = rare @ rare.T
    links.data[links.data <= ALIKE] = 0
    links.eliminate_zeros()
    found, group = connected_components(links, directed=False)
    order = np.argsort(group, kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(group, minlength=found))[:-1])
    return [
        part
        for one in groups
        for part in ([one] if len(one) <= count / FOLDS else np.split(one, len(one)))
    ]


def _left_out(
    matrix: csr_matrix, short: csr_matrix, truth: Indices, labels: int, draw: random.Random
) -> tuple[Doubles, Doubles]:
    """Return margins of rows and stretches by fits that know no row of their label."""
    shuffled = draw.sample(range(labels), labels)
    group = np.array([shuffled.index(label) % LEFT_OUT for label in range(labels)])[truth]
    margins, short_margins = np.zeros((len(truth), labels)), np.zeros((len(truth), labels))
    for left in np.unique(group):
        held = group == left
        linear = fit(matrix[~held], truth[~held], labels)
        margins[held] = matrix[held] @ linear.weights + linear.bias
        short_margins[held] = short[held] @ linear.weights + linear.bias
    return margins, short_margins


def _stretch(row: Sequence[str], draw: random.Random) -> list[str]:
    size = draw.randint(*SHORT)
    start = draw.randrange(max(1, len(row) - size + 1))
    return list(row[start : start + size])


def _talk(model: Model, draw: random.Random) -> list[Signs]:
    counts = {w: n for w, n in text.dictionary().items() if w not in model.ignored}
    words, weights = list(counts), list(accumulate(counts.values()))
    texts = [draw.choices(words, cum_weights=weights, k=draw.randint(*SHORT)) for _ in range(TALK)]
    matrix = matrix_of(texts, model.words, model.pieces)
    return _signs(model, texts, matrix @ model.linear.weights + model.linear.bias)


def _signs(model: Model, rows: Rows, margins: NDArray[np.float64]) -> list[Signs]:
    return [model.signs(row, found) for row, found in zip(rows, margins, strict=True)]


def _measured(
    labels: tuple[str, ...],
    calibration: Calibration,
    margins: Doubles,
    signs: list[Signs],
    truth: Indices,
) -> dict[str, float]:
    ranked = [
        calibration.ranked(labels, found, calibration.within(sign))
        for found, sign in zip(margins, signs, strict=True)
    ]
    report: Report = judge(ranked, [labels[i] for i in truth])
    return report.figures()
