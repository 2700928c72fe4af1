"""拼音: Chinese that somebody typed by its sound, `ludeng` or `lu deng`, as characters of it."""

import re
from functools import cache

from pypinyin import Style, pinyin

_RUN = re.compile(r"[a-z]+(?:['\s][a-z]+)*")
_LONGEST = 6  # zhuang
_COMMON = range(0x4E00, 0x9FA6)


def spelt_out(text: str) -> str:
    """Return the small text with each run of at least two syllables as characters that sound so.

    The characters mean nothing: only how they sound may be looked up. Other Latin stays.
    """
    return _RUN.sub(_character_of, text)


def _character_of(run: re.Match[str]) -> str:
    found = [_syllables(word) for word in re.split(r"['\s]", run.group())]
    if not all(found) or sum(map(len, found)) < 2:
        return run.group()
    return "".join(_table()[syllable] for word in found for syllable in word)


def _syllables(word: str) -> list[str]:
    """Return the fewest syllables that the word is made of, none for what is no pinyin."""
    known: list[list[str] | None] = [[]]
    for end in range(1, len(word) + 1):
        ways = [
            [*before, word[begin:end]]
            for begin in range(max(0, end - _LONGEST), end)
            if (before := known[begin]) is not None and word[begin:end] in _table()
        ]
        known.append(min(ways, key=len, default=None))
    return known[-1] or []


@cache
def _table() -> dict[str, str]:
    """Return a character for each syllable, the first that is read so (a sixth of a second)."""
    table: dict[str, str] = {}
    for code in _COMMON:
        for read in pinyin(chr(code), style=Style.NORMAL, errors="ignore"):
            table.setdefault(read[0], chr(code))
    return table
