"""A trained request classifier: a text's labels, calibrated, and whether any of them can fit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, log1p

import numpy as np
from numpy.typing import NDArray

from nlp import text
from nlp.features import Block, Floats, Vector, owned_pieces, vector_of, words_of

Doubles = NDArray[np.float64]
Ranking = tuple[tuple[str, float], ...]
Signs = tuple[float, float, float]
Sure = tuple[float, float, float]  # a weight for each of the grounds, then the constant

TERMS = 6
# Bounds of one word's evidence, so that no single odd word decides that a text is foreign.
LEAST_USUAL, MOST_USUAL = -5.0, 2.0
LEAST_WITHIN = 0.3  # a text with any feature at all may still be a request: labels go up to here
AS_CLAIMED: Sure = (1.0, 0.0, 0.0)
LEAST_SHARE = 1e-6
RARE = 20  # added to the dictionary's counts: a word it lacks is rare, not impossible


@dataclass(frozen=True)
class Prediction:
    """The best label of one text and what speaks for it.

    `probability` and those in `top` (all labels, best first) are calibrated and sum to at most
    one: the doubt that any of the labels fits caps them. `known` is False where that doubt
    prevails: then the label is a guess, and its probability below a half. `terms` are the words
    that speak most for the label, with their share of its margin.
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
    trust: Doubles  # a label: log-odds that it is right where it is the best one
    sure: Sure = AS_CLAIMED
    caps: bool = True  # doubt caps a probability; in format 1 it multiplied each
    by_claims: bool = False  # in formats 1 and 2 the claims ranked the labels, now the margins do

    @staticmethod
    def none(labels: int) -> "Calibration":
        """Return what stands in until margins are there to calibrate on."""
        zeros = np.zeros(labels)
        return Calibration(np.ones(labels), zeros, (0.0, 0.0, 0.0, 0.0), zeros)

    def claims(self, margins: Doubles) -> Doubles:
        """Return how strongly each label claims each row, each by itself, within 0..1."""
        claims: Doubles = 1 / (1 + np.exp(-(margins * self.slope + self.offset)))
        return claims

    def within(self, signs: Signs) -> float:
        """Return how far a text with these signs is one that any label can fit, within 0..1."""
        *weights, constant = self.scope
        evidence = sum(w * s for w, s in zip(weights, signs, strict=True)) + constant
        return max(LEAST_WITHIN if self.caps else 0.0, 1 / (1 + exp(-evidence)))

    def grounds(self, margins: Doubles) -> tuple[float, float]:
        """Return what speaks for the best label: its share of the claims, and its trust."""
        claims = self.claims(margins)
        best = int((claims if self.by_claims else margins).argmax())
        share = min(max(float(claims[best] / claims.sum()), LEAST_SHARE), 1 - LEAST_SHARE)
        return log(share / (1 - share)), float(self.trust[best])

    def ranked(self, labels: Sequence[str], margins: Doubles, within: float) -> Ranking:
        """Return the labels with their probabilities, best first; none is above `within`."""
        claims = self.claims(margins)
        order = np.argsort(-(claims if self.by_claims else margins), kind="stable")
        if not self.caps:
            shares = claims[order] / claims.sum() * within
            return tuple((labels[i], float(p)) for i, p in zip(order, shares, strict=True))
        share, trust = self.grounds(margins)
        by_share, by_trust, constant = self.sure
        odds = by_share * share + by_trust * trust + constant
        best = min(within, 1 / (1 + exp(-odds)))
        others = -np.sort(-claims[order[1:]])
        others = np.minimum(others * min(best / others[0], (1 - best) / others.sum()), best)
        return tuple((labels[i], p) for i, p in zip(order, [best, *others.tolist()], strict=True))


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
        return Prediction(label, probability, top, within >= 0.5, self._terms(words, label, vector))

    def _usualness(self, word: str) -> float:
        position = self.words.index.get(word)
        if position is not None:
            return float(self.usual[position])
        return bounded(self.unusual - log(text.frequency(word) + RARE))

    def _terms(self, words: Sequence[str], label: str, vector: Vector) -> Ranking:
        speaks = self._speaks(words, label, vector)
        terms = sorted(speaks.items(), key=lambda term: -term[1])[:TERMS]
        return tuple((word, weight) for word, weight in terms if weight > 0)

    def _speaks(self, words: Sequence[str], label: str, vector: Vector) -> dict[str, float]:
        """Return each word's own part of the label's margin: they add up to it, less the bias."""
        column = self.linear.weights[:, self.labels.index(label)]
        positions, values = vector
        worth = dict(zip(positions, (column[positions] * np.array(values)).tolist(), strict=True))
        speaks: defaultdict[str, float] = defaultdict(float)
        for word in dict.fromkeys(words):
            position = self.words.index.get(word)
            speaks[word] = worth[position] if position is not None else 0.0
        offset = len(self.words.names)
        for piece, word, share in owned_pieces(words, self.pieces.index, self.pieces.across):
            speaks[word] += worth[offset + self.pieces.index[piece]] * share
        return dict(speaks)


def bounded(usual: float) -> float:
    """Return `usual` within the bounds one word's evidence has."""
    return min(max(usual, LEAST_USUAL), MOST_USUAL)
