"""The report on a router: what it reaches by label, how surely, and what each idea adds."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nlp import text
from nlp.classifier import AS_CLAIMED, Calibration, Doubles, Model, Prediction
from nlp.evaluate import Report, calibration_error, judge
from nlp.features import words_of
from nlp.fitting import SEED, fit, matrix_of

QUARTERS = ("shortest", "second", "third", "longest")
DRAWS = 200  # of the bootstrap
SHARES = (0.25, 0.5, 1.0)  # of the learning curve
TIMED = 300  # texts, one by one
Rows = tuple[list[str], list[str]]


def report(name: str, model: Model, taught: Rows, held: Rows, *, tokenised: bool) -> str:
    """Return the report in Markdown: figures and labels only, no text of any row."""
    found = model.predict(held[0])
    parts = [
        f"## {name}: {len(taught[0])} rows taught, {len(held[0])} held out",
        _figures(found, held[1]),
        _sureness(model, found, held),
        _by_length(found, held),
        _by_label(found, held[1]),
        _confusions(found, held[1]),
        _ideas(model, taught, held, tokenised),
        _speed(model, held[0]),
    ]
    return "\n\n".join(parts) + "\n"


def interval(found: Sequence[Prediction], truth: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return 95 % bootstrap intervals of the figures, over rows drawn with replacement."""
    draw = np.random.default_rng(SEED)
    drawn = [draw.integers(len(truth), size=len(truth)) for _ in range(DRAWS)]
    figures = [judge([found[i].top for i in d], [truth[i] for i in d]).figures() for d in drawn]
    return {
        name: (
            float(np.quantile([one[name] for one in figures], 0.025)),
            float(np.quantile([one[name] for one in figures], 0.975)),
        )
        for name in figures[0]
    }


def _figures(found: Sequence[Prediction], truth: Sequence[str]) -> str:
    figures, bounds = judge([one.top for one in found], truth).figures(), interval(found, truth)
    rows = [
        (name, f"{value:.3f}", f"{bounds[name][0]:.3f} to {bounds[name][1]:.3f}")
        for name, value in figures.items()
        if name != "rows"
    ]
    least, most = by_chance_alone(np.array([one.probability for one in found]))
    rows.append(("ece of a faultless calibration", "", f"{least:.3f} to {most:.3f}"))
    return _table(("figure", "held out", "95 % interval"), rows)


def _sureness(model: Model, found: Sequence[Prediction], held: Rows) -> str:
    """Return what the labels' own records add to how surely a label is told."""
    claimed = replace(model, calibration=replace(model.calibration, sure=AS_CLAIMED))
    rows = []
    for name, predicted in (("with records", found), ("claims alone", claimed.predict(held[0]))):
        one = judge([each.top for each in predicted], held[1])
        rows.append((name, f"{one.coverage_at_95:.3f}", f"{one.ece:.3f}"))
    return _table(("how sure", "share at 95 % precision", "ECE"), rows)


def by_chance_alone(sure: Doubles) -> tuple[float, float]:
    """Return which calibration error these confidences show on so many rows if all are true.

    Within this interval nothing can be said against a calibration.
    """
    draw = np.random.default_rng(SEED)
    drawn = [calibration_error(sure, draw.random(len(sure)) < sure) for _ in range(DRAWS)]
    return float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))


def _by_length(found: Sequence[Prediction], held: Rows) -> str:
    """Return the figures by quarters of the texts' lengths."""
    order = np.argsort([len(one) for one in held[0]], kind="stable")
    rows = []
    for name, part in zip(QUARTERS, np.array_split(order, 4), strict=True):
        one = judge([found[i].top for i in part], [held[1][i] for i in part])
        rows.append((name, *_short(one)))
    return _table(("quarter by length", "accuracy", "top-3", "macro-F1", "ECE"), rows)


def _by_label(found: Sequence[Prediction], truth: Sequence[str]) -> str:
    told, pairs = Counter(one.label for one in found), zip(found, truth, strict=True)
    right = Counter(label for one, label in pairs if one.label == label)
    rows = []
    for label, count in Counter(truth).most_common():
        precision, recall = right[label] / max(told[label], 1), right[label] / count
        rows.append((label, str(count), f"{precision:.2f}", f"{recall:.2f}"))
    return _table(("label", "rows", "precision", "recall"), rows)


def _confusions(found: Sequence[Prediction], truth: Sequence[str]) -> str:
    pairs = Counter((t, one.label) for one, t in zip(found, truth, strict=True) if one.label != t)
    rows = [(label, told, str(count)) for (label, told), count in pairs.most_common(15)]
    return _table(("label", "taken for", "rows"), rows)


def _ideas(model: Model, taught: Rows, held: Rows, tokenised: bool) -> str:
    """Return the learning curve, and what is left without each idea; the features stay."""
    cut = str.split if tokenised else text.tokens
    rows = [words_of(cut(text.normalise(one))) for one in taught[0]]
    matrix = matrix_of(rows, model.words, model.pieces)
    unseen = [words_of(text.tokens(one), model.ignored) for one in held[0]]
    tests = matrix_of(unseen, model.words, model.pieces)
    truth = np.array([model.labels.index(label) for label in taught[1]], np.intp)
    order, words = np.random.default_rng(SEED).permutation(len(truth)), len(model.words.names)
    every, lines = slice(None), []
    for name, share, fitted, columns in (
        *((f"{share:.0%} of the rows", share, {}, every) for share in SHARES),
        ("without evidence of columns", 1.0, {"weighed": 0.0}, every),
        ("without the logistic fit", 1.0, {"logistic": 0.0}, every),
        ("words alone", 1.0, {}, slice(words)),
        ("runs of signs alone", 1.0, {}, slice(words, None)),
    ):
        some = order[: int(share * len(order))]
        linear = fit(matrix[some][:, columns], truth[some], len(model.labels), **fitted)
        margins = np.asarray(tests[:, columns] @ linear.weights + linear.bias, np.float64)
        plain = Calibration.none(len(model.labels))
        ranked = [plain.ranked(model.labels, one, 1.0) for one in margins]
        lines.append((name, *_short(judge(ranked, held[1]))[:3]))
    return _table(("fit", "accuracy", "top-3", "macro-F1"), lines)


def _speed(model: Model, texts: Sequence[str]) -> str:
    text.warm()
    model.predict(texts[:20])
    spent = []
    for one in texts[:TIMED]:
        start = time.perf_counter()
        model.predict([one])
        spent.append((time.perf_counter() - start) * 1000)
    start = time.perf_counter()
    model.predict(texts)
    rate = len(texts) / (time.perf_counter() - start)
    middle, worst = np.quantile(spent, 0.5), np.quantile(spent, 0.99)
    return (
        f"One text, warm, one thread: median {middle:.1f} ms, 99th percentile {worst:.1f} ms; "
        f"in a batch {rate:.0f} texts a second."
    )


def _short(one: Report) -> tuple[str, str, str, str]:
    return f"{one.accuracy:.3f}", f"{one.top3:.3f}", f"{one.macro_f1:.3f}", f"{one.ece:.3f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
