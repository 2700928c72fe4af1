"""Measures a recogniser: character error rate (字错率) of what it heard."""

import re
import unicodedata

from nlp.chinese import simplify

_DIGITS = str.maketrans("0123456789幺", "零一二三四五六七八九一")
_NOT_SAID = re.compile(r"[\W_]+")


def comparable(text: str) -> str:
    """Returns `text` as it sounds: NFKC, simplified, digits as Chinese, no punctuation."""
    folded = simplify(unicodedata.normalize("NFKC", text)).lower()
    return _NOT_SAID.sub("", folded.translate(_DIGITS))


def character_errors(reference: str, heard: str) -> tuple[int, int]:
    """Returns (insertions + deletions + substitutions, characters of the reference)."""
    said, got = comparable(reference), comparable(heard)
    row = list(range(len(got) + 1))
    for i, char in enumerate(said, start=1):
        above_left, row[0] = row[0], i
        for j, other in enumerate(got, start=1):
            above_left, row[j] = (
                row[j],
                min(row[j] + 1, row[j - 1] + 1, above_left + (char != other)),
            )
    return row[-1], len(said)


def character_error_rate(reference: str, heard: str) -> float:
    """Returns errors per character of `reference`; may exceed 1, and is 0 for two empty texts."""
    errors, length = character_errors(reference, heard)
    return errors / length if length else float(errors > 0)
