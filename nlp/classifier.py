"""A trained request classifier: a text's labels, calibrated, and whether any of them can fit."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, log1p

import numpy as np
from numpy.typing import NDArray

from nlp import text
from nlp.features import Block, Floats, Vector, pieces_of, vector_of, words_of

Doubles = NDArray[np.float64]
Ranking = tuple[tuple[str, float], ...]
Signs = tuple[float, float, float]

TERMS = 6
# Bounds of one word's evidence, so that no single odd word decides that a text is foreign.
LEAST_USUAL, MOST_USUAL = -5.0, 2.0
RARE = 20  # added to the dictionary's counts: a word it lacks is rare, not impossible


@dataclass(frozen=True)
class Prediction:
    """The best label of one text and what speaks for it.

    `probability` and those in `top` (all labels, best first) are calibrated and sum to less than
    one: the rest is the doubt that any of the labels fits. `known` is False where that doubt
    prevails: then the label is a guess. `terms` are the words that speak most for the label,
    with their share of its margin.
    """

    label: str
    probability: float
    top: Ranking
    known: bool
    terms: Ranking


@dataclass(frozen=True)
class Linear:
    """The fit: `weights` features × labels, `bias` a label; above 0 a label claims a text."""

    weights: Floats
    bias: Floats

    def margins(self, vector: Vector) -> Doubles:
        """Return each label's margin for one text."""
        positions, values = vector
        found = np.asarray(values, np.float32) @ self.weights[np.asarray(positions, np.intp)]
        return np.asarray(found + self.bias, np.float64)


@dataclass(frozen=True)
class Calibration:
    """Turns margins into probabilities: a sigmoid per label, and one for 'any label at all'."""

    slope: Doubles
    offset: Doubles
    scope: tuple[float, ...]  # a weight for each of the signs, then the constant

    @staticmethod
    def none(labels: int) -> "Calibration":
        """Return what stands in until margins are there to calibrate on."""
        return Calibration(np.ones(labels), np.zeros(labels), (0.0, 0.0, 0.0, 0.0))

    def claims(self, margins: Doubles) -> Doubles:
        """Return how strongly each label claims each row, each by itself, within 0..1."""
        claims: Doubles = 1 / (1 + np.exp(-(margins * self.slope + self.offset)))
        return claims

    def within(self, signs: Signs) -> float:
        """Return how far a text with these signs is one that any label can fit, within 0..1."""
        *weights, constant = self.scope
        evidence = sum(w * s for w, s in zip(weights, signs, strict=True)) + constant
        return 1 / (1 + exp(-evidence))

    def ranked(self, labels: Sequence[str], margins: Doubles, within: float) -> Ranking:
        """Return the labels with their probabilities, best first; they sum to `within`."""
        claims = self.claims(margins)
        shares = claims / claims.sum() * within
        order = np.argsort(-claims, kind="stable")
        return tuple((labels[i], float(shares[i])) for i in order)


@dataclass(frozen=True)
class Facts:
    """Where a model comes from; `measured` is out of fold, on the training rows."""

    rows: int
    data_sha256: str
    code_version: str
    created_at: str
    measured: Mapping[str, float]


@dataclass(frozen=True)
class Model:
    """A linear model over words and pieces of words, for raw text."""

    labels: tuple[str, ...]
    words: Block
    pieces: Block
    usual: Floats  # a word: log of its share in requests over its share in general text
    unusual: float  # the same for a word too few requests had, before its share in general text
    linear: Linear
    ignored: frozenset[str]  # everyday words that were removed from the training text
    calibration: Calibration
    facts: Facts

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Return one prediction per raw text, in order."""
        return [self._predict(words_of(text.tokens(one), self.ignored)) for one in texts]

    def signs(self, words: Sequence[str], margins: Doubles) -> Signs:
        """Return what tells requests from other talk: best margin, usual words, words (log)."""
        usual = [self._usualness(word) for word in words] or [LEAST_USUAL]
        return float(margins.max()), sum(usual) / len(usual), log1p(len(words))

    def _predict(self, words: Sequence[str]) -> Prediction:
        vector = vector_of(words, self.words, self.pieces)
        margins = self.linear.margins(vector)
        # Without a single feature there is nothing to go by, whatever the signs say.
        within = self.calibration.within(self.signs(words, margins)) if vector[0] else 0.0
        top = self.calibration.ranked(self.labels, margins, within)
        label, probability = top[0]
        return Prediction(label, probability, top, within >= 0.5, self._terms(words, label))

    def _usualness(self, word: str) -> float:
        position = self.words.index.get(word)
        if position is not None:
            return float(self.usual[position])
        return bounded(self.unusual - log(text.frequency(word) + RARE))

    def _terms(self, words: Sequence[str], label: str) -> Ranking:
        column = self.linear.weights[:, self.labels.index(label)]
        terms = []
        for word, (positions, values) in self._parts(words):
            weight = float(np.dot(column[np.asarray(positions, np.intp)], values))
            if weight > 0:
                terms.append((word, weight))
        return tuple(sorted(terms, key=lambda term: -term[1])[:TERMS])

    def _parts(self, words: Sequence[str]) -> list[tuple[str, Vector]]:
        """Return each word's own part of the text's vector: they add up to the whole."""
        value = dict(zip(*vector_of(words, self.words, self.pieces), strict=True))
        total = Counter(pieces_of(words))
        offset = len(self.words.names)
        parts = []
        for word, count in Counter(words).items():
            found = [(self.words.index[word], 1.0)] if word in self.words.index else []
            for piece, times in Counter(pieces_of([word])).items():
                if piece in self.pieces.index:
                    found.append((offset + self.pieces.index[piece], times * count / total[piece]))
            parts.append((word, ([i for i, _ in found], [value[i] * s for i, s in found])))
        return parts


def bounded(usual: float) -> float:
    """Return `usual` within the bounds one word's evidence has."""
    return min(max(usual, LEAST_USUAL), MOST_USUAL)
