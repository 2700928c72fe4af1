"""Train a request classifier on features that enough rows share, calibrated out of fold."""

import functools
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from math import log

import numpy as np

from hotline.core.errors import Invalid
from nlp import text
from nlp.calibration import calibrate
from nlp.classifier import RARE, Calibration, Facts, Model, bounded
from nlp.features import Block, Floats, runs_of, words_of
from nlp.fitting import fit, matrix_of
from nlp.names import names_a_person, unnamed_parts

ROWS_A_FEATURE = 5  # no person's words survive: a feature was in at least so many rows
ROWS_A_LABEL = 5  # fewer can't be in every fold
WORD_SHARE, PIECE_SHARE = 0.6, 0.9  # norms of a text's two parts; .7 to 1 of the second is flat
USED_OFTEN = 1000  # general text uses a word so often, no training row has it: it was removed


def train(texts: Sequence[str], labels: Sequence[str], *, tokenised: bool, now: datetime) -> Model:
    """Return a model for raw text trained on `texts`; equal input gives an equal model.

    With `tokenised`, a text is words joined by blanks with everyday words removed, as the model
    then does itself before it predicts. Raises Invalid for data nothing can be learned from.
    """
    _check(texts, labels)
    cut = str.split if tokenised else text.tokens
    split = [cut(text.normalise(one)) for one in texts]
    ignored = _removed(split) if tokenised else frozenset()
    rows = [words_of(one) for one in split]
    words, pieces = _block(rows, _itself, WORD_SHARE), _block(rows, _safe_pieces, PIECE_SHARE)
    names = tuple(sorted(set(labels)))
    truth = np.array([names.index(label) for label in labels], np.intp)
    matrix = matrix_of(rows, words, pieces)
    usual = _usual(rows, words, ignored)
    facts = Facts(len(rows), _sha256(texts, labels), version("hotline"), now.isoformat(), {})
    linear, blank = fit(matrix, truth, len(names)), Calibration.none(len(names))
    model = Model(names, words, pieces, *usual, linear, ignored, blank, facts)
    calibration, measured = calibrate(model, rows, matrix, truth)
    return replace(model, calibration=calibration, facts=replace(facts, measured=measured))


def _check(texts: Sequence[str], labels: Sequence[str]) -> None:
    counts = Counter(labels)
    if len(texts) != len(labels):
        raise Invalid(f"{len(texts)} texts came with {len(labels)} labels.")
    if len(counts) < 2:
        raise Invalid(
            f"The training data has {len(counts)} label(s); a classifier needs two or more.",
            remedy="Check the label column.",
        )
    rare = [label for label, count in counts.items() if count < ROWS_A_LABEL]
    if rare:
        raise Invalid(
            f"{len(rare)} label(s) have fewer than {ROWS_A_LABEL} rows, the first is '{rare[0]}'.",
            remedy="Add rows, or merge these labels into one.",
        )


def _removed(rows: Iterable[Iterable[str]]) -> frozenset[str]:
    present = {word for row in rows for word in row}
    often = (word for word, count in text.dictionary().items() if count >= USED_OFTEN)
    return frozenset(w for w in often if w not in present and not names_a_person(w))


def _itself(words: list[str]) -> list[str]:
    return words


def _safe_pieces(words: list[str]) -> list[str]:
    """Return the pieces that hold no part of what may be a person's name."""
    pieces, run = [], ""
    for word in words:
        parts = _parts(word)
        if parts and word.startswith(parts[0]):
            run, parts = run + parts[0], parts[1:] if parts != (word,) else ()
            if run.endswith(word):
                continue
        pieces += [piece for part in (run, *parts) for piece in runs_of(part)]
        run = ""
    return pieces + runs_of(run)


@functools.lru_cache(maxsize=100_000)
def _parts(word: str) -> tuple[str, ...]:
    return unnamed_parts(word) if text.is_han(word) else ()


def _block(
    rows: Sequence[list[str]], parts: Callable[[list[str]], list[str]], share: float
) -> Block:
    seen = Counter(name for row in rows for name in set(parts(row)))
    often = sorted(name for name, count in seen.items() if count >= ROWS_A_FEATURE)
    kept = tuple(name for name in often if not names_a_person(name))
    if not kept:
        raise Invalid(
            f"No word is in {ROWS_A_FEATURE} of the {len(rows)} training rows.",
            remedy="Check the text column, or add rows.",
        )
    idf = [1 + log((1 + len(rows)) / (1 + seen[name])) for name in kept]
    return Block(kept, np.array(idf, np.float32), share)


def _usual(
    rows: Sequence[list[str]], words: Block, ignored: frozenset[str]
) -> tuple[Floats, float]:
    counts = Counter(word for row in rows for word in row)
    general = sum(n for word, n in text.dictionary().items() if word not in ignored)
    unit = log(general / counts.total())
    found = [
        bounded(log(counts[word]) + unit - log(text.frequency(word) + RARE)) for word in words.names
    ]
    # Half a sighting stands for a word no row, or too few rows, had.
    return np.array(found, np.float16).astype(np.float32), log(0.5) + unit


def _sha256(texts: Sequence[str], labels: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for one, label in zip(texts, labels, strict=True):
        digest.update(f"{label}\t{one}\n".encode())
    return digest.hexdigest()
