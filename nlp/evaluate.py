"""Measure a classifier on labelled rows, and read such rows from a file."""

import csv
import gzip
import io
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotline.core.errors import Invalid, NotFound
from nlp.classifier import Doubles, Model, Ranking

BINS = 15  # equal widths, as usual for the expected calibration error
PRECISION = 0.95


@dataclass(frozen=True)
class Report:
    """What a classifier reaches on `rows` texts; every figure but `rows` within 0..1.

    `coverage_at_95` is the largest share of the texts, the surest first, that it labels with a
    precision of at least 95 %; `precision_at_coverage` is the precision reached on them.
    """

    accuracy: float
    macro_f1: float
    top3: float
    ece: float
    coverage_at_95: float
    precision_at_coverage: float
    rows: int

    def figures(self) -> dict[str, float]:
        """Return the figures by name, rounded to four places."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def evaluate(model: Model, texts: Sequence[str], labels: Sequence[str]) -> Report:
    """Return how `model` does on raw `texts`; a label it doesn't know counts as missed."""
    return judge([one.top for one in model.predict(texts)], labels)


def judge(ranked: Sequence[Ranking], labels: Sequence[str]) -> Report:
    """Return the report on rankings (best label first, with probabilities) against the truth."""
    if not labels:
        raise Invalid("There are no rows to evaluate on.")
    right = np.array(
        [ranking[0][0] == label for ranking, label in zip(ranked, labels, strict=True)]
    )
    sure = np.array([ranking[0][1] for ranking in ranked])
    top3 = [
        label in {name for name, _ in ranking[:3]}
        for ranking, label in zip(ranked, labels, strict=True)
    ]
    covered, precision = _coverage(sure, right)
    macro_f1 = _macro_f1([ranking[0][0] for ranking in ranked], labels)
    mean, found = float(right.mean()), float(np.mean(top3))
    return Report(
        mean, macro_f1, found, calibration_error(sure, right), covered, precision, len(labels)
    )


def read_rows(path: Path, text_column: str, label_column: str) -> tuple[list[str], list[str]]:
    """Return two columns of a UTF-8 CSV file with a header (`.gz`: compressed).

    Raises NotFound for a missing file; Invalid for another encoding, a broken archive, a missing
    column, a row without one of them, or no row at all.
    """
    reader = csv.DictReader(io.StringIO(_content(path), newline=""))
    try:
        header, rows = reader.fieldnames or [], list(reader)
    except csv.Error as error:
        raise Invalid(f"{path}, line {reader.line_num}: {error}.") from error
    for column in (text_column, label_column):
        if column not in header:
            known = ", ".join(header) or "none at all"
            raise Invalid(f"{path} has no column '{column}'.", remedy=f"It has: {known}.")
    if not rows:
        raise Invalid(f"{path} has a header but no rows.")
    for number, row in enumerate(rows, 1):
        if row[text_column] is None or not row[label_column]:
            raise Invalid(f"{path}, row {number}: the text or the label is missing.")
    return [row[text_column] for row in rows], [row[label_column] for row in rows]


def _content(path: Path) -> str:
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    try:
        packed = path.read_bytes()
        return (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            f"{path} is not UTF-8 (byte {error.start}).", remedy="Save it as UTF-8 CSV."
        ) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Invalid(f"{path} is not a whole gzip file: {error}.") from error


def calibration_error(sure: Doubles, right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error of confidences within 0..1, over `BINS` bins."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    return float(
        sum(abs(sure[bins == one].sum() - right[bins == one].sum()) for one in np.unique(bins))
        / len(sure)
    )


def _coverage(
    sure: Doubles,
    right: NDArray[np.bool_],
) -> tuple[float, float]:
    order = np.argsort(-sure, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    reached = np.flatnonzero(precision >= PRECISION)
    if not len(reached):
        return 0.0, 0.0
    return float((reached[-1] + 1) / len(order)), float(precision[reached[-1]])


def _macro_f1(predicted: Sequence[str], labels: Sequence[str]) -> float:
    scores = []
    for name in sorted(set(labels) | set(predicted)):
        hits = sum(p == name == label for p, label in zip(predicted, labels, strict=True))
        scores.append(
            2 * hits / (sum(p == name for p in predicted) + sum(t == name for t in labels))
        )
    return sum(scores) / len(scores)
