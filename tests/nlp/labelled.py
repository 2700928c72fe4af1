"""341 lines of our own, labelled before the rules were changed, and what the rules make of them.

`python -m tests.nlp.labelled [dev|held] [--errors]` prints the figures; `--errors` is for dev only.
"""

import csv
import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.request_type import find_type
from nlp.urgency import find_urgency

FILE = Path(__file__).parent / "labelled_lines.csv"


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    type: str
    urgency: str
    heard: bool


def lines(half: str) -> list[Line]:
    """Return the half by the text's hash: `dev` to tune on, `held` to report."""
    with FILE.open(encoding="utf-8") as file:
        rows = [
            Line(row["text"], row["type"], row["urgency"], row["heard"] == "1")
            for row in csv.DictReader(file)
        ]
    return [row for row in rows if _is_held(row.text) == (half == "held")]


def _is_held(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 1


def type_pairs(rows: Sequence[Line]) -> list[tuple[str, str]]:
    """Return (label, found) of each line."""
    return [(row.type, find_type(row.text).type) for row in rows]


def urgency_pairs(rows: Sequence[Line]) -> list[tuple[str, str]]:
    return [(row.urgency, find_urgency(row.text).urgency) for row in rows]


def accuracy(pairs: Sequence[tuple[str, str]]) -> float:
    return sum(label == found for label, found in pairs) / len(pairs)


def scores(pairs: Sequence[tuple[str, str]]) -> dict[str, tuple[float, float, float, int]]:
    """Return precision, recall, F1 and the number of lines of each class."""
    met = {}
    for kind in sorted({label for label, _ in pairs}):
        right = sum(label == found == kind for label, found in pairs)
        said = sum(found == kind for _, found in pairs)
        there = sum(label == kind for label, _ in pairs)
        precision, recall = right / max(said, 1), right / there
        met[kind] = (precision, recall, 2 * right / (said + there), there)
    return met


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    met = scores(pairs)
    return sum(f1 for _, _, f1, _ in met.values()) / len(met)


def _show(name: str, rows: Sequence[Line], pairs: Sequence[tuple[str, str]]) -> None:
    heard = [pair for row, pair in zip(rows, pairs, strict=True) if row.heard]
    print(f"{name}: {len(pairs)} lines, accuracy {accuracy(pairs):.3f}", end=", ")
    print(f"macro-F1 {macro_f1(pairs):.3f}; misheard {accuracy(heard):.3f} of {len(heard)}")
    for kind, (precision, recall, f1, count) in scores(pairs).items():
        print(f"  {kind:13} n={count:3} P={precision:.3f} R={recall:.3f} F1={f1:.3f}")
    wrong = Counter(pair for pair in pairs if pair[0] != pair[1])
    print("  confused:", ", ".join(f"{a}→{b} {n}" for (a, b), n in wrong.most_common()))


def main(half: str, *, errors: bool) -> None:
    """Print the figures of one half."""
    rows = lines(half)
    readers: tuple[tuple[str, Callable[[Sequence[Line]], list[tuple[str, str]]]], ...] = (
        ("type", type_pairs),
        ("urgency", urgency_pairs),
    )
    for name, read in readers:
        pairs = read(rows)
        _show(f"{half} {name}", rows, pairs)
        for row, (label, found) in zip(rows, pairs, strict=True):
            if errors and half == "dev" and label != found:
                print(f"    {label} → {found}: {row.text}")


if __name__ == "__main__":
    main(next(iter(sys.argv[1:2]), "held"), errors="--errors" in sys.argv)
